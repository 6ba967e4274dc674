"""The test transform's resizing for many small pictures: the same numbers in half the time or less.

Resizing is linear in each axis: torchvision is asked once for what it makes of an identity matrix, which are its weights, and pictures of
that size are multiplied by them. Only what the crop keeps is computed, in blocks, as a pixel hangs on few others.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as change

from cvwidgets.vision.transform import LONGEST

if TYPE_CHECKING:
    from cvwidgets.vision.transform import TestTransform

_BLOCK = 24
_Blocks = tuple[tuple[slice, slice, torch.Tensor], ...]


def quick_pixels(transform: TestTransform, array: np.ndarray[Any, np.dtype[np.uint8]]) -> torch.Tensor:
    """What `transform.pixels` gives, float32 (3, *size) within 0..255, but for the last digits of its floats (some 1e-4 of 255)."""
    height, width = array.shape[:2]
    size = _resized(transform, height, width)
    crop = transform.crop or transform.size
    if size is None or min(size[0] - crop[0], size[1] - crop[1]) < 0:
        return transform.pixels(array)
    down = _weights(height, size[0], crop[0], transform.resample)
    across = _weights(width, size[1], crop[1], transform.resample)
    top, left, right = down[0][1].start, across[0][1].start, across[-1][1].stop
    seen = torch.from_numpy(array[top : down[-1][1].stop, left:right]).float().flatten(1)
    rows = torch.empty(crop[0], seen.shape[1])
    for made, taken, weights in down:
        torch.mm(weights, seen[taken.start - top : taken.stop - top], out=rows[made])
    planes = rows.view(crop[0], -1, 3).permute(2, 0, 1).reshape(3 * crop[0], -1)
    pixels = torch.empty(3 * crop[0], crop[1])
    for made, taken, weights in across:
        pixels[:, made] = planes[:, taken.start - left : taken.stop - left] @ weights.T
    return pixels.view(3, *crop).clamp_(0, 255)


def _resized(transform: TestTransform, height: int, width: int) -> tuple[int, int] | None:
    """Height and width after resizing, None for what the quick way is not made for."""
    short, long = sorted((height, width))
    if transform.exact or not transform.short_side or long > LONGEST * short:
        return transform.exact if long <= LONGEST * short else None
    other = int(transform.short_side * long / short)
    return (transform.short_side, other) if height <= width else (other, transform.short_side)


@lru_cache(maxsize=1024)
def _weights(length: int, resized: int, kept: int, resample: str) -> _Blocks:
    """Of the middle `kept` pixels of an axis that is resized: which of them, which pixels they hang on, and by what weights."""
    eye = torch.eye(length)[None]
    whole = change.resize(eye, [resized, length], interpolation=InterpolationMode(resample), antialias=True)[0]
    begin = round((resized - kept) / 2)
    weights = whole[begin : begin + kept]
    blocks = []
    for start in range(0, kept, _BLOCK):
        block = weights[start : start + _BLOCK]
        some = torch.nonzero(block.any(0))
        taken = slice(int(some[0]), int(some[-1]) + 1)
        blocks.append((slice(start, start + len(block)), taken, block[:, taken].clone()))
    return tuple(blocks)
