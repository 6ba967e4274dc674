"""Augmentation by torchvision v2, each picture's chance drawn from (seed, epoch, picture), so that threads and resuming change nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from PIL.Image import Image
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as change

Level = Literal["light", "strong"]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True, slots=True)
class Strength:
    """How far a level goes: smallest share of the area cropped, change of light and color (0..1), largest turn in degrees, share erased."""

    area: float
    light: float
    turn: float
    erase: float


STRENGTHS: dict[Level, Strength] = {
    "light": Strength(area=0.35, light=0.2, turn=0.0, erase=0.0),
    "strong": Strength(area=0.2, light=0.4, turn=15.0, erase=0.25),
}


def augment(image: Image, size: tuple[int, int], *, level: Level, chance: np.random.Generator) -> Bytes:
    """A random variation of a picture: uint8 (height, width, 3) of `size` (height, width), all chance from `chance`."""
    strength = STRENGTHS[level]
    top, left, height, width = _crop(image, strength.area, size[1] / size[0], chance)
    flip, turn, light = chance.random() < 0.5, chance.random() < 0.5, chance.uniform(1 - strength.light, 1 + strength.light, 3)
    image = change.resized_crop(image, top, left, height, width, list(size), interpolation=InterpolationMode.BILINEAR)
    if flip:
        image = change.horizontal_flip(image)
    if strength.turn and turn:
        image = change.rotate(image, float(chance.uniform(-strength.turn, strength.turn)), interpolation=InterpolationMode.BILINEAR)
    image = change.adjust_brightness(image, float(light[0]))
    image = change.adjust_contrast(image, float(light[1]))
    image = change.adjust_saturation(image, float(light[2]))
    pixels: Bytes = np.array(image)
    if strength.erase and chance.random() < 0.5:
        _erase(pixels, strength.erase, chance)
    return pixels


def _crop(image: Image, area: float, shape: float, chance: np.random.Generator) -> tuple[int, int, int, int]:
    """Top, left, height and width of a part of the picture, as torchvision's RandomResizedCrop draws it."""
    for _ in range(10):
        share = chance.uniform(area, 1) * image.width * image.height
        ratio = shape * math.exp(chance.uniform(math.log(3 / 4), math.log(4 / 3)))
        width, height = round(math.sqrt(share * ratio)), round(math.sqrt(share / ratio))
        if 0 < width <= image.width and 0 < height <= image.height:
            return int(chance.integers(image.height - height + 1)), int(chance.integers(image.width - width + 1)), height, width
    width, height = min(image.width, round(image.height * shape) or 1), min(image.height, round(image.width / shape) or 1)
    return (image.height - height) // 2, (image.width - width) // 2, height, width


def _erase(pixels: Bytes, share: float, chance: np.random.Generator) -> None:
    height, width = (max(1, int(side * math.sqrt(share * chance.uniform(0.1, 1)))) for side in pixels.shape[:2])
    top, left = chance.integers(pixels.shape[0] - height + 1), chance.integers(pixels.shape[1] - width + 1)
    pixels[top : top + height, left : left + width] = chance.integers(0, 256, 3)
