"""What follows from images showing the same picture: they are not torn apart by a split, and were judged before if one of them was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cvwidgets.explore.limits import THRESHOLD
from cvwidgets.project.lookalikes import LookAlikes, Stack, pairs_of
from cvwidgets.project.recognizing import MARKS
from cvwidgets.project.view import View

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Alike:
    """What must not be torn apart: `pairs` (m, 2) of ids of images that show the same picture; `unknown` kept images were not compared."""

    pairs: Numbers
    unknown: int


class Twins(LookAlikes):
    """Pairs of look-alikes, asked for what a split and a second look at the same picture need to know."""

    def alike(self) -> Alike:
        """The pairs of images that show the same picture, but for those said to be different; none when nobody looked yet."""
        import numpy as np

        kept, seen = self._project.images.select(state="kept").ids, self._findings.get("duplicates")
        if seen is None:
            return Alike(np.zeros((0, 2), np.int64), len(kept))
        outline, found = self._outline_and_pairs()
        same = found.likeness >= THRESHOLD
        pairs = np.stack([outline.ids[found.first[same]], outline.ids[found.second[same]]], axis=1)
        return Alike(pairs, int((~np.isin(kept, seen["ids"])).sum()))

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
