"""What a model said of very many files, kept as plain arrays that are only ever appended to.

Row i belongs to file i of a list that never changes. `rows.bin` has 20 bytes for each (`ROW`): all that is sorted and filtered by, so that
100,000 rows are 2 MB, read in a millisecond and compared by numpy without an index. `probabilities.bin` has a float16 for each label, for
those who want all of them. What a batch adds is written to it last of all to `rows.bin`, whose whole rows count: whatever moment a process
is killed at, no row is there half or twice, and the next one cuts off what hangs over.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from cvwidgets.files import write_whole

ROW = np.dtype([("label", "<i4"), ("second", "<i4"), ("confidence", "<f4"), ("margin", "<f4"), ("entropy", "<f4")])
"""Numbers of the two most probable labels (-1: the file could not be read; of a single label there is no second), and how sure that is.

`confidence` is the highest probability, `margin` its lead over the second, `entropy` that of all as a share of the highest possible; 0..1.
"""
ROWS, PROBABILITIES, PROBLEMS, PATHS, IDS = "rows.bin", "probabilities.bin", "problems.jsonl", "paths.bin", "listed.npy"
HALF = np.dtype("<f2")
_DIGITS = re.compile(r"(\d{1,18})")

Rows = npt.NDArray[np.void]
Numbers = npt.NDArray[np.int64]


def write_list(folder: Path, paths: Sequence[str], ids: Numbers) -> None:
    """Writes which files the rows are about, whole or not at all: absolute paths, and the ids of images (-1 for files of no project).

    With them the place of each among the others by name, since to sort a million names takes seconds.

    Raises:
        OSError: there is no room.
    """
    places = np.empty(len(paths), np.int64)
    places[sorted(range(len(paths)), key=lambda at: _natural(paths[at]))] = np.arange(len(paths))
    columns = io.BytesIO()
    np.save(columns, np.stack([ids.astype(np.int64), places]))
    write_whole(folder / IDS, columns.getvalue())
    write_whole(folder / PATHS, b"\0".join(os.fsencode(path) for path in paths))


def read_list(folder: Path) -> tuple[list[str], Numbers, Numbers] | None:
    """Which files the rows are about, their ids, and their places by name; None as long as they were not listed to the end."""
    try:
        listed = (folder / PATHS).read_bytes()
        ids, places = np.load(folder / IDS, allow_pickle=False)
    except (OSError, ValueError):
        return None
    paths = [os.fsdecode(path) for path in listed.split(b"\0")] if listed else []
    return (paths, ids, places) if len(paths) == len(ids) else None


def _natural(path: str) -> list[tuple[int, int | str]]:
    """What a path is sorted by: its name, letter case aside, with numbers by their value ("2.jpg" before "10.jpg")."""
    parts = _DIGITS.split(os.path.basename(path).casefold())  # noqa: PTH119 - a million of them
    return [(0, int(part)) if at % 2 else (1, part) for at, part in enumerate(parts)]


def count_rows(folder: Path) -> int:
    """How many rows are there."""
    with suppress(OSError):
        return (folder / ROWS).stat().st_size // ROW.itemsize
    return 0


def read_rows(folder: Path) -> Rows:
    """The rows so far; asked again, those that came since too."""
    count = count_rows(folder)
    return np.fromfile(folder / ROWS, ROW, count) if count else np.zeros(0, ROW)


def read_probabilities(folder: Path, labels: int, count: int) -> npt.NDArray[np.float16]:
    """All probabilities (count, labels) as they lie on disk; a row of NaN for a file that could not be read.

    Raises:
        OSError: they are gone or cut short.
    """
    if not count:
        return np.zeros((0, labels), HALF)
    try:
        return np.memmap(folder / PROBABILITIES, HALF, "r", shape=(count, labels))
    except ValueError as error:
        raise OSError(f"{PROBABILITIES} is shorter than {count:,} rows") from error


def read_problems(folder: Path) -> dict[int, str]:
    """Why files could not be read, by row."""
    from_lines: dict[int, str] = {}
    with suppress(OSError), (folder / PROBLEMS).open("rb") as file:
        for line in file:
            with suppress(ValueError, KeyError, TypeError):
                told = json.loads(line)
                from_lines[int(told["row"])] = str(told["problem"])
    return from_lines


def summarize(probabilities: npt.NDArray[np.float32]) -> Rows:
    """What is kept for sorting and filtering of probabilities (n, labels); rows of NaN are those of unreadable files."""
    n, labels = probabilities.shape
    rows = np.zeros(n, ROW)
    bad = np.asarray(np.isnan(probabilities).any(axis=1))
    shares = np.where(bad[:, None], 0, probabilities)
    order = np.argsort(-shares, axis=1, kind="stable")[:, :2]
    highest = np.take_along_axis(shares, order, axis=1)
    second = highest[:, 1] if labels > 1 else np.zeros(n, np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(shares > 0, shares * np.log(shares), 0).sum(axis=1) / (np.log(labels) if labels > 1 else 1)
    rows["label"], rows["confidence"] = np.where(bad, -1, order[:, 0]), highest[:, 0]
    rows["second"] = np.where(bad, -1, order[:, 1]) if labels > 1 else -1
    rows["margin"], rows["entropy"] = highest[:, 0] - second, np.clip(entropy, 0, 1)
    for name in ("confidence", "margin", "entropy"):
        rows[name][bad] = np.nan
    return rows


class ResultWriter:
    """Appends to the results in a folder, from where they end; one process at a time.

    Args:
        folder: Where they lie.
        labels: How many there are.
    """

    def __init__(self, folder: Path, labels: int) -> None:
        self._folder = folder
        self._size = labels * HALF.itemsize
        self.count = min(count_rows(folder), self._whole(PROBABILITIES, self._size))
        self._cut()
        self._files: dict[str, IO[bytes]] = {name: (folder / name).open("ab", buffering=0) for name in (PROBLEMS, PROBABILITIES, ROWS)}

    def append(self, probabilities: npt.NDArray[np.float32], problems: Mapping[int, str]) -> None:
        """Adds what was said of the next files (n, labels); `problems` are those of unreadable ones, by their place among these.

        Raises:
            OSError: there is no room; what was added before stays.
        """
        lines = [json.dumps({"row": self.count + at, "problem": problem}) + "\n" for at, problem in problems.items()]
        self._write(PROBLEMS, "".join(lines).encode())
        self._write(PROBABILITIES, probabilities.astype(HALF).tobytes())
        self._write(ROWS, summarize(probabilities).tobytes())
        self.count += len(probabilities)

    def sync(self) -> None:
        """Sees to it that a power cut takes nothing of what was added so far."""
        for file in self._files.values():
            os.fsync(file.fileno())

    def close(self) -> None:
        """Ends the writing."""
        self.sync()
        for file in self._files.values():
            file.close()

    def _write(self, name: str, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._files[name].write(rest) :]

    def _whole(self, name: str, size: int) -> int:
        with suppress(OSError):
            return (self._folder / name).stat().st_size // size
        return 0

    def _cut(self) -> None:
        """Takes away what a killed process left beyond the last whole row."""
        for name, size in ((PROBABILITIES, self._size), (ROWS, ROW.itemsize)):
            with suppress(FileNotFoundError), (self._folder / name).open("rb+") as file:
                file.truncate(self.count * size)
        told = read_problems(self._folder)
        kept: list[dict[str, Any]] = [{"row": row, "problem": problem} for row, problem in sorted(told.items()) if row < self.count]
        if (self._folder / PROBLEMS).exists():
            write_whole(self._folder / PROBLEMS, "".join(json.dumps(one) + "\n" for one in kept).encode())
