"""Names of files in their natural order ("2.jpg" before "10.jpg"), a million at a time and none of them a Python object."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, LargeBinary, cast, func, select

from cvwidgets.store.arrays import Array
from cvwidgets.store.picked import given
from cvwidgets.store.tables import files

Bytes = npt.NDArray[np.uint8]

_STEP = 50_000
"""Files asked for at once: with the longest paths there are (4 kB) they fit into one value of SQLite (1 GB)."""
_ZERO, _NINE, _SLASH = 48, 57, 47
_LONGEST_RUN = 79


@dataclass(frozen=True, slots=True)
class Names:
    """The file names of images as keys that compare byte by byte in natural order; one row for each file.

    `text` holds the keys one after another, each from its `starts` to its `ends`.

    `files` and `images` are their ids and those of the images that they belong to, `troubled` whether the file has a problem.
    """

    files: Array
    images: Array
    troubled: npt.NDArray[np.bool_]
    text: Bytes
    starts: Array
    ends: Array


def rows_of_names(connection: Connection, ids: Array, *, sparse: bool) -> Names:
    """The names of all files of these images, letter case and the way accents are written aside.

    Args:
        connection: A transaction of the catalog.
        ids: The images, rising.
        sparse: Look the images up one by one; else the whole table is read, and files of others are among the rows.
    """
    found = [_read(connection, part) for part in _parts(connection, ids, sparse=sparse)]
    if not found:
        nothing = np.zeros(0, dtype=np.int64)
        return Names(nothing, nothing, nothing.astype(bool), nothing.astype(np.uint8), nothing, nothing)
    offsets = np.cumsum([0, *(len(part.text) for part in found)])
    return Names(
        np.concatenate([part.files for part in found]),
        np.concatenate([part.images for part in found]),
        np.concatenate([part.troubled for part in found]),
        np.concatenate([part.text for part in found]),
        np.concatenate([part.starts + offset for part, offset in zip(found, offsets, strict=False)]),
        np.concatenate([part.ends + offset for part, offset in zip(found, offsets, strict=False)]),
    )


def natural_ranks(names: Names, rows: Array) -> Array:
    """The place of each row's name in the natural order, from 0; equal names have the same place."""
    text, starts, ends = names.text, names.starts[rows], names.ends[rows]
    starts = starts + _shared(text, starts, ends)
    ranks, tied, begin = np.zeros(len(rows), dtype=np.int64), np.arange(len(rows)), 0
    while (starts[tied] + begin < ends[tied]).any():
        words = _words(text, starts[tied] + begin, ends[tied])
        by = np.lexsort((words, ranks[tied])) if begin else np.argsort(words, kind="stable")
        tied, words = tied[by], words[by]
        before, place = ranks[tied], np.arange(len(tied))
        block = np.append(True, before[1:] != before[:-1])
        group = block | np.append(True, words[1:] != words[:-1])
        firsts = [np.maximum.accumulate(np.where(begins, place, 0)) for begins in (group, block)]
        ranks[tied] = before + firsts[0] - firsts[1]
        tied = tied[~(group & np.append(group[1:], True))]
        begin += 8
    return ranks


def _parts(connection: Connection, ids: Array, *, sparse: bool) -> Iterator[ColumnElement[bool]]:
    """Conditions on files that together mean all files of the images."""
    if sparse:
        yield from (files.c.image_id.in_(given(ids[start : start + _STEP])) for start in range(0, len(ids), _STEP))
        return
    last = connection.execute(select(func.max(files.c.id))).scalar() or 0
    yield from (files.c.id.between(start, start + _STEP - 1) for start in range(0, last + 1, _STEP))


