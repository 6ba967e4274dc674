"""Neighbors: the images whose embeddings are nearest to a given one, exactly, or by an index where there are too many to look at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cvwidgets.errors import ExploreError
from cvwidgets.explore.rows import (
    FEW_NUMBERS,
    NUMBERS,
    Embeddings,
    Floats,
    Positions,
    Tick,
    blocks,
    check_widths,
    checked_table,
    part_of,
    unit_rows,
)

if TYPE_CHECKING:
    from cvwidgets.explore.index import Index, Narrowed

Among = npt.NDArray[np.bool_] | npt.NDArray[np.integer[Any]]

INDEX_FROM = 200_000
"""From so many images on an index pays: looking at all of them for one query takes a tenth of a second and more."""

GRAPH_BY_INDEX_FROM = 50_000
"""From so many images on the neighbors of all come sooner by an index, the building of it included."""

_STEPS = 1 << 20
"""Distances are told in steps of a millionth: what adding up in another order changes is below it, so that equal images tie."""
_PLACE_BITS = 40
_NONE = np.iinfo(np.int64).max
_FEW = 32
"""Fewer queries than these are compared by one product; for more, faiss keeps only what may be among the nearest."""
_FURTHER = 6
"""So much further few queries look in an index: it takes milliseconds, and a file that was dropped may be like nothing it was set by."""
_SPARE = 8
_MOST_BY_INDEX = 128
_CANDIDATES, _MORE = 2, 16
"""So many candidates for each neighbor asked, and so many more, come from the index, which has them at 8 bits, and are compared exactly."""


@dataclass(frozen=True, slots=True)
class Neighbors:
    """The nearest of each query, the nearest first; equal distances in the order of their positions.

    `positions` int64, (k,) for one query or (q, k) for many: rows of the embeddings that were asked. `distances` float32 of the same shape:
    cosine distances, 0..2, in steps of a millionth.
    """

    positions: Positions
    distances: Floats


def nearest(
    embeddings: Embeddings,
    queries: Embeddings,
    *,
    k: int = 20,
    within: Among | None = None,
    own: npt.NDArray[np.integer[Any]] | int | None = None,
    index: Index | None = None,
    exact_below: int = INDEX_FROM,
    tick: Tick | None = None,
) -> Neighbors:
    """Finds the k nearest of one query (d,) or of many (q, d) among embeddings (n, d), float16 or float32, a memory map too.

    Rows need not be normalized; one that is all zeros is at distance 1 from everything. `within` is a mask (n,) or positions: only these
    are looked at, those of one label, say. `own` is the position of each query among the embeddings, which is left out; -1 where it has
    none. There are k columns, or as many as every query can fill.

    Without an `index` the answer is exact. One of the same embeddings proposes, when at least `exact_below` are looked at and at most 128
    asked; the distances are exact, and rows newer than the index are all looked at. `tick` is told the share that is done, and may raise to
    break off.

    Raises:
        ExploreError: queries, embeddings and index do not fit together, or hold what is no number.
    """
    rows, asked = checked_table(embeddings), np.asarray(queries)
    wanted = checked_table(asked.reshape(1, -1) if asked.ndim == 1 else asked, "The queries")
    check_widths(rows.shape[1], wanted.shape[1])
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    among, itself = _positions(within, len(rows)), _own(own, len(wanted))
    keys = _searched(rows, wanted, k, among, itself, index, exact_below, tick)
    keys = keys[0] if asked.ndim == 1 else keys
    return Neighbors(keys & ((1 << _PLACE_BITS) - 1), _distances(keys))


def graph(
    embeddings: Embeddings, *, k: int = 20, index: Index | None = None, exact_below: int = GRAPH_BY_INDEX_FROM, tick: Tick | None = None
) -> Neighbors:
    """Finds the k nearest of every image, itself left out: positions and distances (n, k), or (n, n - 1) where there are fewer.

    Exact below `exact_below` images; from there on by the `index`, which is built in memory where none is given (recall 0.99 and more, as
    `build_index` tells). `tick` as in `nearest`.

    Raises:
        ExploreError: the embeddings do not fit together with the index, or hold what is no number.
    """
    rows, begun = checked_table(embeddings), 0.0
    if index is None and len(rows) >= exact_below and k <= _MOST_BY_INDEX:
        from cvwidgets.explore.index import build_index

        begun = 0.5
        index = build_index(rows, tick=part_of(tick, 0, begun))
    own = np.arange(len(rows))
    return nearest(rows, rows, k=k, own=own, index=index, exact_below=exact_below, tick=part_of(tick, begun, 1))


def recall(found: Neighbors, exact: Neighbors) -> float:
    """The share of those found, 0..1, that are as near as the farthest of the exact ones, but for two steps of rounding; 1 of none."""
    return float((found.distances <= exact.distances[:, -1:] + 2 / _STEPS).mean()) if found.distances.size else 1.0


def _searched(
    rows: Embeddings,
    wanted: Embeddings,
    k: int,
    among: Positions | None,
    own: Positions | None,
    index: Index | None,
    exact_below: int,
    tick: Tick | None,
) -> Positions:
    """Keys (q, k) of the nearest: distance in steps, then position, in one number that sorts by both."""
    count = len(rows) if among is None else len(among)
    if own is not None and count and (np.isin(own, among).any() if among is not None else (own >= 0).any()):
        k = min(k, count - 1)
    k = min(k, count)
    if index is None or count < exact_below or not 0 < k <= _MOST_BY_INDEX:
        return _exact(rows, wanted, k, among, own, tick)
    check_widths(rows.shape[1], index.width, "The rows of the index")
    if index.rows > len(rows):
        raise ExploreError(
            f"The index knows {index.rows:,} rows, the embeddings have {len(rows):,}; it must be of the same ones. Build the index again."
        )
    return _by_index(rows, wanted, k, among, own, index, tick)


def _exact(
    rows: Embeddings, wanted: Embeddings, k: int, among: Positions | None, own: Positions | None, tick: Tick | None = None
) -> Positions:
    best = np.full((len(wanted), k), _NONE)
    count = len(rows) if among is None else len(among)
    for begin, queries in blocks(wanted, name=_name(rows, wanted)):
        assert isinstance(begin, int)
        part, seen = slice(begin, begin + len(queries)), 0
        for where, block in blocks(rows, among, numbers=NUMBERS if len(queries) >= _FEW else FEW_NUMBERS):
            keys = _nearest_of(queries, block, k + (own is not None))
            places = keys & ((1 << _PLACE_BITS) - 1)
            at = places + where if isinstance(where, int) else where[places]
            keys += at - places
            if own is not None:
                keys[at == own[part, None]] = _NONE
            best[part] = np.sort(np.concatenate([best[part], keys], axis=1), axis=1)[:, :k]
            seen += len(block)
            if tick is not None:
                tick((begin + len(queries) * seen / count) / len(wanted))
    return best


def _nearest_of(queries: Floats, block: Floats, k: int) -> Positions:
    """Keys of the k nearest of one block, sorted; of equal ones at the border those that come first."""
    k = min(k, len(block))
    if len(queries) < _FEW:
        keys = (_steps(queries @ block.T) << _PLACE_BITS) | np.arange(len(block))
        return np.sort(np.partition(keys, k - 1, axis=1)[:, :k], axis=1)
    import faiss

    near, places = faiss.knn(queries, block, min(len(block), k + _SPARE), faiss.METRIC_INNER_PRODUCT)
    keys = np.sort((_steps(near) << _PLACE_BITS) | places, axis=1)
    if keys.shape[1] < len(block):  # else all have been looked at
        unsure = np.flatnonzero(keys[:, -1] >> _PLACE_BITS == keys[:, k - 1] >> _PLACE_BITS)
        for some in np.array_split(unsure, -(-len(unsure) // (_FEW - 1))) if len(unsure) else []:
            keys[some, :k] = _nearest_of(queries[some], block, k)
    return keys[:, :k]


def _by_index(
    rows: Embeddings, wanted: Embeddings, k: int, among: Positions | None, own: Positions | None, index: Index, tick: Tick | None
) -> Positions:
    best, ask = np.full((len(wanted), k), _NONE), index.narrowed(among, further=_FURTHER if len(wanted) < _FEW else 1)
    newer = np.arange(index.rows, len(rows)) if among is None else among[among >= index.rows]
    size = max(1, 8 * NUMBERS // ((_CANDIDATES * k + _MORE) * rows.shape[1]))
    for begin in range(0, len(wanted), size):
        part = slice(begin, begin + size)
        queries, itself = unit_rows(wanted[part], begin, _name(rows, wanted)), None if own is None else own[part]
        best[part] = _proposed(rows, queries, k, itself, ask)
        if len(newer):
            best[part] = np.sort(np.concatenate([best[part], _exact(rows, queries, min(k, len(newer)), newer, itself)], axis=1), axis=1)[
                :, :k
            ]
        short = begin + np.flatnonzero(best[part, k - 1] == _NONE)  # the lists that were looked into held too few
        if len(short):
            best[short] = _exact(rows, wanted[short], k, among, None if own is None else own[short])
        if tick is not None:
            tick(min(1.0, (begin + size) / len(wanted)))
    return best


def _proposed(rows: Embeddings, queries: Floats, k: int, own: Positions | None, ask: Narrowed) -> Positions:
    places = ask(queries, _CANDIDATES * k + _MORE)
    taken = np.where(places < 0, max(0, places.max()), places).ravel()
    found = unit_rows(rows[taken], taken).reshape(*places.shape, -1)
    keys = (_steps(np.matmul(found, queries[:, :, None])[:, :, 0]) << _PLACE_BITS) | places
    keys[places < 0 if own is None else (places < 0) | (places == own[:, None])] = _NONE
    return np.sort(keys, axis=1)[:, :k]


def _name(rows: Embeddings, wanted: Embeddings) -> str:
    return "the embeddings" if wanted is rows else "the queries"


def _steps(near: Floats) -> Positions:
    return np.rint(np.clip(1 - near, 0, 2) * _STEPS).astype(np.int64)


def _distances(keys: Positions) -> Floats:
    return (keys >> _PLACE_BITS).astype(np.float32) / np.float32(_STEPS)


def _positions(within: Among | None, count: int) -> Positions | None:
    if within is None:
        return None
    given = np.asarray(within)
    if given.dtype == np.bool_:
        if given.shape != (count,):
            raise ValueError(f"the mask has shape {given.shape}, there are {count} embeddings")
        return np.flatnonzero(given)
    positions = np.asarray(given if given.size else [], dtype=np.int64)
    if len(positions) and (positions.min() < 0 or positions.max() >= count):
        raise ValueError(f"positions must be from 0 to {count - 1}")
    return np.unique(positions)


def _own(own: npt.NDArray[np.integer[Any]] | int | None, count: int) -> Positions | None:
    if own is None:
        return None
    positions = np.atleast_1d(np.asarray(own, dtype=np.int64))
    if positions.shape != (count,):
        raise ValueError(f"own has shape {positions.shape}, there are {count} queries")
    return positions
