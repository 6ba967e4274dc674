"""Images that look alike: stacks of duplicates, and the neighbors of any image; the half of `Explorer` that asks no label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from cvwidgets.project.prediction import Predictor
    from cvwidgets.project.project import Project
    from cvwidgets.store import Outline, Store

    Numbers = npt.NDArray[np.int64]
    Vectors = npt.NDArray[np.floating[Any]]

STARTER = "starter"
"""The model by which images are compared, so that what is alike does not change with what was trained."""


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
    """Stacks and neighbors among the images as they are now, from what the last look found."""

    def __init__(self, project: Project, store: Store, predictor: Predictor) -> None:
        self._project = project
        self._predictor = predictor
        self._store = store
        self._findings = Findings(project.folder)
        self._outline = Unchanged(store.version, store.outline)

    def duplicates(self, threshold: float = THRESHOLD) -> tuple[Stack, ...]:
        """Stacks of images that show the same picture: first those with two labels or on both sides of the split, then the largest.

        Images said to be different are in no stack together; what is in the trash is in none.

        Raises:
            ExploreError: nobody looked yet.
        """
        import numpy as np

        from cvwidgets.explore import best_of, group

        outline, pairs = self._outline_and_pairs()
        stacks = group(pairs, threshold=threshold, apart=self._apart(outline))
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

        Raises:
            ExploreError: nobody looked yet.
        """
        from cvwidgets.explore import at_threshold

        outline, pairs = self._outline_and_pairs()
        if (at := at_threshold(pairs, threshold)) is None:
            return None
        return int(outline.ids[pairs.first[at]]), int(outline.ids[pairs.second[at]]), float(pairs.likeness[at])

    def neighbors(self, x: int | str | Path | Sequence[int], k: int = 20, *, label: str | None = None) -> View:
        """The k images nearest to one (or, of several, to any of these), by cosine distance under the starter; value `distance`, 0..2.

        `x` is the id of an image, several, or a picture's file anywhere. `label`: only among those kept or New under it. What is in the
        trash is left out.

        Raises:
            ExploreError: nobody looked yet, or the image was not there then.
            UnreadablePicture: the file cannot be used as a picture.
            UnknownLabel: there is no such label.
        """
        import numpy as np

        from cvwidgets.explore import distances_to, nearest

        wanted = self._project.images.select(label, where={"states": ["new", "kept"]}).ids
        queries, words, own = self._queries(x)
        vectors, there = self._vectors(np.setdiff1d(wanted, own))
        if not len(there) or k < 1:
            return self._project.images.view([], values={"distance": []}, words=words)
        if len(queries) == 1:
            found = nearest(vectors, queries[0], k=k)
            return self._project.images.view(there[found.positions], values={"distance": found.distances}, words=words)
        away = np.min([distances_to(vectors, query) for query in queries], axis=0)
        order = np.argsort(away, kind="stable")[:k]
        return self._project.images.view(there[order], values={"distance": away[order]}, words=words)

    def _need(self, name: str) -> Finding:
        if (found := self._findings.get(name)) is None:
            raise ExploreError(
                f"Nothing was found out about the images of {self._project.name!r} yet; looking through them comes first. "
                "Press Explore, or call project.explore.follow()."
            )
        return found

    def _names(self) -> dict[int, str]:
        return {label.id: label.name for label in self._project.labels.list() if label.name != UNSORTED}

    def _outline_and_pairs(self) -> tuple[Outline, Pairs]:
        import numpy as np

        from cvwidgets.explore import Pairs
        from cvwidgets.store.outlines import TRASHED

        found, outline = self._need("duplicates"), self._outline()
        first, second = (outline.positions(found[name]) for name in ("first", "second"))
        here = (first >= 0) & (second >= 0)
        here[here] &= (outline.states[first[here]] != TRASHED) & (outline.states[second[here]] != TRASHED)
        columns = (first[here], second[here], found["likeness"][here], found["mirrored"][here])
        return outline, Pairs(*columns, unseen=np.zeros(0, np.int64))

    def _apart(self, outline: Outline) -> Iterator[tuple[int, int]]:
        for ids in self._store.verdicts.separated():
            at = outline.positions(ids)
            yield from combinations(at[at >= 0].tolist(), 2)

    def _vectors(self, ids: Numbers) -> tuple[npt.NDArray[np.float16], Numbers]:
        """The vectors of those of some images that have one, and their ids."""
        import numpy as np

        from cvwidgets.vision import model_key

        shas = self._store.images.hashes(ids)
        known = [image for image in ids.tolist() if image in shas]
        vectors, there = self._store.embeddings(model_key(STARTER)).get([shas[image] for image in known])
        return vectors, np.array(known, np.int64)[there]

    def _queries(self, x: int | str | Path | Sequence[int]) -> tuple[Vectors, str, Numbers]:
        """The vectors asked about, in words, and the images themselves, which are not neighbors of their own."""
        import numpy as np

        if isinstance(x, str | Path):
            return self._embedded(Path(x))[None], f"nearest to {Path(x).name}", np.zeros(0, np.int64)
        ids = np.atleast_1d(np.asarray(x, np.int64))
        vectors, there = self._vectors(ids)
        if not len(there):
            raise ExploreError("The image was not looked at yet; its embedding is needed. Explore the images again, then ask once more.")
        name = self._project.images.get(there[:1])[0].path.name
        more = f" and {len(there) - 1:,} more" if len(there) > 1 else ""
        return vectors.astype(np.float32), f"nearest to {name}{more}", ids

    def _embedded(self, path: Path) -> npt.NDArray[np.float32]:
        """The vector of a picture that is not in the project, by the project's worker."""
        import numpy as np

        return np.array(self._predictor.embed(path, base=STARTER), np.float32)


def _nearest_likeness(pairs: Pairs, count: int) -> npt.NDArray[np.float32]:
    """The likeness of each image to the one that is most like it."""
    import numpy as np

    nearest = np.zeros(count, np.float32)
    np.maximum.at(nearest, pairs.first, pairs.likeness)
    np.maximum.at(nearest, pairs.second, pairs.likeness)
    return nearest
