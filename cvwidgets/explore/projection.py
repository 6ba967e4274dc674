"""The map: every image a point of the plane, near to those that look like it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from cvwidgets.errors import ExploreError
from cvwidgets.explore.index import Index
from cvwidgets.explore.neighbors import Neighbors, graph, nearest
from cvwidgets.explore.rows import Embeddings, Floats, Tick, blocks, check_widths, checked_table, part_of

NEAR = 14
"""So many neighbors of each image shape the map: what umap-learn calls 15, where an image is its own first one."""

_LEAST_DISTANCE = 0.1
_LONG, _MANY, _SHORT = 500, 10_000, 200
"""Rounds of the layout, up to so many images, and of more: those of umap-learn."""
_NOISE = 1e-3
_FLAT, _NARROWEST = 1e-12, 1e-3
_HALVINGS, _ROUNDS = 40, 30


def pca(embeddings: Embeddings) -> Floats:
    """The map that is there at once: the plane in which embeddings (n, d) differ most (principal components), (n, 2) float32 around 0.

    The same embeddings give the same map, also its signs. Where they differ along one line alone, or not at all, the rest is 0.

    Raises:
        ExploreError: the embeddings hold what is no number.
    """
    rows = checked_table(embeddings)
    if len(rows) < 2:
        for _ in blocks(rows):  # what is no number is told of one image too
            pass
        return np.zeros((len(rows), 2), np.float32)
    middle, axes = _main_axes(rows)
    return np.concatenate([block @ axes - middle @ axes for _, block in blocks(rows)]).astype(np.float32)


def umap(
    embeddings: Embeddings,
    *,
    neighbors: Neighbors | None = None,
    index: Index | None = None,
    near: int = NEAR,
    seed: int = 0,
    tick: Tick | None = None,
) -> Floats:
    """The map on which neighbors stay neighbors (UMAP): (n, 2) float32; the same embeddings and seed give the same map.

    `neighbors` is what `graph` gives for these embeddings with k of at least `near`, where it is known already; else it is computed, by the
    `index` where there is one. The layout begins at the principal components, so that the map stands as the one shown at once does, and
    keeps more of the whole than from a random beginning (Kobak, Linderman, Initialization is critical for preserving global data
    structure, 2021). It runs on one core: on more, umap-learn's layout differs each time. Up to `near` images, and where all are equal, the
    map is that of `pca`. `tick` is told the share that is done, and may raise to break off.

    Source: McInnes, Healy, Melville, UMAP: Uniform Manifold Approximation and Projection, 2018.

    Raises:
        ExploreError: the embeddings hold what is no number, or the neighbors are of others.
    """
    rows = checked_table(embeddings)
    begin = pca(rows)
    if len(rows) <= near or not begin.any():
        return begin
    known = neighbors or graph(rows, k=near, index=index, tick=part_of(tick, 0, 0.4))
    if known.positions.shape[0] != len(rows) or known.positions.shape[1] < near:
        raise ExploreError(
            f"Neighbors of shape {known.positions.shape} were found; {near} of each of {len(rows):,} images are needed. Compute them again."
        )
    return _laid_out(rows, begin, _likeness(known, near), seed, part_of(tick, 0.4 if neighbors is None else 0, 1))


def place(
    new: Embeddings, embeddings: Embeddings, coordinates: Floats, *, near: int = NEAR, index: Index | None = None, tick: Tick | None = None
) -> Floats:
    """Puts new images (m, d) on the map of others (n, d) at `coordinates` (n, 2), which do not move: (m, 2) float32.

    Each stands amid its nearest that are on the map, nearer ones counting more: at the point from which the sum of their weighted
    distances is least, so that one whose neighbors are in two places stands in one of them, not in the void between. Rows of `coordinates`
    that are NaN are not on the map. New images do not draw each other: when many are of a kind that the map has not seen, compute it again.

    Source: Weiszfeld, Sur le point pour lequel la somme des distances de n points donnés est minimum, 1937.

    Raises:
        ExploreError: nothing is on the map, what is new does not fit to it, or holds what is no number.
    """
    rows, added, points = checked_table(embeddings), checked_table(new, "The new embeddings"), np.asarray(coordinates, dtype=np.float32)
    check_widths(rows.shape[1], added.shape[1], "The new embeddings")
    if points.shape != (len(rows), 2):
        raise ExploreError(
            f"Coordinates of shape {points.shape} were found; 2 for each of {len(rows):,} images are needed. Compute the map again."
        )
    there = np.flatnonzero(np.isfinite(points).all(axis=1))
    if not len(there):
        raise ExploreError("No image is on the map; at least one is needed to place others by. Compute the map first.")
    found = nearest(rows, added, k=near, within=None if len(there) == len(rows) else there, index=index, tick=tick)
    return _amid(points[found.positions], _strengths(found.distances))


def _main_axes(rows: Embeddings) -> tuple[Floats, Floats]:
    """The mean (d,) of the rows, and their first two axes (d, 2), 0 where they do not differ."""
    from scipy.linalg import eigh

    shift = next(iter(blocks(rows[:1])))[1][0]  # near to all of them, so that what they have in common costs no digits
    total, products = np.zeros(rows.shape[1]), np.zeros((rows.shape[1], rows.shape[1]))
    for _, block in blocks(rows):
        block = block - shift
        total += block.sum(axis=0, dtype=np.float64)
        products += block.T @ block
    mean = total / len(rows)
    spread = products / len(rows) - np.outer(mean, mean)
    width = len(spread)
    found, vectors = eigh(spread, subset_by_index=[max(0, width - 2), width - 1])
    axes = np.zeros((width, 2))
    axes[:, : vectors.shape[1]] = np.where(found > _FLAT, vectors, 0)[:, ::-1]
    axes *= np.where(np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0) < 0, -1, 1)
    return (shift + mean).astype(np.float32), axes.astype(np.float32)


def _laid_out(rows: Embeddings, begin: Floats, alike: Any, seed: int, tick: Tick | None) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImportWarning)  # it misses TensorFlow, for maps that are not drawn here
        from umap.umap_ import find_ab_params, simplicial_set_embedding

    steep, bend = find_ab_params(spread=1.0, min_dist=_LEAST_DISTANCE)
    random = np.random.RandomState(seed)
    begin = begin / np.abs(begin).max() + random.normal(scale=_NOISE, size=begin.shape)  # equal ones must not lie on one point
    laid_out, _ = simplicial_set_embedding(
        rows,
        alike,
        n_components=2,
        initial_alpha=_Pace(1.0, tick),
        a=steep,
        b=bend,
        gamma=1.0,
        negative_sample_rate=5,
        n_epochs=_LONG if len(rows) <= _MANY else _SHORT,
        init=begin.astype(np.float32),
        random_state=random,
        metric="cosine",
        metric_kwds={},
        densmap=False,
        densmap_kwds={},
        output_dens=False,
    )
    if tick is not None:
        tick(1.0)
    return np.asarray(laid_out, dtype=np.float32)


def _likeness(known: Neighbors, near: int) -> Any:
    """How alike images are, 0..1, as a sparse matrix (n, n): alike is what either sees the other as (the fuzzy union of UMAP)."""
    from scipy.sparse import csr_array

    count, positions = len(known.positions), known.positions[:, :near]
    strengths, begins = _strengths(known.distances[:, :near]), np.arange(0, count * near + 1, near)
    seen = csr_array((strengths.ravel(), positions.ravel(), begins), shape=(count, count))
    either = seen + seen.T - seen * seen.T
    either.eliminate_zeros()
    return either


def _strengths(distances: Floats) -> Floats:
    """How strongly each sees its neighbors (m, k), 0..1: the nearest as 1, all of them together as log2(k + 1).

    UMAP's own, which umap-learn compiles anew in every process, for twice the time that the map of a few hundred takes.
    """
    away = distances.astype(np.float64)
    nearest_other = np.where(away > 0, away, np.inf).min(axis=1, initial=np.inf, keepdims=True)
    beyond = np.maximum(away - np.where(np.isfinite(nearest_other), nearest_other, 0), 0)
    wanted, low, high = np.log2(distances.shape[1] + 1), np.zeros((len(away), 1)), np.full((len(away), 1), np.inf)
    width = np.ones((len(away), 1))
    for _ in range(_HALVINGS):
        too_wide = np.exp(-beyond / width).sum(axis=1, keepdims=True) > wanted
        low, high = np.where(too_wide, low, width), np.where(too_wide, width, high)
        width = np.where(np.isfinite(high), (low + high) / 2, 2 * low)
    usual = np.where(np.isfinite(nearest_other), away.mean(axis=1, keepdims=True), away.mean() if away.size else 0)
    return np.exp(-beyond / np.maximum(width, np.maximum(_NARROWEST * usual, 1e-12))).astype(np.float32)


class _Pace(float):
    """The step of the layout, which tells how far it has come: umap-learn has no other way, but multiplies it by the rest of each round."""

    def __new__(cls, step: float, tick: Tick | None) -> _Pace:
        pace = super().__new__(cls, step)
        pace._tick = tick
        return pace

    _tick: Tick | None

    def __mul__(self, rest: Any) -> float:
        if self._tick is not None:
            self._tick(1 - rest)
        return float(self) * float(rest)


def _amid(points: Floats, weights: Floats) -> Floats:
    """The points (m, 2) from which the weighted distances to (m, k, 2) add up to least."""
    least = 1e-6 * float(np.abs(points).max(initial=0)) + 1e-12
    pull, amid = weights, points[:, 0]
    for _ in range(_ROUNDS):
        amid = np.einsum("mk,mkc->mc", pull, points) / pull.sum(axis=1, keepdims=True)
        pull = weights / np.maximum(np.linalg.norm(points - amid[:, None], axis=2), least)
    return np.asarray(amid, dtype=np.float32)
