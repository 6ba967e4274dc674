"""Looks at the pixels of proposed pairs: of all at 32 px, of the few that fit at 96 px."""

from __future__ import annotations

from typing import Any

import numpy as np

from cvwidgets.explore.aligning import COARSE, align
from cvwidgets.explore.candidates import unheard
from cvwidgets.explore.grouping import Pairs
from cvwidgets.explore.likeness import FINE, judge
from cvwidgets.explore.limits import FLOOR
from cvwidgets.explore.plates import Album, Look
from cvwidgets.explore.rows import Floats, Positions, Tick

Flags = np.ndarray[Any, np.dtype[np.bool_]]

_FIT = 0.4
"""How well two pictures must fit at 32 px (a correlation) to be looked at more closely."""
_BEST = 8
"""So many of an image's candidates are looked at more closely at most, those that fit best: of a film each frame fits all others."""
_COARSE_ROWS, _FINE_ROWS = 512, 64
_BELOW_SAME = np.nextafter(np.float32(1), np.float32(0))


class Confirmation:
    """Confirms proposed pairs of `count` images, each pair once in its life."""

    def __init__(self, look: Look, count: int) -> None:
        self._album = Album(look)
        self._count = max(1, count)
        self._tried = np.zeros(0, np.int64)

    def confirm(self, later: Positions, earlier: Positions, *, all_that_fit: bool = False, tick: Tick | None = None) -> Pairs:
        """The pairs whose pixels are alike, of proposed pairs (m,) in any order and named any number of times."""
        tell = tick or unheard
        names = np.setdiff1d(later * self._count + earlier, self._tried)
        self._tried = np.union1d(self._tried, names)
        later, earlier = np.divmod(names, self._count)
        first, second = np.minimum(later, earlier), np.maximum(later, earlier)
        placement, mirrored, fit = self._lay(first, second, lambda done: tell(0.7 * done))
        close = np.flatnonzero(fit >= _FIT) if all_that_fit else _best(later, fit)
        close = close[np.lexsort((second[close], first[close]))]
        first, second, mirrored = first[close], second[close], mirrored[close]
        likeness = self._judge(first, second, placement[close], mirrored, lambda done: tell(0.7 + 0.3 * done))
        unseen = np.array(sorted(self._album.unseen), np.int64)
        alike = (likeness >= FLOOR) & ~np.isin(first, unseen) & ~np.isin(second, unseen)
        return Pairs(first[alike], second[alike], likeness[alike], mirrored[alike], unseen)

    def _lay(self, first: Positions, second: Positions, tick: Tick) -> tuple[Floats, Flags, Floats]:
        """Placements (m, 4), whether the first picture is to be mirrored (m,), and how well each fits (m,); at 32 px."""
        import torch

        images, where = np.unique(np.concatenate([first, second]), return_inverse=True)
        small = np.zeros((len(images), COARSE, COARSE), np.uint8)
        for number, image in enumerate(images):
            small[number] = self._album.luma(int(image), COARSE)
            if number % _COARSE_ROWS == 0:
                tick(0.5 * number / len(images))
        ones, others = where[: len(first)], where[len(first) :]
        placement, mirrored, fit = np.zeros((len(first), 4), np.float32), np.zeros(len(first), np.bool_), np.zeros(len(first), np.float32)
        for begin in range(0, len(first), _COARSE_ROWS):
            rows = slice(begin, begin + _COARSE_ROWS)
            with torch.inference_mode():
                found = align(*(torch.from_numpy(small[part[rows]]).float() / 255 for part in (ones, others)))
            placement[rows], mirrored[rows], fit[rows] = (part.numpy() for part in found)
            tick(0.5 + 0.5 * begin / len(first))
        return placement, mirrored, fit

    def _judge(self, first: Positions, second: Positions, placement: Floats, mirrored: Flags, tick: Tick) -> Floats:
        """How alike the laid pictures are (m,), at 96 px."""
        import torch

        likeness = np.zeros(len(first), np.float32)
        for begin in range(0, len(first), _FINE_ROWS):
            rows = slice(begin, begin + _FINE_ROWS)
            ones, others = (np.stack([self._album.plate(int(image), FINE) for image in part[rows]]) for part in (first, second))
            ones = np.where(mirrored[rows, None, None, None], ones[..., ::-1], ones)
            with torch.inference_mode():
                found = judge(
                    torch.from_numpy(ones).float() / 255, torch.from_numpy(others).float() / 255, torch.from_numpy(placement[rows])
                )
            likeness[rows] = np.minimum(found.numpy(), _BELOW_SAME)
            tick(begin / len(first))
        return likeness


def _best(later: Positions, fit: Floats) -> Positions:
    """Which pairs fit well enough, of each later image the best alone."""
    fitting = np.flatnonzero(fit >= _FIT)
    fitting = fitting[np.lexsort((-fit[fitting], later[fitting]))]
    image = later[fitting]
    return fitting[np.arange(len(image)) - np.searchsorted(image, image) < _BEST]
