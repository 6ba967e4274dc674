"""Questioning the labels: mistakes and strangers among what is kept, and what heads that learnt from it say of what is New."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cvwidgets.explore.rows import part_of
from cvwidgets.project.findings import Findings
from cvwidgets.project.nearness import PREDICTIONS, TRAINED
from cvwidgets.store.outlines import KEPT, NEW, NO_LABEL, Outline

if TYPE_CHECKING:
    from cvwidgets.explore.rows import Tick

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float16]
Columns = dict[str, npt.NDArray[Any]]

FEWEST = 2
"""Labels below which nothing can be questioned."""
WHY = 6
"""So many neighbors are kept with each suspected mistake, to show why."""
LIKELIEST = 3
"""So many labels that an image may have are kept of each."""


@dataclass(frozen=True, slots=True)
class Sight:
    """All images as one model sees them: `vectors` (n, d), zeros where there is none.

    `learnt_from` (n,) are what taught it; None where that is not known any more, so that it may not judge what is kept.
    """

    name: str
    key: str
    vectors: Vectors
    learnt_from: Mask | None

    @property
    def seen(self) -> Mask:
        """Which of the images (n,) it saw."""
        return np.asarray((self.vectors != 0).any(axis=1))


class Questioning:
    """Questions the images of an outline, of which those with the same number in `stacks` (n,) look alike.

    Whatever is asked, every finding is written, an empty one where nothing can be said: what an earlier look found is never left.
    """

    def __init__(self, known: Outline, stacks: Numbers, findings: Findings) -> None:
        self._known = known
        self._stacks = stacks
        self._findings = findings

    def ask(self, starter: Sight, trained: Sight | None, *, confirmed: Numbers, tick: Tick) -> None:
        """Asks the starter and, where there is one, the model in production; labels `confirmed` as right are not doubted."""
        known = self._known
        tick(0)
        kept = np.flatnonzero((known.states == KEPT) & (known.labels != NO_LABEL) & starter.seen)
        self._find_strangers(starter, kept, part_of(tick, 0, 0.1))
        if len(np.unique(known.labels[kept])) < FEWEST:
            kept = kept[:0]
        judge = trained if trained and trained.learnt_from is not None else None
        names = [starter.name, judge.name] if judge else [starter.name]
        shares, by_both = self._opinions(starter, judge, kept, part_of(tick, 0.1, 0.7))
        right = np.isin(known.ids[kept], confirmed)
        self._find_mistakes(starter, kept, shares, right=right, names=names, tick=part_of(tick, 0.7, 0.9))
        tick(0.9)
        guessed = self._guess("uncertain", starter, kept)
        tick(0.95)
        if trained:
            guessed = self._guess(TRAINED, trained, kept)
        else:
            self._findings.remove(TRAINED)
        told = _likeliest("kept", known.ids[kept], np.unique(known.labels[kept]), shares)
        predictions = {**told, "kept_by_both": by_both, **guessed}
        self._findings.put(PREDICTIONS, {"kept": names, "new": [(trained or starter).name]}, predictions)
        tick(1)

    def _find_strangers(self, by: Sight, kept: Numbers, tick: Tick | None) -> None:
        from cvwidgets.explore import find_strangers

        numbers, labels = np.unique(self._known.labels[kept], return_inverse=True)
        found = find_strangers(by.vectors[kept], labels, groups=self._stacks[kept], tick=tick)
        arrays: Columns = {"ids": self._known.ids[kept], "labels": numbers[labels], "scores": found.scores, "distances": found.distances}
        self._findings.put("strangers", {"key": by.key}, arrays)

    def _opinions(self, starter: Sight, trained: Sight | None, kept: Numbers, tick: Tick | None) -> tuple[Shares, Mask]:
        """Which labels kept images (n,) have by heads that never saw them: probabilities (n, labels), and of which both were asked."""
        from cvwidgets.explore import out_of_fold
        from cvwidgets.explore.mistakes import combine_opinions

        labels, groups = np.unique(self._known.labels[kept], return_inverse=True)[1], self._stacks[kept]
        shares = out_of_fold(starter.vectors[kept], labels, groups=groups, tick=part_of(tick, 0, 0.5 if trained else 1))
        if trained is None:
            return shares, np.zeros(len(kept), np.bool_)
        second = out_of_fold(trained.vectors[kept], labels, groups=groups, tick=part_of(tick, 0.5, 1))
        # A copy of what taught it, encoded anew, is as good as that: it would defend the copy's label too.
        learnt = np.isin(self._stacks, self._stacks[trained.learnt_from])
        both = (trained.seen & ~learnt)[kept]
        return combine_opinions(shares, second, learnt_from=~both), both

    def _find_mistakes(self, by: Sight, kept: Numbers, shares: Shares, *, right: Mask, names: list[str], tick: Tick | None) -> None:
        from cvwidgets.explore import find_mistakes

        numbers, labels = np.unique(self._known.labels[kept], return_inverse=True)
        found = find_mistakes(shares, labels, right=right, groups=self._stacks[kept], embeddings=by.vectors[kept], k=WHY, tick=tick)
        ids, near = self._known.ids[kept], found.neighbors.positions  # type: ignore[union-attr]
        self._findings.put(
            "mistakes",
            {"key": by.key, "models": names, "wrong": float(found.estimate.wrong), "images": len(kept)},
            {
                "ids": ids[found.positions],
                "labels": numbers[found.labels],
                "suggestions": numbers[found.suggestions],
                "label_probabilities": found.label_probabilities,
                "suggestion_probabilities": found.suggestion_probabilities,
                "scores": found.scores,
                "likely": found.likely,
                "neighbors": np.where(near >= 0, ids[near], -1),  # no image is -1
                "all_labels": numbers,
                "kept_by_label": np.bincount(labels, minlength=len(numbers)),
                "wrong_by_label": found.estimate.by_label[: len(numbers)],
            },
        )

    def _guess(self, name: str, by: Sight, kept: Numbers) -> Columns:
        """What a head under a model, which learnt from what is kept, says of what is New; returns the likeliest labels of each."""
        from cvwidgets.explore import certainty, prelabel

        known, seen = self._known, by.seen
        waiting, learnt = np.flatnonzero((known.states == NEW) & seen), kept[seen[kept]]
        numbers, labels = np.unique(known.labels[learnt], return_inverse=True)
        if len(numbers) < FEWEST:
            waiting, said = waiting[:0], np.zeros((0, FEWEST), np.float32)
        else:
            said = prelabel(by.vectors[learnt], labels, by.vectors[waiting])
        ids = known.ids[waiting]
        arrays = {"suggestions": numbers[said.argmax(axis=1)], "confidence": certainty(said), "margin": certainty(said, by="margin")}
        self._findings.put(name, {"key": by.key, "models": [by.name]}, {"ids": ids, **arrays})
        return _likeliest("new", ids, numbers, said)


def _likeliest(state: str, ids: Numbers, numbers: Numbers, shares: Shares) -> Columns:
    """Of images (n,) that may have these labels (l,) with these probabilities (n, l) the few likeliest (n, few), the likeliest first."""
    order = np.argsort(-shares, axis=1, kind="stable")[:, :LIKELIEST]
    told: Columns = {"ids": ids, "labels": numbers[order], "probabilities": np.take_along_axis(shares, order, axis=1)}
    return {f"{state}_{name}": array for name, array in told.items()}
