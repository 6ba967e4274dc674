"""Images that look alike: stacks of duplicates; the part of `Explorer` that asks no label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cvwidgets.errors import ExploreError
from cvwidgets.explore.limits import THRESHOLD
from cvwidgets.project.findings import Finding, Findings
from cvwidgets.project.unchanged import Unchanged
from cvwidgets.project.view import Suggestions, View
from cvwidgets.records import UNSORTED

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.explore import Pairs
    from cvwidgets.project.project import Project
    from cvwidgets.store import Outline, Store

    Numbers = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stack:
    """Images that show the same picture: `ids` with the best of them first, `likeness` (0..1) of each to the one that is most like it.

    `labels` are those of its kept images, `parts` those of its images in the split: two of either are worth a look first.
    """

    ids: tuple[int, ...]
    likeness: tuple[float, ...]
    labels: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def best(self) -> int:
        """The image to keep: the largest, of equally large ones the least compressed."""
        return self.ids[0]


class LookAlikes:
    """Stacks among the images as they are now, from what the last look found."""

    def __init__(self, project: Project, store: Store) -> None:
        self._project = project
        self._store = store
        self._findings = Findings(project.folder)
        self._outline = Unchanged(store.version, store.outline)
        self._separated = Unchanged(store.version, store.verdicts.separated)

    def duplicates(self, threshold: float = THRESHOLD) -> tuple[Stack, ...]:
        """Stacks of images that show the same picture: first those with two labels or on both sides of the split, then the largest.

        Images said to be different are in no stack together; what is in the trash is in none.

        Raises:
            ExploreError: nobody looked yet.
        """
        import numpy as np

        from cvwidgets.explore import best_of, group

        outline, pairs = self._outline_and_pairs()
        stacks = group(pairs, threshold=threshold, apart=self._apart())
        pixels = outline.widths * outline.heights
        parts = self._project.images.parts(outline.ids[np.concatenate(stacks)]) if stacks else {}
        names, told = self._names(), []
        nearest = _nearest_likeness(pairs, len(outline))
        for stack in stacks:
            best = best_of(stack, pixels, outline.sizes)
            members = [best, *(int(at) for at in stack if at != best)]
            ids = tuple(int(outline.ids[at]) for at in members)
            labels = {names[number] for number in outline.labels[stack].tolist() if number in names}
            likeness = tuple(float(nearest[at]) for at in members)
            told.append(Stack(ids, likeness, tuple(sorted(labels)), tuple(sorted({parts[i] for i in ids if i in parts}))))
        return tuple(sorted(told, key=lambda one: (-(len(one.labels) > 1), -(len(one.parts) > 1), -len(one.ids), one.ids)))

    def stacked(self, stacks: Sequence[Stack]) -> View:
        """Some stacks as one view: of each the best first, the others as copies of it; values are `stack` (from 1) and `likeness`."""
        import numpy as np

        ids = [image for stack in stacks for image in stack.ids]
        each = np.array(["" if image == stack.best else "trash" for stack in stacks for image in stack.ids], dtype=object)
        values = {
            "likeness": [one for stack in stacks for one in stack.likeness],
            "stack": [number for number, stack in enumerate(stacks, 1) for _ in stack.ids],
        }
        words = "duplicates" if len(stacks) != 1 else "one stack"
        return self._project.images.view(ids, values=values, words=words, suggestions=Suggestions("duplicates", each))

    def at_threshold(self, threshold: float = THRESHOLD) -> tuple[int, int, float] | None:
        """The pair of images whose likeness is nearest the threshold, with it; None when no images are alike.

        Images said to be different are no such pair.

        Raises:
            ExploreError: nobody looked yet.
        """
        from cvwidgets.explore import at_threshold

        outline, pairs = self._outline_and_pairs()
        if (at := at_threshold(pairs, threshold)) is None:
            return None
        return int(outline.ids[pairs.first[at]]), int(outline.ids[pairs.second[at]]), float(pairs.likeness[at])

    def _need(self, name: str) -> Finding:
        if (found := self._findings.get(name)) is None:
            raise ExploreError(
                f"Nothing was found out about the images of {self._project.name!r} yet; looking through them comes first. "
                "Press Explore, or call project.explore.follow()."
            )
        return found

    def _names(self) -> dict[int, str]:
        return {label.id: label.name for label in self._project.labels.list() if label.name != UNSORTED}

    def _named(self, numbers: Numbers) -> npt.NDArray[np.object_]:
        """The names of labels (n,); "" for one that is gone."""
        import numpy as np

        names = self._names()
        return np.array([names.get(number, "") for number in numbers.tolist()], dtype=object)

    def _outline_and_pairs(self) -> tuple[Outline, Pairs]:
        """The images as they are now, and what the last look found of them."""
        found, outline = self._need("duplicates"), self._outline()
        return outline, self._standing(pairs_of(found, outline), outline)

    def _standing(self, pairs: Pairs, outline: Outline) -> Pairs:
        """Those of some pairs of which no image is in the trash and nobody said that they are different."""
        import numpy as np

        from cvwidgets.explore import Pairs
        from cvwidgets.store.outlines import TRASHED

        here = (outline.states[pairs.first] != TRASHED) & (outline.states[pairs.second] != TRASHED)
        here &= ~self._differ(pairs.first, pairs.second)
        columns = (pairs.first[here], pairs.second[here], pairs.likeness[here], pairs.mirrored[here])
        return Pairs(*columns, unseen=np.zeros(0, np.int64))

    def _apart(self) -> list[Numbers]:
        """The positions of the images of each verdict that they are different."""
        outline = self._outline()
        return [at[at >= 0] for at in map(outline.positions, self._separated())]

    def _differ(self, first: Numbers, second: Numbers) -> Mask:
        """Which of some pairs of positions somebody said to be different."""
        from cvwidgets.explore.grouping import different

        return different(first, second, self._apart())


def pairs_of(found: Finding | None, outline: Outline) -> Pairs:
    """The pairs that a look found, by the positions of now, none where nobody looked; those of images that left are forgotten."""
    import numpy as np

    from cvwidgets.explore import Pairs

    none = np.zeros(0, np.int64)
    if found is None:
        return Pairs(none, none, np.zeros(0, np.float32), np.zeros(0, np.bool_), unseen=none)
    first, second = (outline.positions(found[name]) for name in ("first", "second"))
    here = (first >= 0) & (second >= 0)
    return Pairs(first[here], second[here], found["likeness"][here], found["mirrored"][here], unseen=none)


def _nearest_likeness(pairs: Pairs, count: int) -> npt.NDArray[np.float32]:
    """The likeness of each image to the one that is most like it."""
    import numpy as np

    nearest = np.zeros(count, np.float32)
    np.maximum.at(nearest, pairs.first, pairs.likeness)
    np.maximum.at(nearest, pairs.second, pairs.likeness)
    return nearest
