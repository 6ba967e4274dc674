from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from PIL import Image
from safetensors.torch import load_file, save_file

from cvwidgets import vision
from cvwidgets.errors import BaseUnavailable, NoFeatures
from cvwidgets.pictures import make_thumbnail, read
from cvwidgets.vision.embedding import NO_NUMBER

Draw = Callable[..., Path]
Saved = Callable[..., Path]
SMALL: dict[str, Any] = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
VIT: dict[str, Any] = {**SMALL, "image_size": 32, "patch_size": 8}


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    """Saves a model of chance of one of transformers' classes: `saved("ViTModel", **config)`."""

    def save(name: str, **config: Any) -> Path:
        torch.manual_seed(0)
        kind = getattr(transformers, name)
        model = kind(kind.config_class(**config))
        model.save_pretrained(tmp_path / name)
        return tmp_path / name

    return save


def vectors(folder: Path | str, pictures: list[Path], *, precision: Any = "float32") -> np.ndarray[Any, Any]:
    """In a precision that no trial chooses: on a busy machine two loads may find another one faster."""
    return np.stack([v for v in vision.embed(vision.load_encoder(folder, precision=precision), pictures) if not isinstance(v, str)])


def test_the_starter_gives_vectors_of_length_one_in_the_order_asked(draw: Draw) -> None:
    pictures = [draw(f"{i}.png", seed=i) for i in range(19)]
    together = vectors("starter", pictures)
    assert (together.shape, together.dtype) == ((19, 320), np.float32)
    assert np.allclose(np.linalg.norm(together, axis=1), 1)
    assert np.allclose(vectors("starter", pictures[7:8]), together[7:8], atol=1e-5)


def test_what_looks_alike_is_nearer_than_what_does_not(draw: Draw, tmp_path: Path) -> None:
    one, other = draw("1.png", seed=1, size=(300, 300)), draw("2.png", seed=2, size=(300, 300))
    with Image.open(one) as image:
        image.resize((250, 250)).save(tmp_path / "again.jpg", quality=60)
    first, again, far = vectors("starter", [one, tmp_path / "again.jpg", other])
    assert first @ again > 0.95 > first @ far


def test_a_trained_classifier_is_an_encoder_whose_labels_play_no_part(tiny: Path, tmp_path: Path, draw: Draw) -> None:
    vision.save_classifier(vision.new_classifier(tiny, list("abcde"), seed=3), tmp_path / "trained")
    pictures = [draw("1.png"), draw("2.png", seed=2)]
    assert np.array_equal(vectors(tmp_path / "trained", pictures), vectors(tiny, pictures))


def test_vectors_are_what_the_head_of_a_classifier_is_given(tiny: Path, draw: Draw) -> None:
    classifier, picture, given = vision.load_classifier(tiny), draw("1.png"), []
    classifier.model.classifier.register_forward_pre_hook(lambda _, inputs: given.append(inputs[0]))  # type: ignore[union-attr, operator]
    list(vision.predict(classifier, [picture]))
    expected = torch.nn.functional.normalize(given[0]).detach().numpy()
    assert np.allclose(vectors(tiny, [picture]), expected, atol=1e-5)


def test_a_thumbnail_is_as_good_as_its_picture(draw: Draw) -> None:
    pictures = [draw(f"{i}.png", seed=i, size=(900, 700)) for i in range(3)]
    encoder = vision.load_encoder("starter")
    from_thumbnails = np.stack(list(vision.embed(encoder, [make_thumbnail(read(p)) for p in pictures])))  # type: ignore[arg-type]
    assert encoder.short_side <= 256
    assert (np.einsum("ij,ij->i", from_thumbnails, vectors("starter", pictures)) > 0.98).all()


