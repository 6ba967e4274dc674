"""Runs scored again under the labels of today: the images behind each cell of the test's confusion matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cvwidgets.errors import NoFigures
from cvwidgets.evaluation import TOP, LabelScore, macro_f1, score_labels
from cvwidgets.jobs import read_facts
from cvwidgets.learn.said import FOLDER, read_said
from cvwidgets.project.confusions import count_cells, wrong_cells

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.project.run import Run
    from cvwidgets.store import Store
    from cvwidgets.store.kept import Row

    Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scores:
    """What a run says of its test images (n,), or of its valid ones, those that are still kept, under the labels of today.

    Attributes:
        run: Its name.
        labels: The labels that it knows, then those that came since, which it cannot say.
        ids: int64 (n,).
        truth: int64 (n,): the number of the label by which each is kept now.
        said: int64 (n,): the number of the label that the run finds most probable.
        confidence: float32 (n,), 0..1: its probability.
        among: bool (n,): whether its label is among the three that the run finds most probable.
        gone: How many of its test images are not kept any more.
        corrected: How many are under another label now than when it was trained.
        groups: str (n,): the group of each, where they were split by groups; None where each stands for itself.
    """

    run: str
    labels: tuple[str, ...]
    ids: Numbers
    truth: Numbers
    said: Numbers
    confidence: npt.NDArray[np.float32]
    among: npt.NDArray[np.bool_]
    gone: int
    corrected: int
    groups: npt.NDArray[np.str_] | None = None

    @property
    def counts(self) -> Numbers:
        """The confusion matrix, int64 (labels, labels): rows are today's labels, columns what was said."""
        return count_cells(self.truth, self.said, len(self.labels))

    @property
    def accuracy(self) -> tuple[float, float, float]:
        """The share that is right, 0..1, and the ends of its 95% interval."""
        from cvwidgets.learn.grouped import interval_of

        right = self.truth == self.said
        return (int(right.sum()) / max(1, len(right)), *interval_of(right, self.groups))

    @property
    def top3(self) -> float:
        """The share of the images whose label is among the three most probable, 0..1."""
        return int(self.among.sum()) / max(1, len(self.among))

    @property
    def of_labels(self) -> tuple[LabelScore, ...]:
        """How each label is told from the others, in the order of `labels`."""
        import numpy as np

        numbers = (self.truth[self.truth == self.said], self.said, self.truth)
        return score_labels(self.labels, *(np.bincount(each, minlength=len(self.labels)).tolist() for each in numbers))

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the labels that have images, 0..1."""
        return macro_f1(self.of_labels)

    def cells(self) -> list[tuple[str, str, int]]:
        """Label of today, label said, and how many, of all pairs of different labels that occur; the most frequent first."""
        return wrong_cells(self.truth, self.said, self.labels)


def score(store: Store, run: Run, epoch: int | None = None, *, kept: Mapping[str, Row] | None = None) -> Scores:
    """What a run says of its test images, or its valid ones after an epoch, under the labels of today; see `Runs.scores`.

    `kept` is what is kept now, for who has it already.
    """
    import numpy as np

    said = read_said(run.folder / FOLDER / ("test.npz" if epoch is None else f"valid-{epoch:04}.npz"))
    known = list((read_facts(run.folder / "environment.json") or {}).get("labels", ()))
    if said is None or not known:
        which = "test images" if epoch is None else f"the valid images in epoch {epoch}"
        raise NoFigures(
            f"Run {run.name} has not been tried on {which}, image by image; scoring needs that. Wait for its end, or train again."
        )
    kept = store.snapshots.kept(run.recipe.depth)[0] if kept is None else kept
    here = [at for at, key in enumerate(said.keys) if key in kept]
    rows = [kept[said.keys[at]] for at in here]
    frozen = (store.snapshots.frozen(run.snapshot) if run.snapshot else None) or {}
    changed = renamed(frozen, kept)
    names = (*known, *dict.fromkeys(row.label for row in rows if row.label not in known and row.label not in changed.values()))
    groups = store.snapshots.groups(run.snapshot) if run.snapshot else {}
    number = {name: at for at, name in enumerate(names)} | {new: names.index(old) for old, new in changed.items() if old in names}
    truth = np.array([number[row.label] for row in rows], np.int64)
    return Scores(
        run=run.name,
        labels=tuple(changed.get(name, name) for name in names),
        ids=np.array([row.image_id for row in rows], np.int64),
        truth=truth,
        said=said.labels[here, 0].astype(np.int64),
        confidence=said.probabilities[here, 0].astype(np.float32),
        among=(said.labels[here, :TOP] == truth[:, None]).any(axis=1),
        gone=len(said.keys) - len(here),
        corrected=sum(kept[key].label != changed.get(frozen[key], frozen[key]) for key in said.keys if key in kept and key in frozen),
        groups=np.array([groups.get(row.sha256, row.sha256) for row in rows]) if groups else None,
    )


def renamed(before: Mapping[str, str], kept: Mapping[str, Row]) -> dict[str, str]:
    """Labels of a snapshot with their new names: gone by the old one, all images of it that are kept stand under one new one."""
    now = {row.label for row in kept.values()}
    under: dict[str, set[str]] = {}
    for key, label in before.items():
        if label not in now and key in kept:
            under.setdefault(label, set()).add(kept[key].label)
    known = set(before.values())
    return {old: new for old, (new, *others) in under.items() if not others and new not in known}
