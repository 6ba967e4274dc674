"""Mistakes: kept images whose label is probably wrong, judged by heads that never saw them, with the label suggested instead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cvwidgets.errors import ExploreError
from cvwidgets.explore.given import Mask, Numbers, checked_groups, checked_labels, checked_mask, checked_probabilities
from cvwidgets.explore.neighbors import Neighbors, nearest
from cvwidgets.explore.rows import Embeddings, Floats, Positions, Tick

FEWEST = 10
"""A label with fewer images is learnt too badly to say how many of them are wrong."""

_SHARED = 20
"""A label with so many images is judged half by what its own images usually get, half by what all do; one with more, more by all."""
_LIMITS = np.geomspace(0.001, 0.5, 60)
_CAUGHT = 0.25
"""The least share of wrong labels that must lie below a limit for those to be counted there: with less, chance decides."""
_FIRST = 2000
"""Neighbors are searched for of so many of those listed first, and of all that are likely: of a million images a hundred thousand may be
open questions, at whose end nobody looks."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many labels are probably wrong: an estimate, rather too high where labels look alike.

    `wrong` is the number in all; chance alone may put it anywhere from `low` to `high` (95%). `by_label` float32 (labels,): of each label,
    NaN where it has fewer than 10 images: there it cannot be told, and `wrong` leaves these out. Images judged right are right.
    """

    wrong: float
    low: float
    high: float
    by_label: Floats


@dataclass(frozen=True, slots=True)
class Mistakes:
    """The images for which another label is suggested, the surest mistake first; arrays of one row for each.

    `positions` int64: rows of what was given. `labels` and `suggestions` int64, with `label_probabilities` and `suggestion_probabilities`
    float32, 0..1. `scores` float32, 0..1: how little speaks for the label. `likely` bool: counted as wrong by confident learning; the
    others are open questions. `neighbors`: the nearest of all images, which say why; None where nothing to find them by was given. Of open
    questions behind the first 2,000 they are not searched for: positions -1, distances NaN.
    `alone` int64: the labels of a single image (or group), of which nothing can be said; their images are not listed.
    """

    positions: Positions
    labels: Positions
    label_probabilities: Floats
    suggestions: Positions
    suggestion_probabilities: Floats
    scores: Floats
    likely: Mask
    neighbors: Neighbors | None
    alone: Positions
    estimate: Estimate


def find_mistakes(
    probabilities: Embeddings,
    labels: Numbers,
    *,
    right: Mask | None = None,
    groups: Numbers | None = None,
    embeddings: Embeddings | None = None,
    graph: Neighbors | None = None,
    k: int = 8,
    limit: int | None = None,
    tick: Tick | None = None,
) -> Mistakes:
    """Ranks the images whose label is probably wrong, by out-of-fold probabilities (n, labels) and the labels (n,) that they have.

    By confident learning (C. Northcutt, L. Jiang, I. Chuang, Confident Learning: Estimating Uncertainty in Dataset Labels, 2021): a
    probability is seen beside the mean one that the label's own images get, so that a rare label, which no head believes in, is not full of
    mistakes. `right` (n,) marks images that somebody judged to be right: they are left out. `groups` (n,) as in `out_of_fold`. `limit` cuts
    the list, not the estimate. The `k` neighbors of those listed come from a `graph` of all images, or are found among `embeddings` (n, d);
    `tick` is told the share of that which is done, and may raise to break off.

    Raises:
        ExploreError: what is given does not fit together.
    """
    shares = checked_probabilities(probabilities)
    given, judged = checked_labels(labels, len(shares)), checked_mask(right, len(shares), "right")
    if len(given) and int(given.max()) >= shares.shape[1]:
        raise ExploreError(
            f"Label {int(given.max())} has no column in probabilities of {shares.shape[1]} labels; each needs one. Ask for all labels."
        )
    rows, alone = np.arange(len(given)), _alone(given, checked_groups(groups, len(given)))
    beside = _beside_usual(shares, given)
    suggestions, scores = beside.argmax(axis=1), 1 - beside[rows, given]
    order = np.flatnonzero((suggestions != given) & ~judged & ~np.isin(given, alone))
    order = order[np.argsort(-scores[order], kind="stable")][:limit]
    likely = _counted(shares, given)[order]
    return Mistakes(
        positions=order,
        labels=given[order],
        label_probabilities=shares[order, given[order]],
        suggestions=suggestions[order],
        suggestion_probabilities=shares[order, suggestions[order]],
        scores=scores[order],
        likely=likely,
        neighbors=_why(order, likely, embeddings, graph, k, tick),
        alone=alone,
        estimate=_estimate(beside, given, judged),
    )


def combine_opinions(first: Embeddings, second: Embeddings, *, learnt_from: Mask | None = None) -> Floats:
    """The mean of two out-of-fold opinions (n, labels), of heads under the embeddings of two models: what both doubt comes first.

    The second is a trained run's: its embeddings know the labels of the images that it was trained on, right or wrong, and would defend
    them. `learnt_from` (n,) marks these; of them only the first opinion counts.

    Raises:
        ExploreError: the opinions do not fit together, or are no probabilities.
    """
    one, other = checked_probabilities(first), checked_probabilities(second)
    if one.shape != other.shape:
        raise ExploreError(
            f"Opinions of shape {one.shape} and {other.shape} were given; both must be of the same images and labels. Ask again."
        )
    biased = checked_mask(learnt_from, len(one), "learnt_from")
    return np.where(biased[:, None], one, (one + other) / 2)


def _alone(labels: Positions, groups: Positions) -> Positions:
    """The labels with images of one group only."""
    found, counts = np.unique(np.unique(np.stack([labels, groups]), axis=1)[0], return_counts=True)
    return np.asarray(found[counts == 1], np.int64)


def _beside_usual(shares: Floats, labels: Positions) -> Floats:
    """Probabilities beside what images of each label usually get for it, again adding up to 1."""
    counts = np.bincount(labels, minlength=shares.shape[1])
    own = shares[np.arange(len(labels)), labels]
    sums = np.bincount(labels, own, minlength=shares.shape[1])
    usual = (counts * own.mean() + _SHARED * sums / np.maximum(counts, 1)) / (counts + _SHARED) if len(labels) else np.ones(len(counts))
    weighed = np.where(counts > 0, shares / np.maximum(usual, 1e-3), 0)
    return np.asarray(weighed / np.maximum(weighed.sum(axis=1, keepdims=True), 1e-9), np.float32)


def _counted(shares: Floats, labels: Positions) -> Mask:
    """Whom confident learning counts as wrong: who gets for another label, the most probable, at least what its own get."""
    counts = np.bincount(labels, minlength=shares.shape[1])
    own = shares[np.arange(len(labels)), labels]
    enough = np.bincount(labels, own, minlength=shares.shape[1]) / np.maximum(counts, 1)
    highest = shares.argmax(axis=1)
    return np.asarray((highest != labels) & (counts[highest] > 0) & (shares.max(axis=1) >= enough[highest]), np.bool_)


def _estimate(beside: Floats, labels: Positions, judged: Mask) -> Estimate:
    """Counts the images that get less for their label than a limit, and divides by the share of wrong labels that would.

    That share is known: it is how often images of other labels get less than that for this one. Each limit gives a bound from above; the
    lowest that chance does not decide is taken (G. Blanchard, G. Lee, C. Scott, Semi-Supervised Novelty Detection, 2010). Seen on trashnet
    with 5% and 10% flipped: 0.65 to 1.5 times what was planted, where confident learning counted 1.1 to 2.7 times that.
    """
    counts = np.bincount(labels, minlength=beside.shape[1])
    told = counts >= FEWEST
    found, caught = np.zeros((len(_LIMITS), len(counts))), np.zeros((len(_LIMITS), len(counts)))
    for label in np.flatnonzero(told):
        own, others = (labels == label) & ~judged, labels != label
        found[:, label] = np.searchsorted(np.sort(beside[own, label]), _LIMITS)
        caught[:, label] = np.searchsorted(np.sort(beside[others, label]), _LIMITS) / max(1, int(others.sum()))
    images = int(counts[told].sum())
    number, share = found.sum(axis=1), np.maximum((caught * counts).sum(axis=1) / max(1, images), 1e-9)
    above = np.where(share >= min(_CAUGHT, share[-1]), (number + 2 * np.sqrt(number + 1)) / share, np.inf)
    best = int(above.argmin())
    by_label = np.minimum(found[best] / np.maximum(caught[best], _CAUGHT / 2), counts)
    low, wrong, high = (min(images, max(0, number[best] + off) / share[best]) for off in 2 * np.sqrt(number[best] + 1) * np.arange(-1, 2))
    return Estimate(float(wrong), float(low), float(high), np.where(told, by_label, np.nan).astype(np.float32))


def _why(
    order: Positions, likely: Mask, embeddings: Embeddings | None, graph: Neighbors | None, k: int, tick: Tick | None
) -> Neighbors | None:
    if graph is not None:
        return Neighbors(graph.positions[order, :k], graph.distances[order, :k])
    if embeddings is None:
        return None
    asked = np.flatnonzero(likely | (np.arange(len(order)) < _FIRST))
    found = nearest(embeddings, np.asarray(embeddings)[order[asked]], k=k, own=order[asked], tick=tick)
    shape = (len(order), found.positions.shape[1])
    positions, distances = np.full(shape, -1), np.full(shape, np.nan, np.float32)
    positions[asked], distances[asked] = found.positions, found.distances
    return Neighbors(positions, distances)
