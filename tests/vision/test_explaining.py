"""Explanations are right: what speaks for a label is found where it lies, for each family of models, and laid back onto the picture."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cvwidgets import vision
from cvwidgets.errors import NotExplained, UnknownLabel, UnreadablePicture
from cvwidgets.vision.explanation import FAMILIES, Explanation, methods_for, paint_heat, paint_over
from cvwidgets.vision.stepping import stepwise
from cvwidgets.vision.worker import answer
from tests.vision.corners import explained, least_share, scene, small, taught

Draw = Callable[..., Path]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A red square in the corner at the bottom right, a blue one opposite."""
    path = tmp_path / "p.png"
    scene(np.random.default_rng(0), [((44, 44), "red"), ((4, 4), "blue")]).save(path)
    return path


# ---- right


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["resnet", "convnextv2", "convnext", "swin", "swinv2"])
def test_grad_cam_finds_the_corner_that_speaks_for_any_label(kind: str, tmp_path: Path) -> None:
    assert least_share(taught(kind), "gradcam", tmp_path / "p.png") > 0.5


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["vit", "deit", "dinov2"])
def test_gradients_by_patch_find_the_corner_that_speaks_for_any_label(kind: str, tmp_path: Path) -> None:
    assert least_share(taught(kind), "gradients", tmp_path / "p.png") > 0.5


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["resnet", "deit"])
def test_occlusion_finds_the_corner_that_speaks_for_any_label(kind: str, tmp_path: Path) -> None:
    assert least_share(taught(kind), "occlusion", tmp_path / "p.png") > 0.9


@pytest.mark.slow
def test_grad_cam_of_a_pretrained_mobilenet_finds_a_photo_in_its_corner(shared: Path, tmp_path: Path) -> None:
    classifier = vision.load_classifier(shared / "weights" / "mobilenet_v2_1.0_224")
    assert len(classifier.labels) > 1000
    photo = Image.open(sorted((shared / "data" / "trashnet").rglob("*.jpg"))[0]).resize((200, 200))
    for corner in ((20, 20), (260, 260)):
        whole = Image.new("RGB", (480, 480), "gray")
        whole.paste(photo, corner)
        whole.save(tmp_path / "p.png")
        heat, half = explained(classifier, tmp_path / "p.png").heat, slice(112) if corner[0] < 240 else slice(112, 224)
        assert heat[half, half].sum() > 0.4 * heat.sum()


def test_a_model_that_was_made_by_hand_is_explained_by_the_place_it_looks_at(picture: Path) -> None:
    classifier = small("resnet")
    classifier.model.forward = _red_or_blue  # type: ignore[method-assign]
    for label, corner in (("red", (slice(32, 64), slice(32, 64))), ("blue", (slice(32), slice(32)))):
        heat = explained(classifier, picture, label, "occlusion").heat.clip(0)
        assert heat[corner].sum() > 0.95 * heat.sum()


def _red_or_blue(pixel_values: torch.Tensor) -> object:
    """As many reasons for red and blue as there is much more of the color than of the other."""
    red, blue = ((pixel_values[:, at] - pixel_values[:, 2 - at] - 2).relu().mean((1, 2)) for at in (0, 2))
    nothing = torch.zeros_like(red)
    return type("Output", (), {"logits": torch.stack([blue, nothing, nothing, red], 1)})


# ---- the same for all


def test_a_map_lies_over_what_the_model_saw_and_goes_through_json_unchanged(picture: Path) -> None:
    told = explained(small("resnet"), picture)
    assert told.heat.shape == (64, 64) and told.heat.dtype == np.float32 and told.size == (64, 64) and told.box == (0, 0, 64, 64)
    assert told.heat.min() == 0 and told.heat.max() == pytest.approx(1)
    again = Explanation.from_reply(json.loads(json.dumps(told.to_reply())))
    assert np.array_equal(again.heat, told.heat) and (again.box, again.label, again.size) == (told.box, told.label, told.size)


