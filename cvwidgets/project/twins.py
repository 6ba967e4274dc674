"""What follows from images showing the same picture: they are not torn apart by a split, and were judged before if one of them was."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cvwidgets.errors import DiskFull, JobDidNotStart
from cvwidgets.explore.limits import THRESHOLD
from cvwidgets.project.copies import COPIES, begin, seek
from cvwidgets.project.lookalikes import LookAlikes, Stack, pairs_of
from cvwidgets.project.recognizing import MARKS
from cvwidgets.project.view import View

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.explore import Pairs
    from cvwidgets.project.findings import Finding
    from cvwidgets.store import Outline

    Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Alike:
    """What must not be torn apart: `pairs` (m, 2) of ids of images that show the same picture.

    `unknown` kept images were not compared; `waiting` of them are when `compare` is called. `by_hash` were compared by `compare` alone,
    which does not find what was cropped.
    """

    pairs: Numbers
    unknown: int
    waiting: int = 0
    by_hash: int = 0


class Twins(LookAlikes):
    """Pairs of look-alikes, asked for what a split and a second look at the same picture need to know."""

    def alike(self) -> Alike:
        """The pairs of images that are known to show the same picture, but for those said to be different."""
        import numpy as np

        from cvwidgets.explore.duplicates import merge

        outline, kept = self._outline(), self._project.images.select(state="kept").ids
        sources = [self._findings.get(name) for name in ("duplicates", COPIES)]
        looked, compared = (found["ids"] if found else kept[:0] for found in sources)
        marks = self._findings.get(MARKS)
        pairs = merge([*(pairs_of(found, outline) for found in sources), _marked(marks, outline)])
        pairs = self._standing(pairs, outline)
        same = pairs.likeness >= THRESHOLD
        alike = np.stack([outline.ids[pairs.first[same]], outline.ids[pairs.second[same]]], axis=1)
        loose = kept[~np.isin(kept, looked)]
        unknown = loose[~np.isin(loose, compared)]
        return Alike(alike, len(unknown), int((outline.positions(unknown) >= 0).sum()), len(loose) - len(unknown))

    def compare(self, *, wait: bool = True, stop: Callable[[], bool] = lambda: False) -> Alike:
        """Compares what is kept and nobody looked at yet, by hash and, where these are near, by the pixels; then the same as `alike`.

        Copies that were encoded anew, resized or mirrored are found so. What was compared before is not compared again. The pixels are
        looked at in a process of its own; without `wait`, or once `stop` says so, the answer is what is known now, and what that finds is
        known later.
        """
        if not self._project.read_only:
            with suppress(JobDidNotStart, DiskFull):  # then they stay unknown, which is told
                if wait:
                    seek(self._store, self._outline(), stop)
                else:
                    begin(self._store, self._outline())
        return self.alike()

    def judged(self) -> View:
        """What came in again as nearly the same picture as one kept or trashed before: each of those first, what came later as its copies.

        Known from the import that brought it, by hash; of New images also from the last look, by embedding too. Values as of `stacked`.
        """
        import numpy as np

        from cvwidgets.store.outlines import NEW, TRASHED

        outline = self._outline()
        later, earlier, likeness = self._recognized()
        states = np.append(outline.states, TRASHED)  # position -1, for one that left
        here = (later >= 0) & (earlier >= 0) & (states[later] != TRASHED) & (states[earlier] != NEW) & ~self._differ(later, earlier)
        best: dict[int, tuple[float, int]] = {}
        for new, old, alike in zip(later[here].tolist(), earlier[here].tolist(), likeness[here].tolist(), strict=True):
            best[new] = max(best.get(new, (0.0, old)), (alike, old))
        copies: dict[int, list[tuple[float, int]]] = {}
        for new, (alike, old) in best.items():
            copies.setdefault(old, []).append((alike, new))
        stacks = []
        for old, several in copies.items():
            shares, members = zip(*sorted(several, reverse=True), strict=True)
            ids = tuple(int(outline.ids[at]) for at in (old, *members))
            stacks.append(Stack(ids, (shares[0], *shares), (), ()))
        view = self.stacked(stacks)
        view.words = "judged before, with what came again"
        return view

    def _recognized(self) -> tuple[Numbers, Numbers, npt.NDArray[np.float32]]:
        """Positions of images that came later, of those judged before, and their likeness."""
        import numpy as np

        from cvwidgets.store.outlines import NEW

        outline, found = self._outline(), []
        if marks := self._findings.get(MARKS):
            found.append((outline.positions(marks["ids"]), outline.positions(marks["twins"]), marks["likeness"]))
        if seen := self._findings.get("duplicates"):
            pairs = pairs_of(seen, outline)
            for later, earlier in ((pairs.first, pairs.second), (pairs.second, pairs.first)):
                waiting = (outline.states[later] == NEW) & (outline.states[earlier] != NEW) & (pairs.likeness >= THRESHOLD)
                found.append((later[waiting], earlier[waiting], pairs.likeness[waiting]))
        empty = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))
        later, earlier, likeness = (np.concatenate(columns) for columns in zip(empty, *found, strict=True))
        return later, earlier, likeness


def _marked(marks: Finding | None, outline: Outline) -> Pairs:
    """The pairs that imports found of what came in and what was judged before."""
    import numpy as np

    from cvwidgets.explore import Pairs

    if marks is None:
        return pairs_of(None, outline)
    later, earlier = (outline.positions(marks[name]) for name in ("ids", "twins"))
    here = (later >= 0) & (earlier >= 0)
    first, second = np.minimum(later, earlier)[here], np.maximum(later, earlier)[here]
    return Pairs(first, second, marks["likeness"][here], np.zeros(len(first), np.bool_), unseen=first[:0])
