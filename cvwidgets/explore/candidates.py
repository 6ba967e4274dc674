"""Which pairs of images are worth a look: those near by perceptual hash, plain or mirrored, and those near by embedding.

Every image is compared with those before it, never with those after: so what was proposed for the first n images stays as it is when more
come, and an image that comes later costs one search, not a new comparison of all. Nothing here grows with the square of their number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cvwidgets.explore.rows import Positions, Tick

Hashes = np.ndarray[Any, np.dtype[np.uint64]]

RADIUS = 7
"""Bits of 64 by which two hashes may differ: what four bands of 16 bits find without exception when each is tried with one bit changed."""
NEAREST = 12
"""Candidates of one image, by each of the three ways, at most."""
AFAR, FROM_AFAR = 20, 24
"""Bits by which the hash of a picture may differ that was cropped, and how many so near are looked at. Of 300 photos that lost 5% of each
side half moved by 10 bits, 99% by 22; of strangers six in a thousand are as near as 20."""
LEAST_SIMILARITY = 0.5
"""Cosine below which two embeddings propose nothing."""
EXACT = 32_768
"""Up to so many images all embeddings are compared; of more, those in the cells of an inverted file around each."""

_MIRROR = np.uint64(0xAAAA_AAAA_AAAA_AAAA)
"""Bits of the odd horizontal frequencies, whose signs a mirrored picture turns; the others stay (nearly: the median moves a little)."""
_BANDS = tuple(np.uint64(16 * band) for band in range(4))
_BUCKET = 64
"""Images looked at in one bucket at most, the earliest: a hundred thousand even surfaces all have the same hash."""
_ROWS = 2048
_AT_ONCE = 1 << 23
"""Pairs of hashes that are compared at once."""
_CELLS = 24
"""Cells looked through for each image."""


def unheard(_done: float) -> None:
    """The tick of those who need not know how far it is."""


def by_hash(
    hashes: Hashes, order: Positions, start: int = 0, *, among: int | None = None, tick: Tick | None = None
) -> tuple[Positions, Positions]:
    """Pairs (later, earlier) of positions whose hashes, uint64 (n,), differ by at most RADIUS bits; also when one is mirrored.

    `order` are the positions to compare, the first to the last; the later one of a pair stands there at `start` or behind, the earlier one,
    where `among` is given, before that. Of each image the NEAREST, the earliest of those
    equally near: M. Norouzi et al., Fast Search in Hamming Space with Multi-Index Hashing, 2012.
    """
    ordered = np.asarray(hashes, np.uint64)[order]
    tables = [_table(ordered[:among], band) for band in _BANDS]
    found: list[tuple[Positions, Positions]] = []
    for begin in range(start, len(order), _ROWS):
        later = np.arange(begin, min(begin + _ROWS, len(order)))
        found += [_near(ordered, later, mask, tables) for mask in (np.uint64(0), _MIRROR)]
        if tick:
            tick((later[-1] + 1 - start) / (len(order) - start))
    later, earlier = _joined(found)
    return order[later], order[earlier]


def nearest_hashes(known: Hashes, new: Hashes) -> tuple[Positions, Positions]:
    """Pairs (new, known) of positions in two sets of hashes: of each new one the FROM_AFAR nearest that differ by at most AFAR bits.

    All are compared with all, in blocks: a second for ten thousand new ones and ten thousand known.
    """
    pairs = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    rows = max(1, _AT_ONCE // max(1, len(known)))
    for begin in range(0, len(new), rows):
        distance = np.bitwise_count(new[begin : begin + rows, None] ^ known[None])
        one, other = np.nonzero(distance <= AFAR)  # few, so that those alone are put in order
        order = np.lexsort((distance[one, other], one))
        one, other = one[order], other[order]
        near = np.arange(len(one)) - np.searchsorted(one, one) < FROM_AFAR
        pairs.append((begin + one[near], other[near]))
    return np.concatenate([one for one, _ in pairs]), np.concatenate([other for _, other in pairs])


def by_embedding(
    embeddings: np.ndarray[Any, Any], order: Positions, start: int = 0, *, exact: int = EXACT, tick: Tick | None = None
) -> tuple[Positions, Positions]:
    """Pairs (later, earlier) of positions near by embedding (n, d), rows L2-normalised; `order` and `start` as in `by_hash`.

    Of each image the NEAREST of those before it with a cosine of at least LEAST_SIMILARITY: all are compared up to `exact` images; of more
    an inverted file misses a few of those that are less near. Rows that are not finite, or 0, have no neighbors.
    """
    usable = _usable(embeddings, order)
    start = int(usable[:start].sum())
    order = order[usable]
    if len(order) < 2 or start == len(order):
        return _joined([])
    index = _index(embeddings, order, exact)
    for begin in range(0, start, _ROWS):
        index.add(_rows(embeddings, order[begin : min(begin + _ROWS, start)]))
    found: list[tuple[Positions, Positions]] = []
    for begin in range(start, len(order), _ROWS):
        rows = _rows(embeddings, order[begin : begin + _ROWS])
        found.append(_nearest(rows, begin, index))
        index.add(rows)
        if tick:
            tick((begin + len(rows) - start) / (len(order) - start))
    later, earlier = _joined(found)
    return order[later], order[earlier]


def _table(hashes: Hashes, band: np.uint64) -> tuple[Positions, Positions]:
    """The images in order of a band of their hashes, earliest first, and where each of its 65,536 values begins."""
    keys = _key(hashes, band)
    return np.argsort(keys, kind="stable"), np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=1 << 16))])


def _key(hashes: Hashes, band: np.uint64) -> Positions:
    return ((hashes >> band) & np.uint64(0xFFFF)).astype(np.int64)


def _near(hashes: Hashes, later: Positions, mask: np.uint64, tables: list[tuple[Positions, Positions]]) -> tuple[Positions, Positions]:
    """Those before each of `later` within RADIUS bits of its hash with the bits of `mask` turned."""
    flips = np.concatenate([[0], 1 << np.arange(16)])
    wanted = hashes[later] ^ mask
    pairs = []
    for band, (order, begins) in zip(_BANDS, tables, strict=True):
        keys = _key(wanted, band)[:, None] ^ flips
        count = np.minimum(begins[keys + 1] - begins[keys], _BUCKET)
        entry = order[_ranges(begins[keys].ravel(), count.ravel())]
        query = np.repeat(np.arange(len(later)), count.sum(axis=1))
        near = (entry < later[query]) & (np.bitwise_count(wanted[query] ^ hashes[entry]) <= RADIUS)
        pairs.append(query[near] * len(hashes) + entry[near])
    query, entry = np.divmod(np.unique(np.concatenate(pairs)), len(hashes))
    order = np.lexsort((entry, np.bitwise_count(wanted[query] ^ hashes[entry]), query))
    place = np.arange(len(order)) - np.searchsorted(query, query)  # how many nearer ones the same image has; query is in order
    order = order[place < NEAREST]
    return later[query[order]], entry[order]


def _ranges(begins: Positions, counts: Positions) -> Positions:
    """begin, begin + 1, … of each range, one after the other."""
    ends = np.cumsum(counts)
    return np.repeat(begins - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0)


def _index(embeddings: np.ndarray[Any, Any], order: Positions, exact: int) -> Any:
    """An empty index over inner products, exact for few images."""
    import faiss

    width = embeddings.shape[1]
    if len(order) <= exact:
        return faiss.IndexFlatIP(width)
    cells = int(2 * np.sqrt(len(order))) if len(order) > 40 * 40 * 4 else max(1, len(order) // 40)
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(width), width, cells, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.seed, index.cp.max_points_per_centroid = 6, 0, 64
    sample = np.random.default_rng(0).choice(order, min(len(order), cells * 64), replace=False)
    index.train(_rows(embeddings, np.sort(sample)))
    index.nprobe = _CELLS
    index.max_codes = 4 * _CELLS * len(order) // cells  # a hundred thousand images all alike lie in one cell
    return index


def _nearest(rows: np.ndarray[Any, Any], begin: int, index: Any) -> tuple[Positions, Positions]:
    """The nearest of those before each image of a block, which begins at `begin`: in the index, and in the block itself."""
    within = rows @ rows.T
    within[np.triu_indices(len(rows))] = -np.inf
    similarity, place = index.search(rows, NEAREST)
    similarity = np.concatenate([np.where(place < 0, -np.inf, similarity), within], axis=1)
    place = np.concatenate([place, np.broadcast_to(np.arange(begin, begin + len(rows)), within.shape)], axis=1)
    best = np.argpartition(-similarity, NEAREST - 1, axis=1)[:, :NEAREST]
    query, column = np.nonzero(np.take_along_axis(similarity, best, 1) >= LEAST_SIMILARITY)
    return begin + query, place[query, best[query, column]]


def _rows(embeddings: np.ndarray[Any, Any], positions: Positions) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.ascontiguousarray(embeddings[positions], np.float32)


def _usable(embeddings: np.ndarray[Any, Any], order: Positions) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which of `order` point somewhere; looked at in blocks, as the array may be larger than the memory."""
    usable = np.zeros(len(order), np.bool_)
    for begin in range(0, len(order), _ROWS):
        rows = _rows(embeddings, order[begin : begin + _ROWS])
        usable[begin : begin + _ROWS] = np.isfinite(rows).all(axis=1) & (np.abs(rows).max(axis=1, initial=0) > 0)
    return usable


def _joined(found: list[tuple[Positions, Positions]]) -> tuple[Positions, Positions]:
    empty = np.zeros(0, np.int64)
    return np.concatenate([empty, *(later for later, _ in found)]), np.concatenate([empty, *(earlier for _, earlier in found)])
