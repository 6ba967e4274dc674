"""Columns of the user's own: what lists and data sets tell of a picture beside label, part and source, such as a patient or a camera."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

MOST = 30
"""So many are kept of one list or data set, the first ones unless some are asked for."""
LONGEST_NAME, LONGEST = 60, 200
"""Letters of a column's name and of what it says; the rest is left out."""

_RESERVED = frozenset(("file", "image", "label", "part", "sha256", "address", "page", "author", "license", "provider", "query", "when"))
"""Names that mean something of ours, in a list as in an export."""

Own = tuple[tuple[str, str], ...]
"""What the columns of the user's own say of one picture: their names with its values, empty ones left out."""


def own_columns(headers: Sequence[str], taken: Collection[int] = ()) -> dict[str, int]:
    """The columns that may be kept, by name with their places: all with a name of their own but those `taken` for something else."""
    found: dict[str, int] = {}
    folded = set(_RESERVED)
    for place, header in enumerate(headers):
        name = in_one_line(header, LONGEST_NAME)
        if place not in taken and name and name.casefold() not in folded:
            folded.add(name.casefold())
            found[name] = place
    return found


def own_in(cells: Sequence[str], places: Mapping[str, int]) -> Own:
    """What the columns at these places say in a line."""
    if not places:
        return ()
    return tuple((name, value) for name, place in places.items() if place < len(cells) and (value := in_one_line(cells[place])))


def in_one_line(text: str, most: int = LONGEST) -> str:
    """A text that can be shown anywhere: what does not print is a space, and what is longer ends there."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text.strip()[:most].rstrip()
