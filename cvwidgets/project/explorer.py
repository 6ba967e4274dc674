"""What is wrong with the images of a project, as far as it was found out: mistakes, duplicates, strangers, faults, neighbors, the map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cvwidgets import jobs
from cvwidgets.errors import JobError
from cvwidgets.explore.limits import STRANGE
from cvwidgets.project.confusions import Confusions
from cvwidgets.project.exploring import Exploration, Explorations, progress_of
from cvwidgets.project.findings import Finding
from cvwidgets.project.nearness import LOOK, eyes
from cvwidgets.project.unchanged import Unchanged
from cvwidgets.project.view import Suggestions, View
from cvwidgets.project.work import PROGRESS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.project.prediction import Predictor
    from cvwidgets.project.project import Project
    from cvwidgets.store import Store

    Numbers = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Doubt:
    """How many of the images that were kept for a label at the last look are probably wrong: an estimate, None where it cannot be told.

    `suspected` are listed now.
    """

    label: str
    kept: int
    suspected: int
    wrong: float | None


@dataclass(frozen=True, slots=True)
class Map:
    """Where each image stands: `ids` and `points` (n, 2); `method` is "umap", or "pca" while that is still being computed.

    `kept` (n,) says which are kept, the others being New; `labels` (n,) for which label, "" for New ones.
    """

    ids: Numbers
    points: npt.NDArray[np.float32]
    method: str
    kept: Mask
    labels: npt.NDArray[np.object_]


class Explorer(Confusions):
    """The findings, always about the images as they are now: what left is left out, what was judged right stays out.

    `start` looks for them in a process of its own, for what is new alone; all else reads what that process wrote.
    """

    def __init__(self, project: Project, store: Store, predictor: Predictor) -> None:
        super().__init__(project, store, predictor)
        self._jobs = Explorations(project.folder, read_only=store.read_only)
        self._unseen = Unchanged(lambda: (store.version(), self._findings.get("duplicates")), self._count_unseen)
        self._suspected = Unchanged(lambda: (store.version(), self._findings.get("mistakes")), self._count_suspected)

    # ---- looking

    def start(self) -> None:
        """Starts looking, unless that is under way; it goes on when the page or the kernel goes away.

        Raises:
            ReadOnlyProject: the project can only be looked at.
        """
        self._jobs.start(by=self._project.by)

    def stop(self) -> None:
        """Asks to stop looking; what was found is kept."""
        self._jobs.stop()

    def status(self) -> Exploration | None:
        """How far looking is, or how it ended; None when nobody looked yet."""
        return self._jobs.status()

    def follow(self) -> Iterator[Exploration]:
        """Starts looking and says how far it is, until it ended.

        Raises:
            JobError: it failed; the message says why.
        """
        folder = self._jobs.start(by=self._project.by)
        for _ in jobs.follow(folder, PROGRESS):
            yield progress_of(folder)
        ended = jobs.wait(folder)
        if ended.state in ("failed", "lost"):
            raise JobError(ended.reason or "Looking for what is wrong ended early. Look at its log, then start it again.")

    def unseen(self) -> int:
        """How many images came since the last look; those that cannot be read now are not among them."""
        return self._unseen()

    def due(self) -> bool:
        """Whether looking again would find something out: images came, the last look did not end, or another model is in production."""
        ended = self._findings.get(LOOK)
        if ended is None or self.unseen():
            return True
        production = self._project.models.production()
        return production is not None and eyes(production).name != ended.facts["production"]

    # ---- labels

    def mistakes(self, label: str | None = None, *, likely: bool = True, below: bool = True) -> View:
        """The kept images whose label is probably wrong, the surest mistake first, each with the label suggested.

        Those are meant that confident learning counts as wrong; with `likely` False the open questions behind them.

        Its values are `doubt` (0..1, above 0.5 where more speaks for the suggestion than for the label), `label probability` and
        `suggested probability` (0..1), by models that never saw the image. `label`: only of those kept under it or, unless `below`
        is False, under a sub-label.

        Raises:
            ExploreError: nobody looked yet.
            UnknownLabel: there is no such label.
        """
        import numpy as np

        found = self._need("mistakes")
        ids, open_ = found["ids"], ~np.isin(found["ids"], self._store.verdicts.confirmed())
        where = np.flatnonzero(self._still_kept(found) & open_ & (found["likely"] == likely))
        if label is not None:
            within = self._project.images.select(label, "kept").ids
            alone = below or self._named(found["labels"][where]) == label
            where = where[np.isin(ids[where], within) & alone]
        each, under = self._named(found["suggestions"][where]), self._named(found["labels"][where])
        values = {
            "doubt": found["scores"][where],
            "label probability": found["label_probabilities"][where],
            "suggested probability": found["suggestion_probabilities"][where],
        }
        words = ("suspected mistakes" if likely else "less sure") + (f", {label}" if label else "") + self._by("mistakes")
        return self._project.images.view(ids[where], values=values, words=words, suggestions=Suggestions("labels", each, under))

    def suspected(self) -> int | None:
        """How many images `mistakes` lists, None where nobody looked; asked again and again it costs next to nothing."""
        return self._suspected()

    def doubts(self) -> tuple[Doubt, ...]:
        """For each label how many of its images are probably wrong, most first.

        Raises:
            ExploreError: nobody looked yet.
        """
        import numpy as np

        found = self._need("mistakes")
        counts = {label.id: label for label in self._project.labels.list()}
        suspected = found["labels"][np.isin(found["ids"], self.mistakes().ids)]
        columns = (found[name].tolist() for name in ("all_labels", "kept_by_label", "wrong_by_label"))
        told = [
            Doubt(counts[number].name, kept, int((suspected == number).sum()), None if np.isnan(wrong) else float(wrong))
            for number, kept, wrong in zip(*columns, strict=True)
            if number in counts
        ]
        return tuple(sorted(told, key=lambda doubt: (-doubt.suspected, doubt.label)))

    def why(self, image: int) -> View:
        """The kept images that look most like a suspected one, the nearest first, which say why; none where it is not suspected.

        Raises:
            ExploreError: nobody looked yet.
        """
        found = self._need("mistakes")
        (name,) = [one.path.name for one in self._project.images.get([image])] or [""]
        ids = found["neighbors"][found["ids"] == image].ravel()
        return self._project.images.view(ids[self._in_sight(ids)], words=f"why {name} is suspected")

    def strangers(self, threshold: float = STRANGE) -> View:
        """Kept images far from every other of their label, the strangest first; values are `strange` (0..1) and `distance` (cosine, 0..2).

        Raises:
            ExploreError: nobody looked yet.
        """
        import numpy as np

        found = self._need("strangers")
        here = (found["scores"] >= threshold) & self._still_kept(found) & ~np.isin(found["ids"], self._store.verdicts.confirmed())
        where = np.flatnonzero(here)
        where = where[np.argsort(-found["scores"][where], kind="stable")]
        values = {"strange": found["scores"][where], "distance": found["distances"][where]}
        words, none = f"strangers to their label{self._by('strangers')}", np.full(len(where), "", dtype=object)
        return self._project.images.view(found["ids"][where], values=values, words=words, suggestions=Suggestions("strangers", none))

    def faults(self) -> dict[str, View]:
        """Images, not trashed, that are dark, bright, blurred, … by name, the worst first; faults that none has are left out.

        Raises:
            ExploreError: nobody looked yet.
        """
        import numpy as np

        from cvwidgets.explore import FAULTS, find_faults

        found = self._need("measures")
        here = self._in_sight(found["ids"])
        ids, judged = found["ids"][here], find_faults(found["measures"][here])
        views: dict[str, View] = {}
        for fault in FAULTS:
            where = np.flatnonzero(judged.mask(fault))
            scores = judged.score(fault)[where]
            order = np.argsort(-scores, kind="stable")
            if len(where):
                views[fault] = self._project.images.view(ids[where][order], values={"fault": scores[order]}, words=fault.replace("_", " "))
        return views

    # ---- the map

    def map(self) -> Map:
        """Where the images stand that are not in the trash.

        Raises:
            ExploreError: nobody looked yet.
        """
        import numpy as np

        from cvwidgets.store.outlines import KEPT

        found, outline = self._need("map"), self._outline()
        here = self._in_sight(found["ids"])
        ids = found["ids"][here]
        at = outline.positions(ids)
        kept = outline.states[at] == KEPT
        labels = np.where(kept, self._named(outline.labels[at]), "")
        return Map(ids, found["points"][here], found.facts["method"], kept, labels)

    def _count_unseen(self) -> int:
        import numpy as np

        ids, seen = self._outline().ids, self._findings.get("duplicates")
        return int(len(ids) if seen is None else (~np.isin(ids, seen["looked"])).sum())

    def _count_suspected(self) -> int | None:
        """Asks the catalog for the suspected alone: an outline of all images takes seconds where there are very many."""
        if (found := self._findings.get("mistakes")) is None:
            return None
        right = set(self._store.verdicts.confirmed().tolist())
        ids, labels = found["ids"][found["likely"]].tolist(), self._named(found["labels"][found["likely"]])
        then = {image: label for image, label in zip(ids, labels, strict=True) if image not in right}
        now = self._project.images.get([*then])
        return sum(1 for image in now if image.state == "kept" and image.label == then[image.id])

    def _in_sight(self, ids: Numbers) -> Mask:
        """Which of these images are there and not in the trash."""
        from cvwidgets.store.outlines import TRASHED

        outline = self._outline()
        at = outline.positions(ids)
        there: Mask = at >= 0
        there[there] = outline.states[at[there]] != TRASHED
        return there

    def _still_kept(self, found: Finding) -> Mask:
        """Which images of a finding are kept under the label that they had then."""
        from cvwidgets.store.outlines import KEPT

        outline = self._outline()
        at = outline.positions(found["ids"])
        there: Mask = at >= 0
        there[there] = (outline.states[at[there]] == KEPT) & (outline.labels[at[there]] == found["labels"][there])
        return there