def _read(connection: Connection, part: ColumnElement[bool]) -> Names:
    """The names of some files. SQLite joins them into one value each, which costs a tenth of a Python object for each file."""
    facts = (files.c.id, files.c.image_id, files.c.problem.is_not(None))
    paths = cast(func.group_concat(files.c.path, func.char(0)), LargeBinary)
    row = connection.execute(select(*(func.group_concat(fact, " ") for fact in facts), paths).where(part)).one()
    numbers, owners, troubled = (np.fromstring(told or "", dtype=np.int64, sep=" ") for told in row[:3])
    text = np.frombuffer(_folded(row[3]) + b"\0" if row[3] else b"", dtype=np.uint8)
    return Names(numbers, owners, troubled.astype(bool), *_with_lengths(*_last_parts(text)))


def _shared(text: Bytes, starts: Array, ends: Array) -> int:
    """How many bytes at their beginning all pieces of a text have in common ("img_"): nothing is to be compared there."""
    length = int((ends - starts).min()) if len(starts) else 0
    differing = (at for at in range(length) if (text[starts + at] != text[starts[0] + at]).any())
    return next(differing, length)


def _folded(joined: bytes) -> bytes:
    """Texts without letter case, the same whichever way accents are written."""
    if joined.isascii():
        return joined.lower()
    text = unicodedata.normalize("NFC", joined.decode("utf-8", "surrogateescape")).casefold()
    return text.encode("utf-8", "surrogateescape")


def _last_parts(text: Bytes) -> tuple[Bytes, Array, Array]:
    """What follows the last slash of each of the paths, of which each ends with a zero: all together, and where each begins and ends."""
    ends = np.flatnonzero(text == 0)
    starts = np.append(0, ends[:-1] + 1)[: len(ends)]
    slashes = np.append(-1, np.flatnonzero((text == _SLASH) | (text == ord(os.sep))))
    starts = np.maximum(starts, slashes[np.searchsorted(slashes, ends) - 1] + 1)
    return _gather(text, starts, ends)


def _gather(text: Bytes, starts: Array, ends: Array) -> tuple[Bytes, Array, Array]:
    """Pieces of a text without what lies between them."""
    lengths = ends - starts
    stops = np.cumsum(lengths)
    begins = stops - lengths
    return text[np.repeat(starts - begins, lengths) + np.arange(stops[-1] if len(stops) else 0)], begins, stops


def _with_lengths(text: Bytes, starts: Array, ends: Array) -> tuple[Bytes, Array, Array]:
    """Pieces of a text with a sign before each number that grows with its digits, and without leading zeros: compared byte by byte
    "2" comes before "10" then."""
    begins_name = np.zeros(len(text) + 1, dtype=bool)
    begins_name[starts] = True
    digit = (text >= _ZERO) & (text <= _NINE)
    run = digit & (np.append(True, ~digit[:-1])[: len(text)] | begins_name[:-1])
    number = np.cumsum(run, dtype=np.int32) - 1
    others = np.cumsum(digit & (text != _ZERO), dtype=np.int32)
    before = (others - (digit & (text != _ZERO)))[run]
    last = digit & (np.append(~digit[1:], True)[: len(text)] | begins_name[1:])
    kept = ~digit
    kept[digit] = (others[digit] > before[number[digit]]) | last[digit]
    digits = np.bincount(number[digit & kept], minlength=int(run.sum()))
    signs = (_ZERO + np.minimum(digits, _LONGEST_RUN)).astype(np.uint8)
    at = np.append(0, np.cumsum(kept, dtype=np.int32)).astype(np.int64)
    heads = np.append(0, number + 1)
    places = at[:-1][run]
    return np.insert(text[kept], places, signs), at[starts] + heads[starts], at[ends] + heads[ends]


def _words(text: Bytes, starts: Array, ends: Array) -> npt.NDArray[np.uint64]:
    """The eight bytes from each start as a number that compares as they do; zeros beyond the end."""
    at = starts[:, None] + np.arange(8)
    inside = at < ends[:, None]
    found = np.where(inside, text[np.minimum(at, len(text) - 1)], 0).astype(np.uint8)
    return found.view(">u8").ravel().astype(np.uint64)
