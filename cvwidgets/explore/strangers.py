"""Strangers: images far from every other image of their label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cvwidgets.explore.given import Numbers, checked_groups, checked_labels
from cvwidgets.explore.limits import STRANGE
from cvwidgets.explore.rows import Embeddings, Floats, Positions, Tick, checked_table, unit_rows

_NEAREST = 5
_SPREADS = 3.5
_LEAST_SPREAD = 0.01
"""Of cosine distances: what embeddings kept in half precision, or of the same picture encoded anew, may differ by."""
_SHARED = 10
"""A label's own distances count as much as those of all labels together when it has so many images; with fewer, less."""
_MOST = 20_000
"""A larger label is compared with so many of its images, drawn by the seed: who is far from those is far from all."""
_ROWS = 1024


@dataclass(frozen=True, slots=True)
class Strangers:
    """How strange each image (n,) is among those of its label.

    `scores` float32, 0..1, 1 the strangest; an image that has no other of its label to be far from gets 0. `distances` float32, 0..2: the
    mean cosine distance to the 5 nearest of its label (to all of them, where there are fewer), NaN where there are none. `nearest` int64:
    the position of the nearest of its label, -1 where there is none. `order` int64: all positions, the strangest first.
    """

    scores: Floats
    distances: Floats
    nearest: Positions
    order: Positions

    def strange(self, threshold: float = STRANGE) -> Positions:
        """The positions of those with at least such a score, the strangest first."""
        return self.order[self.scores[self.order] >= threshold]


def find_strangers(
    embeddings: Embeddings, labels: Numbers, *, groups: Numbers | None = None, seed: int = 0, tick: Tick | None = None
) -> Strangers:
    """Finds the images that are far from every other of their label, from embeddings (n, d) and labels (n,), whole numbers from 0.

    Images of one group (n,) are duplicates: they are no company for each other, so that a stranger that came twice is still one. What is
    far is said by the label's own median distance and spread; for a label of few images those of all labels count too, and with two images
    that are far from each other both are strangers. `tick` is told the share that is done, and may raise to break off.

    Raises:
        ExploreError: embeddings and labels do not fit together, or hold what is no number.
    """
    vectors = unit_rows(checked_table(embeddings))
    given, company = checked_labels(labels, len(vectors)), checked_groups(groups, len(vectors))
    distances, nearest = np.full(len(vectors), np.nan, np.float32), np.full(len(vectors), -1, np.int64)
    random, done = np.random.default_rng([seed, 0x57A]), 0
    for label in np.unique(given):
        members = np.flatnonzero(given == label)
        others = members if len(members) <= _MOST else np.sort(random.choice(members, _MOST, replace=False))
        for begin in range(0, len(members), _ROWS):
            rows = members[begin : begin + _ROWS]
            distances[rows], nearest[rows] = _company(vectors, rows, others, company)
            done += len(rows)
            if tick is not None:
                tick(done / len(vectors))
    scores = _scores(distances, given)
    return Strangers(scores, distances, nearest, np.argsort(-scores, kind="stable"))


def _company(vectors: Floats, rows: Positions, others: Positions, groups: Positions) -> tuple[Floats, Positions]:
    """The mean distance of each row to the nearest others that are neither itself nor its duplicates, and the nearest of them."""
    away = np.clip(1 - vectors[rows] @ vectors[others].T, 0, 2)
    away[groups[rows][:, None] == groups[others]] = np.inf  # itself among them
    count = min(_NEAREST, len(others))
    places = np.argpartition(away, count - 1, axis=1)[:, :count]
    near = np.take_along_axis(away, places, axis=1)
    there = np.isfinite(near)
    total, some = np.where(there, near, 0).sum(axis=1), there.any(axis=1)
    mean = np.where(some, total / np.maximum(there.sum(axis=1), 1), np.nan)
    first = np.take_along_axis(places, near.argmin(axis=1)[:, None], axis=1)[:, 0]
    return mean.astype(np.float32), np.where(some, others[first], -1)


def _scores(distances: Floats, labels: Positions) -> Floats:
    scores, known = np.zeros(len(distances), np.float32), np.isfinite(distances)
    if not known.any():
        return scores
    usual, spread = _usual(distances[known])
    for label in np.unique(labels[known]):
        members = np.flatnonzero(known & (labels == label))
        own_usual, own_spread = _usual(distances[members])
        share = len(members) / (len(members) + _SHARED)
        middle, width = share * own_usual + (1 - share) * usual, share * own_spread + (1 - share) * spread
        excess = np.maximum(distances[members] - middle, 0) / max(width, _LEAST_SPREAD)
        square = np.square(excess / _SPREADS)
        scores[members] = square / (1 + square)
    return scores


def _usual(distances: Floats) -> tuple[float, float]:
    """Median, and the median distance from it scaled to be a standard deviation where values are spread normally."""
    median = float(np.median(distances))
    return median, 1.4826 * float(np.median(np.abs(distances - median)))
