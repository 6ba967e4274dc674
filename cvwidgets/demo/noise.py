"""Random fields that surfaces are made of: smooth, layered, stretched; all deterministic for a generator."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field: TypeAlias = NDArray[np.float32]
"""Height × width values, mostly 0..1; a picture is height × width × 3."""

Size: TypeAlias = tuple[int, int]
"""Width and height, pixels."""

Color: TypeAlias = tuple[float, float, float]
"""Red, green and blue, 0..1."""


def enlarge(field: Field, size: Size) -> Field:
    """The same field at another size, bicubic: cheap smooth noise is a small random field made large."""
    return np.asarray(Image.fromarray(field).resize(size, Image.Resampling.BICUBIC), dtype=np.float32)


def smooth(random: np.random.Generator, size: Size, cell: float, stretch: float = 1.0) -> Field:
    """Smooth noise of mean 0 and about ±1, its blobs `cell` pixels wide and `stretch` times as long."""
    width, height = size
    shape = (max(2, round(height / cell) + 1), max(2, round(width / (cell * stretch)) + 1))
    return enlarge((random.random(shape, dtype=np.float32) - 0.5) * 2, size)


def layered(random: np.random.Generator, size: Size, cell: float, octaves: int = 4, stretch: float = 1.0) -> Field:
    """Noise at several scales, each half as wide and half as strong as the one before; about ±1."""
    total = smooth(random, size, cell, stretch)
    for octave in range(1, octaves):
        total = total + smooth(random, size, max(1.5, cell / 2**octave), stretch) / 2**octave
    return total / np.float32(1.6)


def grain(random: np.random.Generator, size: Size) -> Field:
    """Noise of single pixels, normal, of deviation 1."""
    return random.standard_normal((size[1], size[0]), dtype=np.float32)


def mesh(size: Size) -> tuple[Field, Field]:
    """Coordinates x and y, each -1..1 over the shorter side and further over the longer one; shapes (1, w) and (h, 1)."""
    width, height = size
    half = min(size) / 2
    x = (np.arange(width, dtype=np.float32) - width / 2) / np.float32(half)
    y = (np.arange(height, dtype=np.float32) - height / 2) / np.float32(half)
    return x[None, :].astype(np.float32), y[:, None].astype(np.float32)


def mix(field: NDArray[np.floating[Any]], low: Color, high: Color) -> Field:
    """A picture that goes from `low` where the field is 0 to `high` where it is 1."""
    amount = np.clip(field, 0, 1).astype(np.float32)[..., None]
    start = np.asarray(low, np.float32)
    return np.asarray(start + amount * (np.asarray(high, np.float32) - start), dtype=np.float32)


def times(picture: Field, factor: NDArray[np.floating[Any]]) -> Field:
    """A picture, or one color, each pixel made brighter or darker by the factor at its place."""
    return np.asarray(picture * factor.astype(np.float32)[..., None], dtype=np.float32)


def emboss(height: Field, direction: tuple[float, float], strength: float) -> Field:
    """Factor about 1 by which a surface of that height is lit from `direction` (x, y towards the light)."""
    across = np.diff(height, axis=1, prepend=height[:, :1])
    down = np.diff(height, axis=0, prepend=height[:1, :])
    return np.clip(1 - strength * (across * direction[0] + down * direction[1]), 0.3, 1.8).astype(np.float32)
