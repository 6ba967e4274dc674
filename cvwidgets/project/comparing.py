"""Runs side by side on the test images that they share, all scored under the labels of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from cvwidgets.errors import NoFigures
from cvwidgets.evaluation import paired_difference
from cvwidgets.project.scoring import Scores, score
from cvwidgets.recipe import differences

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.project.run import Run
    from cvwidgets.store import Store
    from cvwidgets.store.kept import Row

    Numbers = npt.NDArray[np.int64]

MOST = 5
"""So many runs are compared at once: of more, neither colors nor columns are told apart."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one of the runs stands on the images that all share.

    `accuracy` is the share that it has right, `low` and `high` its 95% interval. `difference` is that share less the first run's, with the
    95% interval of a difference on the same images; 0 for the first run itself. All 0..1. `alone` are ids of images that it alone has
    right.
    """

    run: str
    accuracy: float
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float
    alone: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LabelShares:
    """Of the test images of a label that the runs share, the share that each run calls by it, 0..1, in the order of the runs."""

    label: str
    images: int
    right: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to five runs on the test images that they share, under the labels of today.

    `disputed` are ids of images that are not called alike by all, `otherwise` those among them that all have wrong. `recipe` lists the
    fields in which not all are alike: name, then the value of each run. `corrected` images are under another label than when the first run
    was trained.
    """

    images: int
    runs: tuple[Standing, ...]
    labels: tuple[LabelShares, ...]
    disputed: tuple[int, ...]
    otherwise: tuple[int, ...]
    recipe: tuple[tuple[Any, ...], ...]
    corrected: int

    @property
    def difference(self) -> float:
        """The last run's accuracy less the first one's, 0..1; of two runs, what the second gained."""
        return self.runs[-1].difference

    @property
    def low(self) -> float:
        """The lower end of the difference's 95% interval."""
        return self.runs[-1].difference_low

    @property
    def high(self) -> float:
        """The upper end of the difference's 95% interval."""
        return self.runs[-1].difference_high


def compare(store: Store, runs: Sequence[Run]) -> Comparison:
    """Two to five runs on the test images that they share, under the labels of today; see `Runs.compare`."""
    _need_comparable(runs)
    kept, _ = store.snapshots.kept(runs[0].recipe.depth)
    return _compare(runs, [score(store, run, kept=kept) for run in runs])


def compare_to_previous(store: Store, run: Run, earlier: Sequence[Run], kept: Mapping[str, Row], scores: Scores) -> Comparison | None:
    """A run that stands today as `scores` say, set against the latest of `earlier` ones that can be; None where they share no image.

    It is the one that the run was trained to be set beside, else the last before it with figures that tells the same depth of labels apart.
    """
    wanted = run.about().beside
    for before in sorted(earlier, key=lambda one: (one.name == wanted, int(one.name)), reverse=True):
        with suppress(NoFigures):
            _need_comparable([before, run])
            found = _compare([before, run], [score(store, before, kept=kept), scores])
            return found if found.images else None
    return None


def _compare(runs: Sequence[Run], scored: Sequence[Scores]) -> Comparison:
    import numpy as np

    ids = reduce(np.intersect1d, (one.ids for one in scored))
    at = [np.intersect1d(one.ids, ids, return_indices=True)[1] for one in scored]
    names = [*dict.fromkeys(name for one in scored for name in one.labels)]
    numbers = [np.array([names.index(name) for name in one.labels], np.int64) for one in scored]
    truth = numbers[0][scored[0].truth[at[0]]]
    said = np.array([number[one.said[here]] for number, one, here in zip(numbers, scored, at, strict=True)])
    right = said == truth
    groups = next((one.groups[here] for one, here in zip(scored, at, strict=True) if one.groups is not None), None)
    disputed = (said != said[0]).any(axis=0)
    support = np.bincount(truth, minlength=len(names))
    found = [np.bincount(truth[mine], minlength=len(names)) for mine in right]
    return Comparison(
        images=len(ids),
        runs=tuple(_standing(run.name, number, right, ids, groups) for number, run in enumerate(runs)),
        labels=tuple(
            LabelShares(name, int(support[label]), tuple(float(of[label] / support[label]) for of in found))
            for label, name in enumerate(names)
            if support[label]
        ),
        disputed=tuple(ids[disputed].tolist()),
        otherwise=tuple(ids[disputed & ~right.any(axis=0)].tolist()),
        recipe=differences(*(run.recipe for run in runs)),
        corrected=scored[0].corrected,
    )


def _standing(run: str, number: int, right: npt.NDArray[np.bool_], ids: Numbers, groups: npt.NDArray[np.str_] | None) -> Standing:
    """`number` is which of the runs it is, `right` which images (n,) each run has right, bool (runs, n), `groups` the group of each."""
    from cvwidgets.learn.grouped import interval_of, weight_of

    first, mine = right[0], right[number]
    images, difference = len(ids), (0.0, 0.0, 0.0)
    if number:
        weight = weight_of(mine.astype(int) - first, groups)
        gained, lost = int((mine & ~first).sum()), int((first & ~mine).sum())
        difference = paired_difference(gained * weight, lost * weight, images * weight)
    alone = ids[mine & (right.sum(axis=0) == 1)]
    share = int(mine.sum()) / max(1, images)
    return Standing(run, share, *interval_of(mine, groups), *difference, alone=tuple(alone.tolist()))


def _need_comparable(runs: Sequence[Run]) -> None:
    names = [run.name for run in runs]
    if not 2 <= len(names) <= MOST or len({*names}) < len(names):
        raise NoFigures(f"{', '.join(names) or 'No run'} cannot be compared; two to {MOST} different runs are needed. Name others.")
    for run in runs[1:]:
        if run.recipe.depth != runs[0].recipe.depth:
            raise NoFigures(
                f"Runs {names[0]} and {run.name} tell labels of other depths apart; comparing needs the same depth. Choose another run."
            )
