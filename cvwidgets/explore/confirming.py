"""Looks at the pixels of proposed pairs: of all at 8 px, of those that might fit at 32 px, of the few that fit at 96 px."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from cvwidgets.explore.aligning import COARSE, align
from cvwidgets.explore.candidates import unheard
from cvwidgets.explore.grouping import Pairs
from cvwidgets.explore.likeness import FINE, judge, roughly
from cvwidgets.explore.limits import FLOOR
from cvwidgets.explore.plates import Album, Look, Plates
from cvwidgets.explore.rows import Floats, Positions, Tick
from cvwidgets.explore.sketches import as_floats, compare, starting
from cvwidgets.explore.threads import side_by_side

if TYPE_CHECKING:
    from torch import Tensor

Flags = np.ndarray[Any, np.dtype[np.bool_]]

# All limits lie well below what 1,402 pairs of photos, blood cells and drawings had whose likeness was at least FLOOR. Most other pairs
# that are proposed fall at each.
_PROMISING = 0.6
"""How well two pictures must fit at 8 px to be aligned. The lowest were 0.75, and 0.41 and 0.54 of exposures that only overlap."""
_WAYS = 2
"""So many of the four ways to lay them are tried, those that fit best there."""
_FIT = 0.5
"""How well they must fit at 32 px once they are aligned. The lowest was 0.61."""
_ROUGH = 0.88
"""How alike their structure must be there to be looked at more closely. The lowest was 0.93."""
_BEST = 8
"""So many of an image's candidates are looked at more closely at most, the most alike: of a film each frame is like all others."""
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
        placement, mirrored, rough = self._lay(first, second, lambda done: tell(0.7 * done))
        close = np.flatnonzero(rough >= _ROUGH) if all_that_fit else _best(later, rough)
        close = close[np.lexsort((second[close], first[close]))]
        first, second, mirrored = first[close], second[close], mirrored[close]
        likeness = self._judge(first, second, placement[close], mirrored, lambda done: tell(0.7 + 0.3 * done))
        unseen = np.array(sorted(self._album.unseen), np.int64)
        alike = (likeness >= FLOOR) & ~np.isin(first, unseen) & ~np.isin(second, unseen)
        return Pairs(first[alike], second[alike], likeness[alike], mirrored[alike], unseen)

    def _lay(self, first: Positions, second: Positions, tick: Tick) -> tuple[Floats, Flags, Floats]:
        """Placements (m, 4), whether the first picture is to be mirrored (m,), and how alike both roughly are (m,); at 32 px."""
        import torch

        images, where = np.unique(np.concatenate([first, second]), return_inverse=True)
        small = np.zeros((len(images), COARSE, COARSE), np.uint8)
        for number, image in enumerate(images):
            small[number] = self._album.luma(int(image), COARSE)
            if number % _COARSE_ROWS == 0:
                tick(0.5 * number / len(images))
        ones, others = where[: len(first)], where[len(first) :]
        sketched, frames = compare(small, ones, others, tick=lambda done: tick(0.5 + 0.2 * done))
        placement, mirrored, rough = np.zeros((len(first), 4), np.float32), np.zeros(len(first), np.bool_), np.zeros(len(first), np.float32)
        promising = np.flatnonzero(sketched.max(axis=0) >= _PROMISING)
        parts = [promising[begin : begin + _COARSE_ROWS] for begin in range(0, len(promising), _COARSE_ROWS)]

        def lay(rows: Positions) -> tuple[Tensor, Tensor, Tensor]:
            ways = np.argsort(-sketched[:, rows], axis=0, kind="stable")[:_WAYS]
            one, other = as_floats(small[ones[rows]]), as_floats(small[others[rows]])
            placement, mirrored, fit = align(one, other, *starting(np.take_along_axis(frames[:, rows], ways, axis=0), ways))
            fits = fit >= _FIT
            one = torch.where(mirrored[fits, None, None], one[fits].flip(2), one[fits])
            rough = torch.zeros_like(fit)
            rough[fits] = roughly(one, other[fits], placement[fits])
            return placement, mirrored, rough

        for number, (rows, found) in enumerate(zip(parts, side_by_side(lay, parts), strict=True)):
            placement[rows], mirrored[rows], rough[rows] = (part.numpy() for part in found)
            tick(0.7 + 0.3 * number / len(parts))
        return placement, mirrored, rough

    def _judge(self, first: Positions, second: Positions, placement: Floats, mirrored: Flags, tick: Tick) -> Floats:
        """How alike the laid pictures are (m,), at 96 px."""
        import torch

        likeness = np.zeros(len(first), np.float32)
        parts = [slice(begin, begin + _FINE_ROWS) for begin in range(0, len(first), _FINE_ROWS)]

        def plates() -> Iterator[tuple[slice, Plates, Plates]]:
            for rows in parts:
                ones, others = (np.stack([self._album.plate(int(image), FINE) for image in part[rows]]) for part in (first, second))
                yield rows, np.where(mirrored[rows, None, None, None], ones[..., ::-1], ones), others

        def judged(part: tuple[slice, Plates, Plates]) -> Tensor:
            rows, ones, others = part
            return judge(as_floats(ones), as_floats(others), torch.from_numpy(placement[rows]))

        for number, (rows, found) in enumerate(zip(parts, side_by_side(judged, plates()), strict=True)):
            likeness[rows] = np.minimum(found.numpy(), _BELOW_SAME)
            tick(number / len(parts))
        return likeness


def _best(later: Positions, rough: Floats) -> Positions:
    """Which pairs are roughly alike, of each later image the best alone."""
    alike = np.flatnonzero(rough >= _ROUGH)
    alike = alike[np.lexsort((-rough[alike], later[alike]))]
    image = later[alike]
    return alike[np.arange(len(image)) - np.searchsorted(image, image) < _BEST]
