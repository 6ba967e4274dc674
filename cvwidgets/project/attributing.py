"""Whom to thank for the images: a table that a spreadsheet opens without harm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cvwidgets.errors import DiskFull, SourceError
from cvwidgets.files import is_disk_full, replacing

COLUMNS = ("address", "page", "author", "license", "provider", "query", "date", "file", "label")


def write_attribution(rows: Sequence[Mapping[str, Any]], path: Path) -> int:
    """Writes the table whole or not at all; returns how many rows it has.

    Raises:
        DiskFull: there was no room; an older file is as it was.
        SourceError: the file cannot be written there.
    """
    import csv

    from cvwidgets.store.exporting import harmless

    try:
        # A name that is not UTF-8 comes out as escapes; the mark at the start tells spreadsheets that the rest is.
        with replacing(path) as part, part.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows([harmless(" ".join(cell.splitlines())) for cell in _cells(row)] for row in rows)
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull("The disk is full; the table needs a little room. Free some space and write it again.") from error
        raise SourceError(f"'{path}' cannot be written ({error.strerror}); choose a folder that you may write to.") from error
    return len(rows)


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [str(row["at" if column == "date" else column] or "") for column in COLUMNS]
