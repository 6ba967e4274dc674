"""The two files that embeddings lie in: their header, how many rows are whole, reading some of a million, and beginning them anew."""

from __future__ import annotations

import json
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from cvwidgets.files import write_whole
from cvwidgets.store.hashes import HASH_BYTES, Hashes, Index

HEADER = 4096
FORMAT = 1
_GAP_BYTES = 16 << 10
"""Rows this near to each other are read in one go: that is quicker than two questions to the system."""
_BLOCK_BYTES = 16 << 20
_NAME = re.compile(r"vectors-[0-9a-f]{16}")
_NAME_LENGTH = 1000

Vectors = npt.NDArray[np.float16]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Header:
    """What a file of keys says: of which model, how wide, and which file holds the vectors."""

    key: str
    model: str
    width: int
    vectors: str = ""

    @property
    def row_bytes(self) -> int:
        """Bytes of one vector."""
        return 2 * self.width


def read_header(keys: BinaryIO) -> Header | None:
    """The header of a file of keys; None for one that is damaged, or none."""
    said = keys.read(HEADER)
    try:
        told = json.loads(said)
        header = Header(str(told["key"]), str(told["model"]), int(told["width"]), str(told["vectors"]))
        is_whole = len(said) == HEADER and told["format"] == FORMAT and header.width > 0 and _NAME.fullmatch(header.vectors)
    except (ValueError, KeyError, TypeError):
        return None
    return header if is_whole else None


def count_rows(header: Header, keys: BinaryIO, vectors: BinaryIO) -> int:
    """How many rows are whole in both files."""
    return min((_size(keys) - HEADER) // HASH_BYTES, _size(vectors) // header.row_bytes)


def fit(folder: Path, header: Header) -> bool:
    """Whether both files hold the same rows and nothing else, as when nobody was killed while writing."""
    keys = (folder / "keys").stat().st_size - HEADER
    return keys % HASH_BYTES == 0 and keys // HASH_BYTES * header.row_bytes == (folder / header.vectors).stat().st_size


def begin(folder: Path, old: Header | None, new: Header) -> None:
    """Begins both files anew, with the rows that are whole under the `old` header (None: with none) and under another name.

    Raises:
        OSError: they cannot be written; those of before are as they were.
    """
    name = f"vectors-{secrets.token_hex(8)}"
    kept = b""
    try:
        with (folder / name).open("xb") as copy:
            if old is not None:
                kept = _copy_whole(folder, old, copy)
        facts = {"format": FORMAT, "key": new.key, "model": new.model[:_NAME_LENGTH], "width": new.width, "vectors": name}
        write_whole(folder / "keys", json.dumps(facts, ensure_ascii=False).encode().ljust(HEADER - 1) + b"\n" + kept)
    except BaseException:
        with suppress(OSError):
            (folder / name).unlink()
        raise
    for other in folder.glob("vectors-*"):
        with suppress(OSError):
            if other.name != name:
                other.unlink()


def new_hashes(hashes: Hashes, index: Index) -> Rows:
    """Which of some hashes are not in the index, rising; of those that are the same the first."""
    _, first = np.unique(hashes, axis=0, return_index=True)
    return np.sort(first[index.rows(hashes[first]) < 0])


def read_rows(vectors: BinaryIO, header: Header, rows: Rows) -> tuple[Vectors, npt.NDArray[np.bool_]]:
    """Some rows in the order asked, float16 (k, width), without those that are not wholly there; and for each row whether it is."""
    size = header.row_bytes
    is_rising = bool((np.diff(rows) >= 0).all())
    order = None if is_rising else np.argsort(rows)
    rising = rows if order is None else rows[order]
    is_apart = (np.diff(rising) * size > _GAP_BYTES) | (np.diff(rising * size // _BLOCK_BYTES) > 0)
    ends = [*(np.flatnonzero(is_apart) + 1).tolist(), len(rows)]
    read, whole, begun = np.zeros((len(rows), header.width), "<f2"), np.zeros(len(rows), bool), 0
    for end in ends if len(rows) else ():
        first, last = int(rising[begun]), int(rising[end - 1])
        vectors.seek(first * size)
        data = vectors.read((last + 1 - first) * size)
        there = np.frombuffer(data, "<f2", len(data) // size * header.width).reshape(-1, header.width)
        near, to = rising[begun:end] - first, slice(begun, end) if order is None else order[begun:end]
        whole[to] = near < len(there)
        if len(there):
            read[to] = there.take(near, axis=0, mode="clip")
        begun = end
    return (read if whole.all() else read[whole]), whole


def append(keys: BinaryIO, hashes: Hashes, vectors: BinaryIO, rows: Vectors) -> None:
    """Writes rows behind the last ones of two files that fit (opened without a buffer): all of them, or none when it cannot.

    Raises:
        OSError: there was no room.
    """
    ends = [(stream, stream.seek(0, os.SEEK_END)) for stream in (keys, vectors)]
    try:
        _write(vectors, rows.tobytes())
        os.fsync(vectors.fileno())  # before the keys: a power cut must not leave keys of rows that were never written
        _write(keys, hashes.tobytes())
    except OSError:
        for stream, end in ends:
            with suppress(OSError):
                os.ftruncate(stream.fileno(), end)
        raise


def _write(stream: BinaryIO, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[stream.write(left) :]


def _copy_whole(folder: Path, old: Header, copy: BinaryIO) -> bytes:
    """Copies the whole rows; returns their keys."""
    with (folder / "keys").open("rb") as keys, (folder / old.vectors).open("rb") as vectors:
        count = count_rows(old, keys, vectors)
        left = count * old.row_bytes
        while left and (data := vectors.read(min(left, _BLOCK_BYTES))):
            copy.write(data)
            left -= len(data)
        keys.seek(HEADER)
        return keys.read((count - -(-left // old.row_bytes)) * HASH_BYTES)


def _size(stream: BinaryIO) -> int:
    return os.fstat(stream.fileno()).st_size
