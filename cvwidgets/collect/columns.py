"""What a list holds, told by its first lines: addresses of the web, or names of files with their labels; and which column is which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from cvwidgets.collect.names import legible, part_of
from cvwidgets.collect.own import MOST, Own, own_columns, own_in
from cvwidgets.collect.tables import Line, cells_of, is_address, is_picture, opened
from cvwidgets.errors import SourceError

SAMPLE = 50
"""So many lines are looked at to tell what a list holds."""
NAMES = {
    "file": "file filename file_name path filepath file_path image image_path image_file image_name imagename img picture photo image_id",
    "label": "label labels class classes category label_name class_name",
    "part": "part split set subset partition",
    **dict.fromkeys(("address",), "address url image_url link"),
    **{told: told for told in ("page", "author", "license", "provider", "when")},
}
"""What columns are called by what they hold, whatever the letter case, a space being a _; the first that a table has is taken."""
ASKED = ("file", "label", "part")
"""What a user may say of columns; "split" means "part"."""
ALSO = "also"
"""By this a user says which further columns are kept with the images."""

Asked = Mapping[str, str | Sequence[str]]
"""The header of each of `ASKED`, and those of `ALSO`."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a list of names has what: the number of a column by what it holds; `headers` is empty where the first line is no header.

    `ours` is a list as an export of cvwidgets writes it. `further` are all other columns by name, of which `also` are kept with the images.
    """

    headers: tuple[str, ...]
    places: Mapping[str, int]
    ours: bool = False
    further: Mapping[str, int] = field(default_factory=dict)
    also: Mapping[str, int] = field(default_factory=dict)

    def of(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of a line by what they hold; empty ones are left out."""
        found = {what: cells[place] for what, place in self.places.items() if place < len(cells) and cells[place]}
        return {what: bare(cell) for what, cell in found.items()} if self.ours else found

    def own_of(self, cells: Sequence[str]) -> Own:
        """What the further columns that are kept say in a line."""
        return own_in([bare(cell) for cell in cells] if self.ours else cells, self.also)