@pytest.mark.parametrize("kind", ["resnet", "vit", "swin", "convnextv2"])
def test_explaining_leaves_the_model_as_it_was(kind: str, picture: Path) -> None:
    classifier = small(kind)
    [before] = vision.predict(classifier, [picture])
    for method in methods_for(kind)[:1]:
        assert explained(classifier, picture, "red", method).label == "red"
    [after] = vision.predict(classifier, [picture])
    assert before == after and all(not part._forward_hooks for part in classifier.model.modules())


def test_occlusion_tells_how_far_it_is_and_can_be_left(picture: Path) -> None:
    steps = vision.explain(small("resnet"), picture, method="occlusion")
    told = [(now.done, now.of) for now, _ in zip(steps, range(4), strict=False)]
    steps.close()  # type: ignore[attr-defined]
    assert told == [(0, 81), (1, 81), (2, 81), (3, 81)]


def test_what_is_left_ends_and_what_fails_comes_out() -> None:
    ended = []

    def work(pause: Callable[[], None]) -> int:
        try:
            pause()
            pause()
        finally:
            ended.append(1)
        return 7

    walk = stepwise(work)
    next(walk)
    walk.close()
    assert ended == [1]
    walk = stepwise(work)
    assert [next(walk), next(walk)] == [None, None]
    with pytest.raises(StopIteration) as end:
        next(walk)
    assert end.value.value == 7
    with pytest.raises(ZeroDivisionError):
        next(stepwise(lambda _pause: 1 // 0))


def test_what_cannot_be_explained_says_what_can(picture: Path, tmp_path: Path) -> None:
    with pytest.raises(NotExplained, match=r"Grad-CAM is not for this kind of model \(vit\); .* Choose gradients, occlusion"):
        next(vision.explain(small("vit"), picture))
    with pytest.raises(NotExplained, match="Explaining by 'magic' is not known here"):
        next(vision.explain(small("vit"), picture, method="magic"))  # type: ignore[arg-type]
    with pytest.raises(UnknownLabel, match=r"does not know .owl.; .* blue, green, none, red\. Choose one"):
        next(vision.explain(small("resnet"), picture, label="owl"))
    with pytest.raises(UnreadablePicture, match="empty"):
        (tmp_path / "empty.png").touch()
        next(vision.explain(small("resnet"), tmp_path / "empty.png"))
    assert methods_for("unheard-of") == ("occlusion",)


def test_the_worker_replies_step_by_step(tiny: Path, picture: Path) -> None:
    *steps, last = answer({"explain": str(picture), "model": str(tiny), "label": "elk", "method": "occlusion"})
    assert all(one["explanation"] is None for one in steps) and last["done"] == last["of"] == 81
    assert Explanation.from_reply(last["explanation"]).label == "elk"


# ---- laid over the picture


def test_warm_places_are_red_cold_ones_blue_and_the_rest_see_through() -> None:
    heat = np.zeros((4, 4), np.float32)
    heat[0, 0], heat[3, 3] = 0.5, -0.5
    told = Explanation("owl", 0.9, "occlusion", heat, (10, 0, 30, 20), (40, 20))
    painted = np.asarray(paint_heat(told))
    assert painted[0, 0].tolist() == [214, 40, 40, 255] and painted[3, 3].tolist() == [24, 86, 196, 255] and painted[1, 2, 3] == 0
    over = np.asarray(paint_over(Image.new("RGB", (80, 40), "white"), told, opacity=1.0))
    assert over[2, 22].tolist() == [214, 40, 40]  # at twice the size
    assert over[20, 5].max() < 160 and over[20, 40].min() > 200  # shaded where the model does not look


def test_nothing_that_speaks_for_a_label_paints_nothing() -> None:
    told = Explanation("owl", 0.9, "gradcam", np.zeros((4, 4), np.float32), (0, 0, 4, 4), (4, 4))
    assert told.strongest == 0 and not np.asarray(paint_heat(told))[..., 3].any()


def test_each_family_is_one_that_transformers_knows() -> None:
    from transformers import CONFIG_MAPPING

    assert {kind for families in FAMILIES.values() for kind in families} <= set(CONFIG_MAPPING)
