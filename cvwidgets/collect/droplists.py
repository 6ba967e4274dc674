"""Lists that were dropped along with pictures: what they say of these, or the addresses in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from cvwidgets.collect.columns import Columns, check_labels, holds_addresses, means_names, name_columns, read_sample, unknown_columns
from cvwidgets.collect.named import TOLD, pass_over_further, rows_of, told_by
from cvwidgets.collect.names import legible
from cvwidgets.collect.tables import is_picture, opened
from cvwidgets.errors import SourceError
from cvwidgets.records import PassedOver, Refused


@dataclass(slots=True)
class DropLists:
    """What dropped lists say: `told` of a picture by its name, a record for each line; `addresses` are the lists of these by name.

    `used` lists were understood; `refused` holds what they name that was not dropped along, and tables that nobody understands; `passed`
    are those with more columns than are kept.
    """

    told: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    addresses: dict[str, Path] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    refused: list[Refused] = field(default_factory=list)
    passed: list[PassedOver] = field(default_factory=list)


def read_lists(lists: Sequence[tuple[str, Path]], names: Sequence[str]) -> DropLists:
    """Reads dropped lists, each by its name and where it lies, beside pictures of these names."""
    found, pictures = DropLists(), _Pictures(names) if lists else None
    for name, file in lists:
        assert pictures
        try:
            _read(name, file, pictures, found)
        except SourceError as error:
            found.refused.append(Refused(name, str(error)))
            found.used.add(name)
    return found


def _read(name: str, file: Path, pictures: _Pictures, found: DropLists) -> None:
    lines = read_sample(file)
    named = name_columns(file, lines)
    some = [row["file"] for _, cells in lines[bool(named.headers) :] if "file" in (row := named.of(cells))] if named else []
    if named and some and means_names(lines, named, found=any(pictures.find(one, name) for one in some)):
        check_labels(file, named)
        found.refused += _match(name, file, named, pictures, found.told)
        found.passed += pass_over_further(name, named)
        found.used.add(name)
    elif holds_addresses(lines):
        found.addresses[name] = file
        found.used.add(name)
    elif not name.lower().endswith(".txt"):  # a text is more often about the pictures than a list of them
        raise unknown_columns(file, lines)


def _match(name: str, file: Path, named: Columns, pictures: _Pictures, told: dict[str, list[dict[str, Any]]]) -> Iterator[Refused]:
    """Gives the pictures what the list says of them, and refuses what was not dropped."""
    missing, matched = list[Refused](), 0
    count = 0
    with opened(file) as lines:
        for number, row, own in rows_of(file, lines, named):
            asked = row.get("file", "")
            if asked and (picture := pictures.find(asked, name)):
                told.setdefault(picture, []).append(told_by(row, own))
                matched += 1
                continue
            count += 1
            if count <= TOLD:
                reason = "A list names it, and it was not dropped along." if asked else "The line names no file."
                missing.append(Refused(legible(asked) or f"{name}:{number}", reason))
    if not matched:
        what = f"nothing that it names ({count:,}, the first {missing[0].path[:80]!r}) was dropped along" if missing else "it is empty"
        yield Refused(name, f"It is a list, and {what}. Drop the pictures with it, or choose the list where it lies.")
        return
    yield from missing
    if count > TOLD:
        yield Refused(name, f"{count - TOLD:,} more of the files that it names were not dropped along, {count:,} in all.")


class _Pictures:
    """Finds dropped pictures by what a list calls them: by the way from it, from the top, or by the end that no other has."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = set(names)
        self._deepest = max((name.count("/") + 1 for name in names), default=0)
        self._ends: dict[str, str | None] = {}
        for name in self._names:
            if is_picture(name):
                for end in {PurePosixPath(name).name, PurePosixPath(name).stem}:
                    self._ends[end] = None if end in self._ends else name

    def find(self, asked: str, of: str) -> str | None:
        """The name of the picture that the list `of` that name calls so; None where none, or several, could be meant."""
        parts = [part for part in PurePosixPath(asked.replace("\\", "/")).parts if part != "/"]
        if not parts:
            return None
        begins = range(max(0, len(parts) - self._deepest), len(parts))
        ways = [str(PurePosixPath(of).parent.joinpath(*parts)), *("/".join(parts[begin:]) for begin in begins)]
        return next((way for way in ways if way in self._names), None) or self._ends.get(parts[-1])