def test_a_bad_picture_costs_only_its_own_answer(tiny: Path, draw: Draw, tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8 no more")
    good = make_thumbnail(read(draw("2.png")))
    given = [draw("1.png"), tmp_path / "gone.png", tmp_path / "broken.jpg", good[:100], b"", good]
    answers = list(vision.embed(vision.load_encoder(tiny), given))
    assert [isinstance(a, str) for a in answers] == [False, True, True, True, True, False]
    assert answers[1] == "The file is not there."


def test_a_batch_of_bad_pictures_alone_is_as_many_reasons(tiny: Path) -> None:
    assert len([a for a in vision.embed(vision.load_encoder(tiny), [b"nothing"] * 9) if isinstance(a, str)]) == 9
    assert list(vision.embed(vision.load_encoder(tiny), [])) == []


def test_a_picture_that_gives_no_number_is_a_sentence(tiny: Path, draw: Draw) -> None:
    encoder = vision.load_encoder(tiny)
    with torch.no_grad():
        encoder.model.layernorm.bias.fill_(float("nan"))  # type: ignore[union-attr, operator]
    assert list(vision.embed(encoder, [draw("1.png")])) == [NO_NUMBER]


def test_weights_that_are_no_numbers_are_a_sentence(tiny: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny, tmp_path / "model")
    weights = load_file(tiny / "model.safetensors")
    save_file(
        {name: torch.full_like(w, float("nan")) for name, w in weights.items()}, tmp_path / "model/model.safetensors", {"format": "pt"}
    )
    with pytest.raises(NoFeatures, match=r"gives no numbers \(NaN\); its weights are damaged. Choose another model"):
        vision.load_encoder(tmp_path / "model")


def test_millions_of_pictures_are_not_read_before_they_are_asked_for(tiny: Path, draw: Draw) -> None:
    picture, taken = draw("1.png"), []

    def endless() -> Iterator[Path]:
        while True:
            taken.append(1)
            yield picture

    answers = vision.embed(vision.load_encoder(tiny), endless())
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert len(taken) < 64
    for thread in [t for t in threading.enumerate() if t.name.startswith("read-ahead")]:
        thread.join(5)
    assert not [t for t in threading.enumerate() if t.name.startswith("read-ahead")]


def test_threads_begun_afterwards_compute_with_as_many_as_before(tiny: Path, draw: Draw) -> None:
    torch.set_num_threads(3)
    list(vision.embed(vision.load_encoder(tiny), [draw("1.png")] * 40, batch_size=2))  # by then every thread of it has set its own number
    counted: list[int] = []
    later = threading.Thread(target=lambda: counted.append(torch.get_num_threads()))
    later.start()
    later.join()
    assert [*counted, torch.get_num_threads()] == [3, 3]


def test_bfloat16_says_nearly_the_same(tiny: Path, draw: Draw) -> None:
    pictures = [draw(f"{i}.png", seed=i) for i in range(3)]
    fine, rough = (vectors(tiny, pictures, precision=precision) for precision in ("float32", "bfloat16"))
    assert not np.array_equal(fine, rough)
    assert (np.einsum("ij,ij->i", fine, rough) > 0.999).all()


def test_of_a_vit_trained_as_a_classifier_the_class_token_is_taken_and_no_pooler_of_chance(saved: Saved, draw: Draw) -> None:
    folder, picture = saved("ViTForImageClassification", **VIT), draw("1.png")
    assert np.array_equal(vectors(folder, [picture]), vectors(folder, [picture]))
    encoder = vision.load_encoder(folder)
    pixels = encoder.transform(read(picture))[None]
    token = encoder.model(pixel_values=pixels).last_hidden_state[:, 0].detach()
    assert np.allclose(vectors(folder, [picture]), torch.nn.functional.normalize(token).numpy(), atol=1e-5)


@pytest.mark.parametrize(
    ("name", "config", "width"),
    [
        ("ViTModel", VIT, 16),
        ("ResNetForImageClassification", {"embedding_size": 8, "hidden_sizes": [8, 12], "depths": [1, 1]}, 12),
        ("PoolFormerForImageClassification", {"hidden_sizes": [8, 8, 8, 12], "depths": [1] * 4}, 12),
        ("SwinForImageClassification", {"image_size": 32, "embed_dim": 8, "depths": [1, 1], "num_heads": [1, 1], "window_size": 4}, 16),
        ("Dinov2Model", {**VIT, "mlp_ratio": 1}, 16),
        ("CLIPVisionModel", VIT, 16),
    ],
)
def test_every_family_gives_features_of_its_own_width(saved: Saved, draw: Draw, name: str, config: dict[str, Any], width: int) -> None:
    one, other = vectors(saved(name, **config), [draw("1.png"), draw("2.png", seed=2)])
    assert one.shape == (width,)
    assert not np.allclose(one, other, atol=1e-4)


def test_of_a_model_that_also_reads_text_the_side_of_pictures_is_asked(saved: Saved, draw: Draw) -> None:
    folder = saved("CLIPModel", text_config={**SMALL, "vocab_size": 20}, vision_config=VIT, projection_dim=8)
    (folder / "preprocessor_config.json").write_text('{"image_processor_type": "CLIPImageProcessor", "size": {"height": 32, "width": 32}}')
    assert vectors(folder, [draw("1.png")]).shape == (1, 8)


def test_a_model_of_text_cannot_be_asked_about_pictures(saved: Saved) -> None:
    with pytest.raises(NoFeatures, match=r"cannot be asked about a picture alone \(.*input_ids.*\).*Choose another model, or 'starter'"):
        vision.load_encoder(saved("BertModel", **SMALL, vocab_size=20))


def test_a_model_without_pooled_features_says_what_it_gives(saved: Saved) -> None:
    backbone = transformers.ResNetConfig(embedding_size=8, hidden_sizes=[8, 8], depths=[1, 1], out_features=["stage2"])
    small = {"d_model": 16, "encoder_layers": 1, "decoder_layers": 1, "encoder_ffn_dim": 16, "decoder_ffn_dim": 16, "num_queries": 5}
    folder = saved("DetrModel", backbone_config=backbone, use_timm_backbone=False, **small)
    with pytest.raises(NoFeatures, match=r"gives last_hidden_state, .*, but no pooled features; comparing images needs one vector"):
        vision.load_encoder(folder)


def test_a_model_that_hides_parts_of_the_picture_by_chance_is_refused(saved: Saved) -> None:
    with pytest.raises(NoFeatures, match="hangs on chance: it answers otherwise each time"):
        vision.load_encoder(saved("ViTMAEModel", **VIT))


def test_a_model_whose_file_lacks_weights_is_refused(tiny: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny, tmp_path / "model")
    weights = {name: w for name, w in load_file(tiny / "model.safetensors").items() if "stages.2" not in name}
    save_file(weights, tmp_path / "model/model.safetensors", {"format": "pt"})
    with pytest.raises(NoFeatures, match=r"hangs on weights that its file lacks \(encoder.stages.2"):
        vision.load_encoder(tmp_path / "model")


def test_a_folder_that_is_no_model_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BaseUnavailable, match="holds no model"):
        vision.load_encoder(tmp_path)
    with pytest.raises(BaseUnavailable, match="holds no model"):
        vision.model_key(tmp_path)


def test_a_model_is_known_by_what_it_holds_and_not_by_where_it_lies(tiny: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny, tmp_path / "copy")
    key = vision.model_key(tiny)
    assert (vision.model_key(tmp_path / "copy"), len(key), key.isalnum()) == (key, 32, True)
    (tmp_path / "copy/preprocessor_config.json").write_text('{"size": {"shortest_edge": 64}, "image_processor_type": "ViTImageProcessor"}')
    assert vision.model_key(tmp_path / "copy") != key


def test_one_weight_changed_in_place_is_another_model(tiny: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny, tmp_path / "copy")
    before, weights = vision.model_key(tmp_path / "copy"), tmp_path / "copy/model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\x40")
    assert vision.model_key(tmp_path / "copy") != before
