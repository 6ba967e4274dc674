"""What a label may have besides its name and its images: a color, a key; and what deleting it would do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cvwidgets.errors import DecisionError


@dataclass(frozen=True, slots=True)
class Color:
    """A color by its name, as #rrggbb in lower case."""

    name: str
    hex: str


COLORS: tuple[Color, ...] = (
    Color("orange", "#e69f00"),
    Color("sky", "#56b4e9"),
    Color("green", "#009e73"),
    Color("yellow", "#f0e442"),
    Color("blue", "#0072b2"),
    Color("vermilion", "#d55e00"),
    Color("purple", "#cc79a7"),
    Color("grey", "#888888"),
)
"""Colors that people who see fewer colors tell apart (Okabe and Ito, "Color Universal Design", 2008; grey in place of black)."""

RESERVED_KEYS = {
    "A": "selects all",
    "I": "inverts the selection",
    "K": "keeps",
    "L": "asks for a label",
    "N": "makes New again",
    "X": "trashes",
    "Y": "does again what was undone",
    "Z": "undoes",
}
"""Letters that no label may have as its key, each with what it does on the wall (COMMANDS in widgets/parts/bar.js)."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What deleting a label would do, before it is done; `sentence` tells it.

    `labels` counts the sub-labels that would go with it. `new`, `kept` and `trashed` count the images in it and below it as the tree shows
    them; `back` images would be New under Unsorted, `to_trash` in its trash, and `stay` have another label that they stay with.
    """

    label: str
    labels: int
    new: int
    kept: int
    trashed: int
    back: int
    to_trash: int
    stay: int
    sentence: str


def color_of(text: str) -> str:
    """A color as #rrggbb in lower case, from its name in `COLORS` or from #rrggbb.

    Raises:
        DecisionError: it is neither.
    """
    named = {color.name: color.hex for color in COLORS}
    wanted = text.strip().lower()
    if wanted in named:
        return named[wanted]
    if not re.fullmatch(r"#[0-9a-f]{6}", wanted):
        raise DecisionError(f"{text[:40]!r} is no color; a name or #rrggbb is needed. Choose one of {', '.join(named)}.")
    return wanted


def key_of(text: str) -> str:
    """A key that a label may have: one digit, or one letter in upper case.

    Raises:
        DecisionError: it is another key, or one that does something else already.
    """
    wanted = text.strip().upper()
    if not re.fullmatch(r"[0-9A-Z]", wanted):
        raise DecisionError(f"{text[:40]!r} is no key for a label; a letter from A to Z or a digit is needed. Choose another.")
    if wanted in RESERVED_KEYS:
        raise DecisionError(f"The key {wanted} {RESERVED_KEYS[wanted]}; a label needs one that is free. Choose another letter, or a digit.")
    return wanted
