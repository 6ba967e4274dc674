"""Which images to look at first: by how certain a model is of them, and a varied few of very many."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from cvwidgets.explore.given import checked_probabilities
from cvwidgets.explore.rows import Embeddings, Floats, Positions, Tick, checked_table, unit_rows

Certainty = Literal["confidence", "margin"]

_MOST = 200_000
"""Of more images a varied few are chosen among so many, drawn by the seed: all of them would take gigabytes, and look no different."""
_AT_ONCE = 16


def certainty(probabilities: Floats, *, by: Certainty = "confidence") -> Floats:
    """How certain a model is of each image: float32 (n,), 0..1, 1 the most certain, from probabilities (n, labels).

    "confidence" is the highest probability, "margin" its lead over the second (B. Settles, Active Learning Literature Survey, 2009). With a
    single label there is nothing to doubt.

    Raises:
        ExploreError: the rows are no probabilities.
    """
    shares = checked_probabilities(probabilities)
    labels = shares.shape[1]
    if by == "confidence":
        return np.asarray(shares.max(axis=1), np.float32)
    if labels == 1:
        return np.ones(len(shares), np.float32)
    if by == "margin":
        highest = np.partition(shares, labels - 2, axis=1)[:, -2:]
        return highest[:, 1] - highest[:, 0]
    raise ValueError(f"certainty goes by confidence or margin, not by {by!r}")


def choose_diverse(embeddings: Embeddings, count: int, *, seed: int = 0, tick: Tick | None = None) -> Positions:
    """Chooses a varied few of embeddings (n, d): positions (min(count, n),), each unlike those before it, the most typical one first.

    They are drawn as the centers of k-means++ are: by the square of the distance to what was chosen already (D. Arthur, S. Vassilvitskii,
    k-means++: The Advantages of Careful Seeding, 2007), so that rare kinds come soon, and not only the farthest strangers. `tick` is
    told the share that is done, and may raise to break off.

    Raises:
        ExploreError: the embeddings hold what is no number.
    """
    vectors, among = _considered(checked_table(embeddings), seed)
    random = np.random.default_rng([seed, 0xD1F])
    free, wanted = np.ones(len(vectors), np.bool_), min(count, len(vectors))
    if wanted < 1:
        return among[:0]
    chosen = [_typical(vectors)]
    free[chosen] = False
    distance = _distances(vectors, vectors[chosen])[:, 0]
    while len(chosen) < wanted:
        drawn = _draw(distance * free, random)
        if drawn is None:  # what is left is the same as what was chosen
            chosen.extend(map(int, random.permutation(np.flatnonzero(free))[: wanted - len(chosen)]))
            break
        before = distance
        for candidate, away in zip(drawn, _distances(vectors, vectors[drawn]).T, strict=True):
            # Drawn by the distances before this round; kept by how much of its own is left, it is as if drawn by those of now.
            if len(chosen) < wanted and free[candidate] and random.random() * before[candidate] < distance[candidate]:
                chosen.append(int(candidate))
                free[candidate] = False
                distance = np.minimum(distance, away)
        if tick is not None:
            tick(len(chosen) / wanted)
    return among[np.array(chosen, np.int64)]


def _considered(embeddings: Embeddings, seed: int) -> tuple[Floats, Positions]:
    if len(embeddings) <= _MOST:
        return unit_rows(embeddings), np.arange(len(embeddings))
    among = np.sort(np.random.default_rng([seed, 0xFE3]).choice(len(embeddings), _MOST, replace=False))
    return unit_rows(embeddings[among], among), among


def _typical(vectors: Floats) -> int:
    """The position nearest to the mean of all."""
    return int((vectors @ vectors.mean(axis=0)).argmax())


def _distances(vectors: Floats, others: Floats) -> npt.NDArray[np.float64]:
    """Squared distances (n, m), 0..4."""
    return np.asarray(np.maximum(2 - 2 * (vectors @ others.T), 0), np.float64)


def _draw(mass: npt.NDArray[np.float64], random: np.random.Generator) -> Positions | None:
    reach = np.cumsum(mass)
    if reach[-1] <= 1e-6 * len(mass):
        return None
    drawn = np.searchsorted(reach, random.random(_AT_ONCE) * reach[-1], side="right")
    return np.asarray(np.minimum(drawn, len(mass) - 1), np.int64)
