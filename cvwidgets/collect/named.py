"""Lists of files by their names, with labels and parts: each file found below the list's folder or one that was named, and nowhere else."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Literal

from cvwidgets.collect.columns import (
    ALSO,
    Asked,
    Columns,
    check_labels,
    holds_addresses,
    means_names,
    name_columns,
    read_sample,
    unknown_columns,
)
from cvwidgets.collect.lists import SUFFIXES, label_in
from cvwidgets.collect.names import legible, part_of
from cvwidgets.collect.own import MOST, Own
from cvwidgets.collect.tables import Line, cells_of, is_picture, opened
from cvwidgets.errors import SourceError
from cvwidgets.records import Found, PassedOver, Refused, Source

Kind = Literal["addresses", "names", "unknown"]
TOLD = 1000
"""Missing files that are told one by one; the others are counted."""
SHOWN = 5
_ENDS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif")
"""How a file may end whose name in a list ends with nothing."""
_SOURCES = ("address", "page", "author", "license", "provider", "when")


@dataclass(frozen=True, slots=True)
class ListLook:
    """What a list holds, by its first lines: `kind`, its `headers` (numbers where it has none), the first `rows`.

    Of a list of names `columns` tells the headers of "file", "label" and "part" as far as they are known, and `found` how many of the first
    `looked` names are there, below `folder`; `further` are the columns beside these, of which `also` are kept with the images.
    """

    kind: Kind
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()
    found: int = 0
    looked: int = 0
    further: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def look_at_list(source: Path, *, columns: Asked | None = None, images: Path | None = None, within: Sequence[Path] = ()) -> ListLook:
    """Looks at the first lines of a list; see `find_named` for what it is asked.

    Raises:
        SourceError: it cannot be read, is no text, or has no such column.
    """
    lines = read_sample(source)
    named = name_columns(source, lines, columns)
    width = max((len(cells) for _, cells in lines), default=0)
    headers = named.headers if named else _header(lines)
    shown = tuple(headers) or tuple(str(number + 1) for number in range(width))
    rows = tuple(tuple(legible(cell) for cell in cells) for _, cells in lines[bool(headers) :])
    below = Below(images or source.parent, within)
    names = [row["file"] for _, cells in lines[bool(headers) :] if named and "file" in (row := named.of(cells))]
    found = sum(isinstance(below.find(name), Place) for name in names)
    kind = _kind(lines, named, found, is_asked=_says_roles(columns))
    told = {what: shown[place] for what, place in named.places.items() if what in ("file", "label", "part")} if named else {}
    own = (tuple(named.further), tuple(named.also)) if named else ()
    return ListLook(kind, tuple(map(legible, shown)), rows[:SHOWN], told, below.folder, found, len(names), *own)


def is_named(source: Path, *, columns: Asked | None = None, images: Path | None = None, within: Sequence[Path] = ()) -> bool:
    """Whether a list is one of files' names; one of addresses is none, by what it holds.

    Raises:
        SourceError: it is neither, cannot be read, is no text, or has no such column.
    """
    look = look_at_list(source, columns=columns, images=images, within=within)
    if look.kind == "unknown":
        raise unknown_columns(source, read_sample(source))
    return look.kind == "names"


def find_named(
    source: Path,
    label: str | None,
    *,
    columns: Asked | None = None,
    images: Path | None = None,
    within: Sequence[Path] = (),
) -> Iterator[Found | Refused | PassedOver]:
    """Finds the files that a list names, line by line, with the label and the part that it gives; `label` holds for all, in place of those.

    Args:
        source: A text or a table; its columns are known by their names, or by what they hold.
        label: Given to all files.
        columns: The header, or the number from 1, of the column of "file", of "label" and of "split", where they are called otherwise; and
            as "also" those of the further columns that are kept with the images, the first `own.MOST` with a header if nothing is said.
        images: The folder that names are relative to; the list's own by default. No name leads out of it, by no link either.
        within: Folders below which a name from the root is good too, and out of which no link leads.

    Raises:
        SourceError: the list cannot be read, has no column of names, or nothing that it names is there.
    """
    if (named := name_columns(source, read_sample(source), columns)) is None:
        raise unknown_columns(source, read_sample(source))
    if not label and not _says_roles(columns):
        check_labels(source, named)
    yield from pass_over_further(legible(source.name), named)
    below = Below(images or source.parent, within)
    seen = found = missing = 0
    first = ""
    with opened(source) as lines:
        for number, row, own in rows_of(source, lines, named):
            name = row.get("file", "")
            seen, first = seen + 1, first or name
            place = below.find(name) if name else f"Line {number} names no file."
            if isinstance(place, Place):
                found += 1
                told = {**told_by(row, own), **({"label": label} if label else {})}
                yield Found(place.path, place.size, place.mtime_ns, **told, listed=True)
                continue
            missing += 1
            if missing <= TOLD:
                yield Refused(legible(name) or f"{legible(source.name)}:{number}", place)
    if missing > TOLD:
        yield Refused(legible(source.name), f"{missing - TOLD:,} more of its files are not there or not to be used, {missing:,} in all.")
    if not found:
        what = f"{seen:,} {'file' if seen == 1 else 'files'}, and none is below" if seen else "no file that could be looked for below"
        raise SourceError(
            f"The list '{legible(source.name)}' names {what} '{legible(str(below.folder))}' (the first: {legible(first)[:80]!r}). "
            "Say in which folder they lie: --images FOLDER (in Python images=…)."
        )


def is_list_name(name: str) -> bool:
    """Tells files that may be lists by their name."""
    return name.lower().endswith(SUFFIXES)


@dataclass(frozen=True, slots=True)
class Place:
    """A file that a name led to."""

    path: Path
    size: int
    mtime_ns: int


class Below:
    """Finds files by name below a folder, or from the root below some others; a name that leads out is told why it does not count."""

    def __init__(self, folder: Path, within: Sequence[Path] = ()) -> None:
        self.folder = folder
        self._allowed = (folder.resolve(), *within)
        self._folders: dict[Path, bool] = {}
        self._ends = list(_ENDS)

    def find(self, name: str) -> Place | str:
        """The file, or a sentence about why it is not taken."""
        way = self._way(name)
        if way is None:
            return "Its name leads out of the folder that names are relative to, or may not be a name at all."
        if isinstance(place := self._look(way), Place) or "\\" in name or is_picture(name):
            return place
        for end in self._ends:
            if isinstance(ended := self._look(way.with_name(way.name + end)), Place):
                self._ends.remove(end)
                self._ends.insert(0, end)
                return ended
        return place

    def _way(self, name: str) -> Path | None:
        is_plain = os.sep == "\\" or "\\" not in name or os.path.exists(self.folder / name)  # noqa: PTH110 - false, however long it is
        plain = name if is_plain else name.replace("\\", "/")
        path = PurePosixPath(plain)
        if "\0" in plain or ".." in path.parts or not path.name or (os.sep == "/" and PureWindowsPath(name).drive):
            return None
        return Path(path) if path.is_absolute() else self.folder / path

    def _look(self, path: Path) -> Place | str:
        if not self._is_inside(path.parent):
            return "It lies outside of the folder that names are relative to; say which one that is (--images)."
        try:
            status = path.lstat()
            if stat.S_ISLNK(status.st_mode):
                if not any(path.resolve().is_relative_to(folder) for folder in self._allowed):
                    return "It is a link to a place outside of the folder that names are relative to."
                status = path.stat()
        except (OSError, RuntimeError, ValueError):
            return "The list names it, and it is not there."
        if not stat.S_ISREG(status.st_mode):
            return "It is not a regular file."
        return Place(path, status.st_size, status.st_mtime_ns)

    def _is_inside(self, folder: Path) -> bool:
        if (known := self._folders.get(folder)) is None:
            try:
                real = folder.resolve()
                known = any(real.is_relative_to(one) for one in self._allowed)
            except (OSError, RuntimeError, ValueError):
                known = False
            self._folders[folder] = known
        return known


def pass_over_further(name: str, named: Columns) -> Iterator[PassedOver]:
    """What to know of a list of that name when it has more columns than are kept, and nobody said which."""
    if len(named.further) > len(named.also) == MOST:
        yield PassedOver(name, f"of its {len(named.further)} further columns the first {MOST} are kept with the images")


def rows_of(source: Path, lines: Iterator[str], named: Columns) -> Iterator[tuple[int, dict[str, str], Own]]:
    """The number of each line of a list of names below its header, its cells by what they hold, and those of the further columns."""
    cells = cells_of(lines, spaced=source.suffix.lower() == ".txt")
    if named.headers:
        next(cells, None)
    return ((number, named.of(row), named.own_of(row)) for number, row in cells)


def told_by(row: Mapping[str, str], own: Own) -> dict[str, Any]:
    """What a line says of its file, as `Found` has it: label, part, where it came from, and the user's own columns."""
    told = {name: row[name] for name in _SOURCES if name in row}
    source = Source(**told) if told else None
    return {"label": label_in(row.get("label", "")), "part": part_of(row.get("part", "")), "source": source, "columns": own}


def _says_roles(columns: Asked | None) -> bool:
    """Whether somebody said what columns hold, not only which further ones are kept."""
    return bool(columns and columns.keys() - {ALSO})


def _kind(lines: Sequence[Line], named: Columns | None, found: int, *, is_asked: bool) -> Kind:
    if means_names(lines, named, found=found > 0 or is_asked):
        return "names"
    return "addresses" if holds_addresses(lines) else "unknown"


def _header(lines: Sequence[Line]) -> tuple[str, ...]:
    """The first line where it can be one: nothing in it is an address."""
    return tuple(lines[0][1]) if lines and not holds_addresses(lines[:1]) else ()
