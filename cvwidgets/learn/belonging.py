"""What belongs together in a dataset: pictures of one folder, of one stretch of time, with one value in a column."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.dividing import near_in_time
from cvwidgets.errors import TrainingFailed, UnreadablePicture
from cvwidgets.pictures import read_header
from cvwidgets.recipe import COLUMN
from cvwidgets.vision import read_ahead

if TYPE_CHECKING:
    from datasets import Dataset

    from cvwidgets.learn.collection import Item

log = logging.getLogger(__name__)
READING_THREADS = 8
"""Waiting for a disk is most of the work."""


def find_ties(items: Sequence[Item], table: Dataset, pictures: Dataset | None, *, by: str, gap: float) -> list[tuple[str, ...]]:
    """Names for each picture, one for each row of `table`: pictures that share a name belong together; one without any stands for itself.

    `by` and `gap` as in a recipe; `pictures` holds those that are inside the dataset.

    Raises:
        TrainingFailed: there is no such column, or no picture says when it was taken or in which folder it lies.
    """
    column = by.removeprefix(COLUMN)
    if by == "time":
        ties = _times(items, pictures, gap)
    elif by == "folder":
        ties = [(folder,) if (folder := _folder(item, pictures)) else () for item in items]
    elif column in table.features:
        ties = [() if value is None else (f"{value}",) for value in table[column][:]]
    else:
        raise TrainingFailed(
            f"The dataset has no column {column!r} to be split by; its columns are {', '.join(table.features)}. Change split_by."
        )
    if unknown := ties.count(()):
        if unknown == len(items):
            what = {"time": "says when it was taken", "folder": "lies in a folder that is named"}.get(by, f"has a value in {column!r}")
            raise TrainingFailed(f"Not one of {len(items):,} pictures {what}; a split by that needs some that do. Change split_by.")
        log.warning("Of %s pictures %s have no %s that is known; each stands for itself in the split.", len(items), unknown, column)
    return ties


def _folder(item: Item, pictures: Dataset | None) -> str:
    path = str(item.path) if item.path else (pictures[item.row]["image"]["path"] or "") if pictures else ""
    return "" if (folder := str(Path(path).parent)) == "." else folder


def _times(items: Sequence[Item], pictures: Dataset | None, gap: float) -> list[tuple[str, ...]]:
    said = read_ahead(lambda item: _taken(item, pictures), items, threads=READING_THREADS, ahead=4 * READING_THREADS)
    times = {at: moment for at, moment in enumerate(said) if moment}
    ties: list[tuple[str, ...]] = [(f"{at}",) if at in times else () for at in range(len(items))]
    for one, other in near_in_time(times, gap):
        ties[other] += (f"{one}",)
    return ties


def _taken(item: Item, pictures: Dataset | None) -> str | None:
    try:
        if item.path:
            return read_header(item.path).taken
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "picture"
            file.write_bytes((pictures[item.row]["image"]["bytes"] if pictures else None) or b"")
            return read_header(file).taken
    except UnreadablePicture:
        return None  # whoever learns from it says so


def number_heaps(items: Sequence[Item]) -> list[int]:
    """The number of the heap of each picture: of those that belong together, or are the same bytes."""
    return _joined([(item.key, *(f"tie {name}" for name in item.ties)) for item in items])


def _joined(ties: Sequence[Sequence[str]]) -> list[int]:
    """The number of the heap of each picture: those that share a name are in one heap, and so is what these share names with."""
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    numbers: dict[str, int] = {}
    pairs = [(at, len(ties) + numbers.setdefault(name, len(numbers))) for at, names in enumerate(ties) for name in names]
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    size = len(ties) + len(numbers)
    graph = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    return [int(number) for number in connected_components(graph, directed=False)[1][: len(ties)]]
