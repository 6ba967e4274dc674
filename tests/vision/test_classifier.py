from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from cvwidgets import vision
from cvwidgets.errors import BaseUnavailable, RecipeError
from tests.vision.families import small_model


def test_the_starter_begins_a_classifier_of_ones_own_labels() -> None:
    begun = vision.new_classifier("starter", ["owl", "elk", "yak"])
    assert begun.labels == ("owl", "elk", "yak")
    assert begun.model(pixel_values=torch.zeros(1, 3, 160, 160)).logits.shape == (1, 3)
    assert next(begun.model.parameters()).dtype == torch.float32


def test_a_head_of_another_size_is_replaced_the_same_way_each_time(tiny: Path) -> None:
    heads = [vision.new_classifier(tiny, list("abcd"), seed=seed).model.classifier.weight for seed in (1, 1, 2)]
    assert heads[0].shape == (4, 16)
    assert torch.equal(heads[0], heads[1])
    assert not torch.equal(heads[0], heads[2])


def test_beginning_a_classifier_leaves_the_callers_chance_alone(tiny: Path) -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    vision.new_classifier(tiny, list("abc"))
    assert torch.equal(torch.rand(1), expected)


def test_what_was_saved_comes_back_with_labels_and_size(tiny: Path, tmp_path: Path) -> None:
    begun = vision.new_classifier(tiny, ["a/b", "<b>", "ü"], image_size=64)
    vision.save_classifier(begun, tmp_path / "model")
    again = vision.load_classifier(tmp_path / "model")
    assert (again.labels, again.transform) == (begun.labels, begun.transform)
    assert all(torch.equal(a, b) for a, b in zip(begun.model.state_dict().values(), again.model.state_dict().values(), strict=True))


@pytest.mark.parametrize("kind", ["ConvNextV2", "MobileNetV2", "ResNet", "ViT", "Swin", "DeiT"])
def test_a_temperature_is_written_into_the_last_layer_alone(tmp_path: Path, kind: str) -> None:
    model = small_model(kind)
    begun = vision.Classifier(model, ("owl", "elk", "bear"), vision.TestTransform.from_config({}), {})
    pixels = torch.rand(2, 3, 32, 32)
    with torch.inference_mode():
        before = model(pixel_values=pixels).logits
        vision.save_classifier(begun, tmp_path / "model", temperature=2.5)
        again = type(model).from_pretrained(tmp_path / "model").eval()
        assert torch.allclose(again(pixel_values=pixels).logits * 2.5, before, atol=1e-5)
        assert torch.equal(model(pixel_values=pixels).logits, before)
    assert json.loads((tmp_path / "model/config.json").read_text())["calibration_temperature"] == 2.5


def test_batch_norm_of_mobilenet_does_not_forget_at_once(shared: Path) -> None:
    model = vision.new_classifier(shared / "weights/mobilenet_v2_1.0_224", ["a", "b"]).model
    assert {m.momentum for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)} == {0.1}


def test_a_folder_that_is_no_classifier_is_a_sentence(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(tiny, folder)
    (folder / "config.json").write_text(json.dumps({"model_type": "nonsense", "auto_map": {"AutoConfig": "evil.Config"}}))
    with pytest.raises(BaseUnavailable, match=r"cannot be loaded as an image classifier.*Choose another, or 'starter'"):
        vision.load_classifier(folder)


def test_damaged_weights_are_a_sentence(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(tiny, folder)
    (folder / "model.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0 nothing of the kind")
    with pytest.raises(BaseUnavailable, match="cannot be loaded as an image classifier"):
        vision.load_classifier(folder)


def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(RecipeError, match=r"Device 'abacus' was asked for; here are .*cpu"):
        vision.find_device("abacus")
