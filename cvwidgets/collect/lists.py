"""Lists of addresses: a text with one on each line, or a table (CSV) with a column of them and what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.collect.archives import Keep
from cvwidgets.collect.names import legible
from cvwidgets.collect.own import MOST, Own, own_columns, own_in
from cvwidgets.collect.tables import cells_of, is_address, opened
from cvwidgets.errors import SourceError
from cvwidgets.records import UNSORTED, Found, Known, Refused, Source

if TYPE_CHECKING:
    from cvwidgets.collect.downloading import Arrival, Wanted
    from cvwidgets.collect.web import Web

SUFFIXES = (".txt", ".csv", ".tsv")

_COLUMNS = {
    "address": ("address", "url", "image_url", "image url", "imageurl", "image", "link", "uri", "href", "identifier"),
    "label": ("label", "class", "category", "labels", "classes"),
    "page": ("page", "page_url", "source_page", "landing_url", "foreign_landing_url", "references"),
    "license": ("license", "licence", "license_url", "rights"),
    "author": ("author", "creator", "photographer", "artist", "rightsholder"),
    "provider": ("provider", "source", "site", "publisher"),
}
"""What columns are called, by what they hold; the first that a table has is taken, whatever its letter case."""

_Row = tuple[int, dict[str, str], Own]
"""A line by its number: its cells as what their columns are called, and those of the user's own columns."""

_BAD_TOLD = 20
"""Bad lines that are told one by one; the others are counted."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """How the pictures of a list are fetched: by what, into which folder, which is gone at the end, and which of them need not be."""

    web: Callable[[], Web]
    folder: Callable[[], AbstractContextManager[Path]]
    is_known: Callable[[Sequence[str]], set[str]]


def is_list(source: Path) -> bool:
    """Tells files that are lists of addresses by their name."""
    return source.suffix.lower() in SUFFIXES and source.is_file()


def find_in_list(source: Path, label: str | None, keep: Keep, fetching: Fetching) -> Iterator[Found | Known | Refused | None]:
    """Fetches what a list names and keeps it; see `download` for how. Bad lines are refused, and counted when there are many.

    Raises:
        SourceError: it cannot be read, is a table without a column of addresses, or holds nothing.
    """
    from cvwidgets.collect.downloading import download

    with (
        fetching.folder() as folder,
        fetching.web() as web,
        closing(download(web, read_list(source, label), folder, is_known=fetching.is_known)) as items,
    ):
        for item in items:
            yield item if item is None or isinstance(item, Refused) else _as_found(item, keep)


def _as_found(arrival: Arrival, keep: Keep) -> Found | Known | Refused:
    """A picture that came, kept under its content; or what became of it else."""
    address = legible(arrival.wanted.address)
    if arrival.problem:
        return Refused(address, str(arrival.problem))
    if not arrival.file:
        return Known(address)
    with arrival.file.path.open("rb") as stream:
        path = keep(stream, arrival.file.path.name)
    arrival.file.path.unlink()
    status = path.stat()
    facts = {"source": arrival.wanted.source, "columns": arrival.wanted.columns, "name": address}
    return Found(path, status.st_size, status.st_mtime_ns, arrival.wanted.label, owned=True, fetched=True, **facts)  # type: ignore[arg-type]


def read_list(source: Path, label: str | None = None) -> Iterator[Wanted | Refused]:
    """Reads a list line by line; `label` holds for all, in place of those that the table gives.

    In a text, lines that begin with # are comments. A table has names above its columns ("url", "label", "license", "author", "page"), or
    none and addresses in one of them; the first further ones (`own.MOST`) that it names are kept with the pictures.

    Raises:
        SourceError: it cannot be read, is a table without a column of addresses, or holds nothing.
    """
    from cvwidgets.collect.downloading import Wanted

    lines = bad = 0
    for number, row, own in _rows(source):
        lines += 1
        address = row.get("address", "")
        if is_address(address):
            known = {name: row.get(name) or None for name in ("page", "license", "author", "provider")}
            yield Wanted(Source(address=address, **known), label or label_in(row.get("label", "")), own)
            continue
        bad += 1
        if bad <= _BAD_TOLD:
            yield Refused(f"{legible(source.name)}:{number}", f"The line holds no address of the web{_told(address)}.")
    if bad > _BAD_TOLD:
        yield Refused(legible(source.name), f"{bad - _BAD_TOLD:,} more lines hold no address of the web, {bad:,} in all.")
    if not lines:
        raise SourceError(f"The list '{legible(str(source))}' is empty; at least one address is needed. Write one on each line.")


def _told(address: str) -> str:
    return f" but '{address[:60]}'" if address else ""


def label_in(text: str) -> str | None:
    """The label that a cell gives; none where it is empty or says "Unsorted"."""
    return None if not text or text.casefold() == UNSORTED.casefold() else text


def _rows(source: Path) -> Iterator[_Row]:
    """The lines that hold something."""
    with opened(source) as lines:
        yield from _lines_of_text(lines) if source.suffix.lower() == ".txt" else _lines_of_table(lines, source)


def _lines_of_text(lines: Iterator[str]) -> Iterator[_Row]:
    for number, line in enumerate(lines, 1):
        address = line.strip()
        if address and not address.startswith("#"):
            yield number, {"address": address}, ()


def _lines_of_table(lines: Iterator[str], source: Path) -> Iterator[_Row]:
    rows = cells_of(lines)
    number, first = next(rows, (0, []))
    names = _named(first)
    own = dict(list(own_columns(first, names.values()).items())[:MOST])
    if "address" not in names:
        names = _unnamed(first)
        if "address" not in names and first:
            raise SourceError(
                f"The table '{legible(source.name)}' has no column of addresses. One called 'url' or 'address' is needed; name it so in "
                "the first line."
            )
        own = {}
        yield number, _by_name(first, names), ()
    for number, cells in rows:
        yield number, _by_name(cells, names), own_in(cells, own)


def _named(cells: Sequence[str]) -> dict[str, int]:
    """Where the columns are that the first line names."""
    called = {cell.casefold(): place for place, cell in reversed(list(enumerate(cells)))}
    places = {what: next((called[name] for name in names if name in called), None) for what, names in _COLUMNS.items()}
    return {what: place for what, place in places.items() if place is not None}


def _unnamed(cells: Sequence[str]) -> dict[str, int]:
    """Where the address is in a first line that holds one; of two columns the other is the label."""
    place = next((place for place, cell in enumerate(cells) if is_address(cell)), None)
    if place is None:
        return {}
    return {"address": place, "label": 1 - place} if len(cells) == 2 else {"address": place}


def _by_name(cells: Sequence[str], names: dict[str, int]) -> dict[str, str]:
    return {what: cells[place] for what, place in names.items() if place < len(cells)}
