"""Rows of embeddings as they are counted with: checked, in single precision, of length 1, some megabytes at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from cvwidgets.errors import ExploreError

Embeddings = npt.NDArray[np.floating[Any]]
Floats = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]
Tick = Callable[[float], None]

NUMBERS, FEW_NUMBERS = 1 << 22, 1 << 18
"""So many numbers of a table are in single precision at a time: 16 MB, or for one pass over them 1 MB, which a core keeps in its cache."""

_CACHED = 1 << 17
"""So many numbers stay in a core's cache while they are converted."""
_SIGN_AND_REST = np.int32(-0x70002000)
_TO_EXPONENT = np.float32(2.0**112)
_INFINITE_HALF = 65536


def checked_table(table: Embeddings, name: str = "The embeddings") -> Embeddings:
    """The same as an array (n, d) of numbers, not read yet: what the numbers are is looked at when they are used.

    Raises:
        ExploreError: it is no such table.
    """
    array = np.asarray(table)
    if array.ndim != 2 or array.shape[1] == 0 or array.dtype.kind not in "fiu":
        raise ExploreError(
            f"{name} have shape {array.shape} and type {array.dtype}; one row of numbers for each image is needed. Embed the images."
        )
    return array


def check_widths(width: int, other: int, name: str = "The queries") -> None:
    """Raises unless both have as many numbers a row.

    Raises:
        ExploreError: they have not, so that they come from two models.
    """
    if width != other:
        raise ExploreError(
            f"{name} have {other:,} numbers a row, the embeddings {width:,}; both must come from one model. Embed both by the same model."
        )


def unit_rows(block: Embeddings, where: Positions | int = 0, name: str = "the embeddings") -> Floats:
    """Rows as float32 of length 1; zeros stay zeros. `where` is the position of the first, or of each, for the error to tell.

    Raises:
        ExploreError: a row holds what is no number.
    """
    rows = _single(block)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    if not (lengths < _INFINITE_HALF).all() and not (fine := np.isfinite(block).all(axis=1)).all():
        first = int(np.flatnonzero(~fine)[0])
        position = where + first if isinstance(where, int) else int(where[first])
        raise ExploreError(f"Row {position:,} of {name} holds NaN or infinity; numbers are needed. Embed that image again or leave it out.")
    lengths[lengths == 0] = 1
    unit: Floats = np.divide(rows, lengths[:, None], out=None if np.may_share_memory(rows, block) else rows)
    return unit


def blocks(
    embeddings: Embeddings, among: Positions | None = None, *, numbers: int = NUMBERS, name: str = "the embeddings"
) -> Iterator[tuple[Positions | int, Floats]]:
    """All rows, or those among, as unit rows, so many numbers at a time, each block with the position of its first row, or of each.

    Raises:
        ExploreError: a row holds what is no number.
    """
    count, size = len(embeddings) if among is None else len(among), max(1, numbers // embeddings.shape[1])
    for begin in range(0, count, size):
        where = begin if among is None else among[begin : begin + size]
        yield where, unit_rows(embeddings[begin : begin + size] if isinstance(where, int) else embeddings[where], where, name)


def _single(block: Embeddings) -> Floats:
    """In single precision. Half precision is converted by its bits, which takes a fifth of the time that numpy needs for it.

    The exponent of a half, moved to where a float has its own, is 112 too small, also that of the smallest numbers; what is infinite or NaN
    becomes 65,536 and more.
    """
    if block.dtype != np.float16:
        return np.ascontiguousarray(block, dtype=np.float32)
    rows, size = np.empty(block.shape, np.float32), max(1, _CACHED // block.shape[1])
    for begin in range(0, len(block), size):
        part = rows[begin : begin + size]
        bits = part.view(np.int32)
        bits[:] = block[begin : begin + size].view(np.int16)
        bits <<= 13
        bits &= _SIGN_AND_REST
        part *= _TO_EXPONENT
    return rows


def part_of(tick: Tick | None, begin: float, end: float) -> Tick | None:
    """A tick that tells the share of one part of the work, as the share of the whole."""
    return None if tick is None else lambda share: tick(begin + (end - begin) * share)
