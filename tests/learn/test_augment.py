from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as change

from cvwidgets import vision
from cvwidgets.augmentation import KINDS, LEVELS, Augmentation, Level
from cvwidgets.learn.augment import Bytes, _crop, _erase, augment

PICTURE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8))
TRANSFORM = vision.TestTransform(short_side=36, exact=None, crop=(32, 32))
EVERY = tuple(Augmentation(kind.name, kind.probability, kind.strength) for kind in KINDS)


def vary(
    augmentations: tuple[Augmentation, ...], *chance: int, transform: vision.TestTransform = TRANSFORM, image: Image.Image = PICTURE
) -> Bytes:
    return augment(image, transform, augmentations, chance=np.random.default_rng(chance))


@pytest.mark.parametrize("augmentations", [LEVELS["light"], LEVELS["strong"], EVERY])
def test_the_same_chance_makes_the_same_picture(augmentations: tuple[Augmentation, ...]) -> None:
    made = [vary(augmentations, 7, 1, n) for n in (3, 3, 4)]
    assert made[0].shape == (32, 32, 3) and made[0].dtype == np.uint8
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


@pytest.mark.parametrize("size", [(1, 1), (2, 500), (500, 2)])
def test_odd_shapes_are_varied_too(size: tuple[int, int]) -> None:
    transform = vision.TestTransform(short_side=None, exact=(32, 24), crop=None)
    for seed in range(20):
        for augmentations in (LEVELS["strong"], EVERY, EVERY[1:]):
            assert vary(augmentations, seed, transform=transform, image=Image.new("RGB", size)).shape == (32, 24, 3)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_changes_the_picture_by_itself(kind: object) -> None:
    shown = vary((), 1)
    one = next(one for one in EVERY if one.name == kind.name)  # type: ignore[attr-defined]
    assert any(not np.array_equal(vary((replace(one, probability=1.0),), seed), shown) for seed in range(5))


def test_what_is_not_cropped_is_shown_as_it_is_judged() -> None:
    assert np.abs(vary((), 1).astype(float) - TRANSFORM.pixels(np.array(PICTURE)).permute(1, 2, 0).numpy()).max() <= 0.5


def test_an_augmentation_happens_as_often_as_its_probability_says() -> None:
    for name in ("gray", "light", "flip", "turn", "erase", "crop"):
        one = replace(next(one for one in EVERY if one.name == name), probability=0.3)
        changed = sum(not np.array_equal(vary((one,), seed), vary((), seed)) for seed in range(300))
        assert 60 <= changed <= 120, name


def test_one_more_augmentation_leaves_what_the_others_do_as_it_is() -> None:
    upside_down = Augmentation("vertical_flip", 1.0)
    for seed in range(5):
        assert np.array_equal(vary((EVERY[0], upside_down), seed), vary(EVERY[:1], seed)[::-1])


def as_before(image: Image.Image, size: tuple[int, int], chance: np.random.Generator, strength: tuple[float, ...]) -> Bytes:
    """Augmentation as the first versions had it: smallest share of the area, change of light and color, degrees, share erased."""
    area, light, turn, erase = strength
    top, left, height, width = _crop(image, area, size[1] / size[0], chance)
    flips, turns, lights = chance.random() < 0.5, chance.random() < 0.5, chance.uniform(1 - light, 1 + light, 3)
    image = change.resized_crop(image, top, left, height, width, list(size), interpolation=InterpolationMode.BILINEAR)
    if flips:
        image = change.horizontal_flip(image)
    if turn and turns:
        image = change.rotate(image, float(chance.uniform(-turn, turn)), interpolation=InterpolationMode.BILINEAR)
    image = change.adjust_brightness(image, float(lights[0]))
    image = change.adjust_contrast(image, float(lights[1]))
    pixels: Bytes = np.array(change.adjust_saturation(image, float(lights[2])))
    if erase and chance.random() < 0.5:
        _erase(pixels, erase, chance)
    return pixels


@pytest.mark.parametrize(("level", "strength"), [("light", (0.35, 0.2, 0.0, 0.0)), ("strong", (0.2, 0.4, 15.0, 0.25))])
def test_recipes_of_the_first_versions_vary_pictures_to_the_very_same_bytes(
    level: Level, strength: tuple[float, float, float, float]
) -> None:
    for seed in range(100):
        before = as_before(PICTURE, TRANSFORM.size, np.random.default_rng([seed]), strength)
        assert np.array_equal(vary(LEVELS[level], seed), before)
