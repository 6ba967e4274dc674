"""An index of embeddings: proposes the neighbors of an image among millions without looking at all, from a file that is memory-mapped."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import numpy as np

from cvwidgets.errors import ExploreError
from cvwidgets.explore.neighbors import nearest, recall
from cvwidgets.explore.rows import Embeddings, Floats, Positions, Tick, blocks, checked_table, part_of, unit_rows
from cvwidgets.files import replacing

_LISTS = 4
"""So many lists for each root of a row: 4,000 of about 250 rows at a million."""
_TRAINED_ON = 40
"""Rows for each list that its center is found from."""
_ROUNDS = 10
_RECALL = 0.99
_SAMPLE, _NEAREST = 512, 20
"""So many images, spread over all, have so many neighbors sought exactly and by the index, to set how many lists are looked into."""
_TRAILER = struct.Struct("<16sQ")
_MARK = b"cvwidgets index\x01"


class Index:
    """Proposes neighbors among the first rows of an array of embeddings; `nearest` compares what it proposes exactly.

    Rows that came later are found by `nearest` all the same, which looks at each of them; build it again when they are many.
    """

    def __init__(self, lists: Any) -> None:
        self._lists = lists

    @property
    def rows(self) -> int:
        """How many rows it knows, the first ones."""
        return int(self._lists.ntotal)

    @property
    def width(self) -> int:
        """How many numbers a row has."""
        return int(self._lists.d)

    @property
    def looked_into(self) -> float:
        """The share of the lists that a query looks into, 0..1, as found when it was built."""
        return float(self._lists.nprobe / self._lists.nlist)

    def narrowed(self, among: Positions | None, *, further: int = 1) -> Narrowed:
        """What proposes among these positions alone, sorted, or among all; looking so many times further."""
        return Narrowed(self._lists, among, further)

    def save(self, file: Path | str) -> None:
        """Writes the index, whole or not at all; about d bytes for each row.

        Raises:
            OSError: the disk is full or may not be written to; the file is as it was.
        """
        import faiss

        with replacing(Path(file)) as part:
            _written(lambda: faiss.write_index(self._lists, str(part)))
            with part.open("ab") as end:
                end.write(_TRAILER.pack(_MARK, end.tell()))


class Narrowed:
    """Proposes among some of the rows of an index; in more of its lists, as fewer of what is in them counts."""

    def __init__(self, lists: Any, among: Positions | None, further: int) -> None:
        import faiss

        self._lists, parameters, selector = lists, _untyped(faiss.SearchParametersIVF), _untyped(faiss.IDSelectorBitmap)
        probes = further * lists.nprobe
        if among is None:
            self._asked = parameters(nprobe=min(lists.nlist, probes))
        else:
            known = np.zeros(-(-lists.ntotal // 8) * 8, np.bool_)
            known[among[among < lists.ntotal]] = True
            probes = min(lists.nlist, -(-probes * lists.ntotal // max(1, int(known.sum()))))
            self._asked = parameters(nprobe=probes, sel=selector(np.packbits(known, bitorder="little")))

    def __call__(self, queries: Floats, count: int) -> Positions:
        """So many candidates for each query of unit rows (q, d): positions (q, count), -1 where there are no more."""
        found: Positions = self._lists.search(queries, count, params=self._asked)[1]
        return found


def build_index(embeddings: Embeddings, *, seed: int = 0, tick: Tick | None = None) -> Index:
    """Builds an index of all rows (n, d), in memory; `save` writes it. The same rows and seed give the same index.

    Lists of rows around centers (k-means on the sphere), rows at 8 bits (faiss' `IndexIVFScalarQuantizer`). How many lists a query looks
    into is found by a sample of the rows: recall at 20 neighbors is at least 0.99 on it. Rows are read some megabytes at a time; in memory
    are the index, about d bytes for each row, and, while the centers are found, 40 rows of each list in single precision. `tick` is told
    the share that is done, and may raise to break off.

    Raises:
        ExploreError: there is no row, or the rows hold what is no number.
    """
    import faiss

    rows = checked_table(embeddings)
    if not len(rows):
        raise ExploreError("There are no embeddings; an index needs at least one. Embed some images first.")
    count, width = rows.shape
    centers = max(1, min(round(_LISTS * count**0.5), count // _TRAINED_ON))
    sample = np.sort(np.random.default_rng(seed).permutation(count)[: centers * _TRAINED_ON])
    trained_on = np.concatenate([block for _, block in blocks(rows, sample)])
    nearest_center = faiss.IndexFlatIP(width)
    nearest_center.add(_centers(trained_on, centers, seed, part_of(tick, 0, 0.6)))
    lists = faiss.IndexIVFScalarQuantizer(nearest_center, width, centers, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, False)
    lists.train(trained_on)
    del trained_on
    for _, block in blocks(rows):
        lists.add(block)
        if tick is not None:
            tick(0.6 + 0.3 * lists.ntotal / count)
    _set_probes(lists, rows, part_of(tick, 0.9, 1))
    return Index(lists)


def open_index(file: Path | str) -> Index:
    """Opens an index from its file, mapped into memory: at once, and read only as far as it is asked.

    Raises:
        ExploreError: the file is no index, or not whole.
        OSError: there is no such file, or it may not be read.
    """
    import faiss

    path = Path(file)
    size = path.stat().st_size
    with path.open("rb") as opened:
        opened.seek(max(0, size - _TRAILER.size))
        end = opened.read()
    if len(end) != _TRAILER.size or _TRAILER.unpack(end) != (_MARK, size - _TRAILER.size):
        raise ExploreError(f"{path.name} is no whole index; one written by `save` is needed. Delete it and build the index again.")
    mapped = 0 if os.name == "nt" else faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY  # faiss maps no lists on Windows
    return Index(faiss.read_index(str(path), mapped))


def _centers(rows: Floats, count: int, seed: int, tick: Tick | None) -> Floats:
    """K-means on the sphere, one round at a time, so that it can be followed and broken off."""
    import faiss

    found: Floats | None = None
    for number in range(_ROUNDS):
        rounds = faiss.Kmeans(
            rows.shape[1], count, niter=1, spherical=True, seed=seed + 1, min_points_per_centroid=1, max_points_per_centroid=_TRAINED_ON
        )
        rounds.train(rows, init_centroids=found)
        found = rounds.centroids
        if tick is not None:
            tick((number + 1) / _ROUNDS)
    assert found is not None
    return unit_rows(found)


def _set_probes(lists: Any, rows: Embeddings, tick: Tick | None) -> None:
    """Looks into as few lists as find what is to be found; in the end into all."""
    sample = np.unique(np.linspace(0, len(rows) - 1, _SAMPLE).astype(np.int64))
    exact = nearest(rows, rows[sample], k=_NEAREST, own=sample, tick=part_of(tick, 0, 0.6))
    probes = 1
    while probes < lists.nlist:
        lists.nprobe = probes
        found = nearest(rows, rows[sample], k=_NEAREST, own=sample, index=Index(lists), exact_below=0)
        if recall(found, exact) >= _RECALL:
            return
        probes = min(lists.nlist, -(-probes * 3 // 2))
        if tick is not None:
            tick(0.6 + 0.4 * probes / lists.nlist)
    lists.nprobe = lists.nlist


def _written(write: Any) -> None:
    try:
        write()
    except RuntimeError as error:
        raise OSError(f"the index could not be written: {error}") from error


def _untyped(of_faiss: Any) -> Any:
    """Faiss' own annotations do not know what its Python side adds to its classes."""
    return of_faiss
