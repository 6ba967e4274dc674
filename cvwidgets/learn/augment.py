"""Augmentation by torchvision v2, each picture's chance drawn from (seed, epoch, picture), so that threads and resuming change nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from PIL import Image, ImageFilter
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as change

from cvwidgets.augmentation import BY_NAME, Augmentation
from cvwidgets.vision import TestTransform

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Picture = Image.Image
Chance = np.random.Generator
NUMBERS = {name: number for number, name in enumerate(BY_NAME)}


def augment(image: Picture, transform: TestTransform, augmentations: Iterable[Augmentation], *, chance: Chance) -> Bytes:
    """A random variation of a picture: uint8 (height, width, 3) of the transform's size, all chance from `chance`.

    What is not cropped is shown as the test transform shows it. Crop, flip, turn, light, contrast, color and erase draw from `chance`
    itself, in the order in which they always did: a recipe trains to the same weights as in earlier versions. All else draws from a
    stream of its own, so that one augmentation more, or a stronger one, leaves what the others do as it is.
    """
    wanted = {one.name: one for one in augmentations}
    image = _shown(image, transform, wanted.get("crop"), chance)
    flip, turn = chance.random(), chance.random()
    factors = {name: _factor(wanted.get(name), chance) for name in _ADJUST}
    if "flip" in wanted and flip < wanted["flip"].probability:
        image = change.horizontal_flip(image)
    if "turn" in wanted and turn < wanted["turn"].probability:
        most = wanted["turn"].strength
        image = change.rotate(image, float(chance.uniform(-most, most)), interpolation=InterpolationMode.BILINEAR)
    for name, factor in factors.items():
        if name in wanted and _happens(wanted[name], chance):
            image = _ADJUST[name](image, factor)
    for name, vary in _VARY.items():
        if name in wanted and _happens(wanted[name], chance):
            image = vary(image, wanted[name].strength, _own(chance, name, 1))
    pixels: Bytes = np.array(image)
    if "erase" in wanted and chance.random() < wanted["erase"].probability:
        _erase(pixels, wanted["erase"].strength, chance)
    return pixels


def _own(chance: Chance, name: str, part: int = 0) -> Chance:
    """A stream that hangs on the picture's chance and an augmentation alone, whatever was drawn before."""
    seed: Any = chance.bit_generator.seed_seq
    return np.random.default_rng(np.random.SeedSequence(seed.entropy, spawn_key=(NUMBERS[name], part)))


def _happens(one: Augmentation, chance: Chance) -> bool:
    return one.probability >= 1 or _own(chance, one.name).random() < one.probability


def _factor(one: Augmentation | None, chance: Chance) -> float:
    strength = one.strength if one else 0.0
    return float(chance.uniform(1 - strength, 1 + strength))


def _shown(image: Picture, transform: TestTransform, crop: Augmentation | None, chance: Chance) -> Picture:
    """A part of the picture at random, or what the test transform shows of it, at the transform's size."""
    if crop is None or not _happens(crop, chance):
        return Image.fromarray(transform.pixels(np.array(image)).round().byte().permute(1, 2, 0).numpy())
    size = transform.size
    # Rounded, as 1 - 0.8 is a hair less than 0.2.
    top, left, height, width = _crop(image, round(1 - crop.strength, 9), size[1] / size[0], chance)
    cropped: Picture = change.resized_crop(image, top, left, height, width, list(size), interpolation=InterpolationMode.BILINEAR)
    return cropped


def _crop(image: Picture, area: float, shape: float, chance: Chance) -> tuple[int, int, int, int]:
    """Top, left, height and width of a part of the picture, as torchvision's RandomResizedCrop draws it."""
    for _ in range(10):
        share = chance.uniform(area, 1) * image.width * image.height
        ratio = shape * math.exp(chance.uniform(math.log(3 / 4), math.log(4 / 3)))
        width, height = round(math.sqrt(share * ratio)), round(math.sqrt(share / ratio))
        if 0 < width <= image.width and 0 < height <= image.height:
            return int(chance.integers(image.height - height + 1)), int(chance.integers(image.width - width + 1)), height, width
    width, height = min(image.width, round(image.height * shape) or 1), min(image.height, round(image.width / shape) or 1)
    return (image.height - height) // 2, (image.width - width) // 2, height, width


def _perspective(image: Picture, most: float, chance: Chance) -> Picture:
    width, height = image.width - 1, image.height - 1
    corners = [[0, 0], [width, 0], [width, height], [0, height]]
    inward = chance.uniform(0, most, (4, 2)) * (width, height)
    moved = [[abs(x - round(dx)), abs(y - round(dy))] for (x, y), (dx, dy) in zip(corners, inward, strict=True)]
    seen: Picture = change.perspective(image, corners, moved, interpolation=InterpolationMode.BILINEAR)
    return seen


def _blur(image: Picture, most: float, chance: Chance) -> Picture:
    return image.filter(ImageFilter.GaussianBlur(chance.uniform(0, most) * min(image.size)))


def _noise(image: Picture, most: float, chance: Chance) -> Picture:
    pixels = np.array(image, np.float32)
    grain = chance.standard_normal(pixels.shape, np.float32)
    grain *= 255 * chance.uniform(0, most)
    return Image.fromarray((pixels + grain).round().clip(0, 255).astype(np.uint8))


_ADJUST: dict[str, Callable[[Picture, float], Picture]] = {
    "light": change.adjust_brightness,
    "contrast": change.adjust_contrast,
    "color": change.adjust_saturation,
}
_VARY: dict[str, Callable[[Picture, float, Chance], Picture]] = {
    "vertical_flip": lambda image, _most, _chance: change.vertical_flip(image),
    "perspective": _perspective,
    "hue": lambda image, most, chance: change.adjust_hue(image, float(chance.uniform(-most, most)) / 360),
    "gray": lambda image, _most, _chance: change.rgb_to_grayscale(image, num_output_channels=3),
    "blur": _blur,
    "noise": _noise,
    "jpeg": lambda image, most, chance: change.jpeg(image, round(100 * (1 - chance.uniform(0, most)))),
}
"""In the order in which a camera would do it."""


def _erase(pixels: Bytes, share: float, chance: Chance) -> None:
    height, width = (max(1, int(side * math.sqrt(share * chance.uniform(0.1, 1)))) for side in pixels.shape[:2])
    top, left = chance.integers(pixels.shape[0] - height + 1), chance.integers(pixels.shape[1] - width + 1)
    pixels[top : top + height, left : left + width] = chance.integers(0, 256, 3)
