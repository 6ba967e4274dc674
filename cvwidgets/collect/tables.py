"""Texts and tables that list something, read line by line, whatever their encoding and what stands between their cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TextIO

from cvwidgets.collect.names import legible
from cvwidgets.errors import SourceError
from cvwidgets.pictures import SUFFIXES

_LONGEST_LINE = 1 << 16

Line = tuple[int, list[str]]
"""The number of a line, and its cells, of which at least one holds something."""


@contextmanager
def opened(source: Path) -> Iterator[Iterator[str]]:
    """The lines of a text: UTF-16 where it says so by its first bytes, else UTF-8, and Latin-1 where a line is none.

    Raises:
        SourceError: it cannot be read, or is no text.
    """
    try:
        with source.open("rb") as stream:
            start = stream.read(4)
        encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        with source.open(encoding=encoding, errors="strict" if encoding == "utf-16" else "surrogateescape", newline="") as text:
            yield map(_readable, _bounded(text))
    except OSError as error:
        raise SourceError(f"'{legible(str(source))}' cannot be read: {error.strerror}. Change its permissions, or copy it.") from error
    except UnicodeError as error:
        raise SourceError(f"'{legible(str(source))}' is no text; a list is one. Save it as UTF-8.") from error


def cells_of(lines: Iterator[str], *, spaced: bool = False) -> Iterator[Line]:
    """The cells of each line that has any; a line that is none of a table has a "?".

    `spaced`: in a text, where the first line holds none of tab, semicolon and comma, a picture's name may end at the last space.
    """
    first = next(lines, "")
    delimiter = max("\t;,", key=first.count)
    if spaced and not first.count(delimiter) and is_picture(first.strip().rpartition(" ")[0]):
        yield from _spaced(first, lines)
        return
    reader = csv.reader(_after(first, lines), delimiter=delimiter)
    while True:
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            cells = ["?"]
        if any(cells):
            yield reader.line_num, cells


def is_picture(cell: str) -> bool:
    """Whether a cell is the name of a picture, by how it ends."""
    return PurePosixPath(cell.replace("\\", "/")).suffix.lower() in SUFFIXES


def is_address(cell: str) -> bool:
    """Whether a cell is an address of the web."""
    return cell.lower().startswith(("http://", "https://"))


def _spaced(first: str, lines: Iterator[str]) -> Iterator[Line]:
    for number, line in enumerate(_after(first, lines), 1):
        if text := line.strip():
            name, _, last = text.rpartition(" ")
            yield number, [name.strip(), last] if is_picture(name) else [text]


def _bounded(text: TextIO) -> Iterator[str]:
    """Lines, each cut where it is longer than any line of a list would be."""
    while line := text.readline(_LONGEST_LINE):
        end = line
        while end and not end.endswith(("\n", "\r")):
            end = text.readline(_LONGEST_LINE)
        yield line


def _readable(line: str) -> str:
    """The line; one that was no UTF-8 is read as what older programs of the West write."""
    if line.isascii():
        return line
    try:
        line.encode()
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogateescape").decode("latin-1")
    return line


def _after(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines
