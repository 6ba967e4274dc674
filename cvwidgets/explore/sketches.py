"""A look at two pictures that costs next to nothing: whether one might lie in the other at all, as a whole or cut off, and about where.

Of each picture 8 x 8 pixels are kept of the whole and of 27 frames in it, without their broad light and dark and of length 1. The product
of one picture's frame and the whole of another is then how well they fit, as a correlation.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cvwidgets.explore.aligning import COARSE, NOISE
from cvwidgets.explore.rows import Floats, Positions, Tick
from cvwidgets.explore.threads import side_by_side

if TYPE_CHECKING:
    from torch import Tensor

_SIDE = 8
_SIZES = (1.0, 0.9, 0.8, 0.7)
"""Sides of the frames as shares of the whole: at 8 px each crop of up to 30% is near enough to one of them."""
_ROWS = 512


def compare(pictures: np.ndarray[Any, np.dtype[np.uint8]], first: Positions, second: Positions, *, tick: Tick) -> tuple[Floats, Positions]:
    """How well the pictures of pairs (m,) fit at best in each of the four ways of `aligning`, -1..1 (4, m), and in which frame (4, m).

    `first` and `second` are rows of `pictures` (n, COARSE, COARSE). It costs about a fiftieth of aligning them.
    """
    wholes = _wholes(pictures)
    fits, best = np.zeros((4, len(first)), np.float32), np.zeros((4, len(first)), np.int64)
    for direction, (framed, whole) in enumerate(((first, second), (second, first))):
        order = np.argsort(framed, kind="stable")  # so that each picture is sketched once, or twice
        parts = [order[begin : begin + _ROWS] for begin in range(0, len(order), _ROWS)]

        def fit(rows: Positions, framed: Positions = framed, whole: Positions = whole) -> tuple[Tensor, Tensor]:
            images, where = np.unique(framed[rows], return_inverse=True)
            found = sketch(as_floats(pictures[images]))[where] @ wholes[whole[rows]].transpose(1, 2)
            values, at = found.max(dim=1)
            return values.T, at.T

        for number, (rows, (values, at)) in enumerate(zip(parts, side_by_side(fit, parts), strict=True)):
            fits[2 * direction : 2 * direction + 2, rows], best[2 * direction : 2 * direction + 2, rows] = values.numpy(), at.numpy()
            tick((direction + number / len(parts)) / 2)
    return fits, best


def starting(best: Positions, ways: Positions) -> tuple[Tensor, Tensor]:
    """The ways (k, m) and placements (k, m, 4) to start from, for `aligning.align`, of frames (k, m) that `compare` gave for these ways."""
    import torch

    frames = np.array([(x, y, np.log(size), np.log(size)) for size in _SIZES for y in _middles(size) for x in _middles(size)], np.float32)
    placement = frames[best]
    placement[..., 0] *= np.where(ways % 2 == 1, -1, 1)  # there the other picture was mirrored, here it is this one
    return torch.from_numpy(ways), torch.from_numpy(placement)


def sketch(pictures: Tensor, sizes: tuple[float, ...] = _SIZES) -> Tensor:
    """What the frames of some sizes show of pictures, float32 (m, COARSE, COARSE) in 0..1: (m, frames, 65), rows of length 1."""
    import torch

    mean, broad = _means(sizes)
    shown = (mean @ pictures @ mean.T - broad @ pictures @ broad.T).view(len(pictures), -1, _SIDE, len(mean) // _SIDE, _SIDE)
    begin, found = 0, []
    for size in sizes:
        end = begin + len(_middles(size))
        found.append(shown[:, begin:end, :, begin:end].transpose(2, 3).reshape(len(pictures), -1, _SIDE * _SIDE))
        begin = end
    # One number more makes nothing but noise fit nothing but noise.
    finer = torch.nn.functional.pad(torch.cat(found, dim=1), (0, 1), value=NOISE * _SIDE)
    return torch.nn.functional.normalize(finer, dim=2)


def as_floats(pictures: np.ndarray[Any, np.dtype[np.uint8]]) -> Tensor:
    """The same in 0..1."""
    import torch

    return torch.from_numpy(pictures).float() / 255


def _wholes(pictures: np.ndarray[Any, np.dtype[np.uint8]]) -> Tensor:
    """Sketches of whole pictures and of their mirror images, (n, 2, 65)."""
    import torch

    parts = (pictures[begin : begin + _ROWS] for begin in range(0, len(pictures), _ROWS))
    plain = torch.cat([torch.zeros(0, _SIDE * _SIDE + 1), *side_by_side(lambda part: sketch(as_floats(part), _SIZES[:1])[:, 0], parts)])
    turned = plain[:, :-1].view(-1, _SIDE, _SIDE).flip(2).flatten(1)
    return torch.stack([plain, torch.cat([turned, plain[:, -1:]], dim=1)], dim=1)


def _middles(size: float) -> tuple[float, ...]:
    away = 1 - size
    return (-away, 0.0, away) if away else (0.0,)


@cache
def _means(sizes: tuple[float, ...]) -> tuple[Tensor, Tensor]:
    """What takes the columns of a picture to the pixels of all its frames along one axis, (frames x side, COARSE), finely and broadly."""
    import torch

    at, near = np.arange(COARSE), np.arange(_SIDE)
    window = (np.abs(near[:, None] - near) <= 1).astype(float)
    window /= window.sum(axis=1, keepdims=True)
    fine = []
    for size in sizes:
        for middle in _middles(size):
            edges = (middle + size * (2 * np.arange(_SIDE + 1) / _SIDE - 1) + 1) / 2 * COARSE
            shares = np.clip(np.minimum(edges[1:, None], at + 1) - np.maximum(edges[:-1, None], at), 0, None)
            fine.append(shares / shares.sum(axis=1, keepdims=True))
    one, other = (torch.from_numpy(np.concatenate(parts)).float() for parts in (fine, [window @ part for part in fine]))
    return one, other