def bare(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip()[:1] in frozenset("=+-@＝＋－＠") else cell


def read_sample(source: Path) -> list[Line]:
    """The first lines of a list.

    Raises:
        SourceError: it cannot be read, or is no text.
    """
    with opened(source) as lines:
        return list(islice(cells_of(lines, spaced=source.suffix.lower() == ".txt"), SAMPLE))


def name_columns(source: Path, lines: Sequence[Line], asked: Asked | None = None) -> Columns | None:
    """Which column of a list of names is which, as far as it is plain or was `asked`; None where no column is one of names.

    A list without headers has its columns by number, from 1; of two, the one that holds no pictures' names has the labels. The first
    further ones that have a header are kept with the images, unless it is said which.

    Raises:
        SourceError: what was asked is not there, or there is nothing of that kind.
    """
    rows = [cells for _, cells in lines]
    first = rows[0] if rows else []
    has_headers = not any(is_address(cell) or is_picture(cell) for cell in first)
    headers = tuple(first) if has_headers else ()
    body = rows[1:] if has_headers else rows
    places = _by_header(headers, body) if has_headers else _by_content(first)
    meant, also = _meant(asked or {})
    places |= {what: _asked_place(source, header, headers, len(first)) for what, header in meant.items()}
    if "file" not in places:
        return None
    ours = {"file", "label", "part", "sha256"} <= {header.casefold() for header in headers}
    further = own_columns([bare(header) for header in headers] if ours else headers, places.values())
    if also is None:
        return Columns(headers, places, ours, further, dict(list(further.items())[:MOST]))
    if len(also) > MOST:
        raise SourceError(f"{len(also)} further columns are asked for; {MOST} of a list are kept at most. Leave some out.")
    wanted = {further[name] if name in further else _asked_place(source, name, headers, len(first)) for name in also}
    named = further if headers else {str(place + 1): place for place in range(len(first)) if place not in places.values()}
    return Columns(headers, places, ours, further, {name: place for name, place in named.items() if place in wanted})


def holds_addresses(lines: Sequence[Line]) -> bool:
    """Whether one of these lines has an address of the web."""
    return any(is_address(cell) for _, cells in lines for cell in cells)


def means_names(lines: Sequence[Line], named: Columns | None, *, found: bool) -> bool:
    """Whether a list with such columns is one of names; where it has addresses too, that hangs on whether files of it were `found`."""
    if named is None:
        return False
    return found or named.ours or not holds_addresses(lines) or (bool(named.headers) and "address" not in named.places)


def unknown_columns(source: Path, lines: Sequence[Line]) -> SourceError:
    """What to say of a list in which no column is plainly one of names or addresses."""
    first = [legible(cell)[:60] for cell in (lines[0][1] if lines else [])]
    if not first:
        return SourceError(f"The list '{legible(source.name)}' is empty; a name of a file, or an address, is needed on each line.")
    named = ", ".join(first[:20])
    return SourceError(
        f"The list '{legible(source.name)}' has no column of addresses, and none that is plainly of files' names; it has {named}. Say "
        f"which is which: --columns file={first[0]},label={first[-1]} (in Python columns={{'file': {first[0]!r}, 'label': {first[-1]!r}}})."
    )


def check_labels(source: Path, named: Columns) -> None:
    """Looks whether it is plain in which column the labels are, or that there are none.

    Raises:
        SourceError: it is not.
    """
    others = [legible(header)[:60] for place, header in enumerate(named.headers) if place not in named.places.values()]
    if "label" not in named.places and others:
        file = named.headers[named.places["file"]]
        raise SourceError(
            f"The list '{legible(source.name)}' has its files' names in {file!r}, and no column that is plainly of labels; it has "
            f"{', '.join(others[:20])} too. Say which it is: --columns label={others[0]}, or --columns file={file} where there are none."
        )


def _by_header(headers: Sequence[str], body: Sequence[Sequence[str]]) -> dict[str, int]:
    called = {header.casefold().replace(" ", "_"): place for place, header in reversed(list(enumerate(headers)))}
    places = {what: place for what, names in NAMES.items() if (place := _first(called, names.split())) is not None}
    cells = {what: [row[place] for row in body if place < len(row) and row[place]] for what, place in places.items()}
    if any(map(is_address, cells.get("file", ()))):
        del places["file"]
    if "part" in places and not any(map(part_of, cells["part"])):
        del places["part"]
    return places


def _first(called: Mapping[str, int], names: Iterable[str]) -> int | None:
    return next((called[name] for name in names if name in called), None)


def _by_content(first: Sequence[str]) -> dict[str, int]:
    """Where a first line without headers has the name of a picture, a part, and, if one cell alone is left, the label."""
    file = next((place for place, cell in enumerate(first) if is_picture(cell) and not is_address(cell)), None)
    if file is None:
        return {}
    parts = [place for place, cell in enumerate(first) if place != file and part_of(cell)]
    left = [place for place in range(len(first)) if place != file and place not in parts[:1]]
    if len(first) == 2 and parts:
        return {"file": file, "label": parts[0]}
    found = {"file": file, **({"part": parts[0]} if parts else {})}
    return {**found, "label": left[0]} if len(left) == 1 else found


def _meant(asked: Asked) -> tuple[dict[str, str], Sequence[str] | None]:
    """The headers that are asked for, by what they hold; and the further ones, None where nothing was said of these."""
    also = asked.get(ALSO)
    meant = {"part" if what == "split" else what: header for what, header in asked.items() if isinstance(header, str) and what != ALSO}
    if strange := sorted(asked.keys() - {*ASKED, "split", ALSO}):
        raise SourceError(f"A list has no column for {strange[0]!r} here; file, label, split and also may be said. Change what is asked.")
    return meant, [also] if isinstance(also, str) else also


def _asked_place(source: Path, header: str, headers: Sequence[str], width: int) -> int:
    """Where the column is that somebody named by its header, or by its number."""
    for place, known in enumerate(headers):
        if known.casefold() == header.strip().casefold():
            return place
    if header.strip().isdecimal() and 1 <= int(header) <= width:
        return int(header) - 1
    known = f"has the columns {', '.join(map(legible, headers))[:300]}" if headers else f"has {width} columns, told by their numbers"
    raise SourceError(f"The list '{legible(source.name)}' has no column {header!r}; it {known}. Name one of these.")
