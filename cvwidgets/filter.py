"""What one asks of a project's images, and in which order: a frozen record with its JSON and its words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Literal, Self

from cvwidgets.errors import FilterError
from cvwidgets.records import PARTS, STATES, UNSORTED, Part, State

Problem = Literal["missing", "unread", "conflict"]
PROBLEMS: tuple[Problem, ...] = ("missing", "unread", "conflict")
LONGEST = 200
"""Characters of a text to look for, and of a filter's name."""
LARGEST = 2**62

SORTS: dict[str, str] = {
    "added": "in the order they came",
    "-added": "latest first",
    "name": "by name",
    "-name": "by name, backwards",
    "size": "smallest first",
    "-size": "largest first",
    "bytes": "smallest files first",
    "-bytes": "largest files first",
    "label": "by label",
    "-label": "by label, backwards",
    "decided": "decided longest ago first",
    "-decided": "decided last first",
    "random": "in random order",
}
"""The orders that there are, with their words; "-" turns one round. Images that are equal stand in the order they came."""

STATE_WORDS = {"new": "New", "kept": "Kept", "trashed": "Trash"}
_PART_WORDS = {"train": "for training", "valid": "for validation", "test": "for testing"}
_PROBLEM_WORDS = {"missing": "file missing", "unread": "not read yet", "conflict": "in conflict"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CHOICES: dict[str, tuple[str, ...]] = {"states": STATES, "parts": PARTS}
_SEVERAL = ("labels", "states", "parts", "formats", "providers")
_NUMBERS = ("min_side", "max_side", "min_bytes", "max_bytes", "act", "seed")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One condition in words; `kind` names the condition ("format"), `words` say it ("JPEG or PNG")."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What images must have, all of it; of a field that holds several values one is enough, and an empty field asks nothing.

    Attributes:
        labels: Slash paths; "Unsorted" stands for images without a label.
        sub_labels: Whether images under the sub-labels of these are meant too.
        states: What was decided; with labels, under these.
        parts: The part of the current split: train, valid, test.
        formats: As read from the file ("JPEG"), not from its name.
        min_side: Least short side, in pixels.
        max_side: Most short side, in pixels.
        min_bytes: Least size of the file.
        max_bytes: Most size of the file.
        providers: Who found them; "" for files of one's own.
        added_from: The first day on which they came (ISO 8601, UTC).
        added_to: The last day.
        problem: "missing" (no usable file), "unread" (not read whole yet) or "conflict" (arrived under two labels).
        act: An act of the journal that changed them.
        text: What the name of a file or a source holds, letter case aside.
        sort: One of `SORTS`.
        seed: Of the random order.

    Raises:
        FilterError: a field holds what it cannot.
    """

    labels: tuple[str, ...] = ()
    sub_labels: bool = True
    states: tuple[State, ...] = ()
    parts: tuple[Part, ...] = ()
    formats: tuple[str, ...] = ()
    min_side: int | None = None
    max_side: int | None = None
    min_bytes: int | None = None
    max_bytes: int | None = None
    providers: tuple[str, ...] = ()
    added_from: str | None = None
    added_to: str | None = None
    problem: Problem | None = None
    act: int | None = None
    text: str = ""
    sort: str = "added"
    seed: int = 0

    def __post_init__(self) -> None:
        for name in _SEVERAL:
            object.__setattr__(self, name, _several(name, getattr(self, name)))
        for name in _NUMBERS:
            _check_number(name, getattr(self, name))
        for name in ("added_from", "added_to"):
            _check_day(name, getattr(self, name))
        if not _is_text(self.text) or len(self.text) > LONGEST:
            raise FilterError(f"The text to look for is no text of at most {LONGEST} characters. Give a shorter one.")
        if self.problem is not None and self.problem not in PROBLEMS:
            raise FilterError(f"There is no problem {self.problem!r}; there are {', '.join(PROBLEMS)}. Give one of them.")
        if not isinstance(self.sub_labels, bool):
            raise FilterError(f"'sub_labels' is {self.sub_labels!r}; true or false is needed. Give one of them.")
        if self.sort not in SORTS:
            raise FilterError(f"There is no order {self.sort!r}; there are {', '.join(SORTS)}. Give one of them.")

    def to_json(self) -> dict[str, Any]:
        """What differs from asking nothing, as plain JSON."""
        blank = Filter()
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        asked = {name: value for name, value in found.items() if value != getattr(blank, name)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asked.items()}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """The filter of what `to_json` gave; a single value may stand for a list of one.

        Raises:
            FilterError: a field is unknown, or holds what it cannot.
        """
        known = [field.name for field in fields(cls)]
        if unknown := [name for name in facts if name not in known]:
            raise FilterError(f"A filter has no field {str(unknown[0])[:LONGEST]!r}; it has {', '.join(known)}. Give those alone.")
        return cls(**facts)

    def without(self, *names: str) -> Filter:
        """The same, asking nothing by these fields."""
        blank = Filter()
        return replace(self, **{name: getattr(blank, name) for name in names})

    def phrases(self) -> tuple[Phrase, ...]:
        """The conditions in words, one for each; the order is not among them."""
        said = {
            "label": self._label_words(),
            "state": _among(STATE_WORDS[state] for state in self.states),
            "part": _among(_PART_WORDS[part] for part in self.parts),
            "format": _among(self.formats),
            "side": _pixels(self.min_side, self.max_side),
            "bytes": _file_sizes(self.min_bytes, self.max_bytes),
            "provider": _among(f"found by {name}" if name else "files of one's own" for name in self.providers),
            "added": _days(self.added_from, self.added_to),
            "problem": _PROBLEM_WORDS[self.problem] if self.problem else "",
            "act": f"of act {self.act:,}" if self.act is not None else "",
            "text": f"{_named(self.text)} in name or source" if self.text else "",
        }
        return tuple(Phrase(kind, words) for kind, words in said.items() if words)

    def words(self) -> str:
        """Conditions and order in one line: "JPEG, from 1,000 px · by name"; empty when nothing is asked."""
        conditions = ", ".join(phrase.words for phrase in self.phrases())
        order = SORTS[self.sort] if self.sort != "added" else ""
        return " · ".join(part for part in (conditions, order) if part)

    def _label_words(self) -> str:
        alone = "" if self.sub_labels or self.labels in ((), (UNSORTED,)) else " without sub-labels"
        return _among("without a label" if label == UNSORTED else label for label in self.labels) + alone


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter under the name that a person gave it."""

    name: str
    filter: Filter


def checked_name(name: str) -> str:
    """The name of a filter given by a person, as it will be kept.

    Raises:
        FilterError: it is empty, too long, or holds control characters.
    """
    kept = unicodedata.normalize("NFC", name.strip())
    if not kept or len(kept) > LONGEST or any(unicodedata.category(character) in ("Cc", "Cs") for character in kept):
        raise FilterError(f"{kept[:40]!r} cannot name a filter; 1 to {LONGEST} characters of text are needed. Choose another name.")
    return kept


def _several(name: str, value: object) -> tuple[str, ...]:
    values = (value,) if isinstance(value, str) else value
    if not isinstance(values, (tuple, list)) or not all(_is_text(one) for one in values):
        raise FilterError(f"{name!r} is {value!r}; names are needed, one or several. Give a list of them.")
    if wrong := [one for one in values if one not in _CHOICES.get(name, (one,))]:
        raise FilterError(f"{wrong[0]!r} is none of {name!r}; there are {', '.join(_CHOICES[name])}. Give some of them.")
    return tuple(dict.fromkeys(values))


def _is_text(value: object) -> bool:
    """Whether it is text that a catalog can look for; half a character (of a broken UTF-16 text) is none."""
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _check_number(name: str, value: object) -> None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < LARGEST):
        raise FilterError(f"{name!r} is {value!r}; a whole number from 0 on is needed. Give one, or leave it out.")


def _check_day(name: str, value: object) -> None:
    try:
        if value is None or (isinstance(value, str) and _DAY.fullmatch(value) and date.fromisoformat(value)):
            return
    except ValueError:
        pass
    raise FilterError(f"{name!r} is {value!r}; a day such as 2026-11-21 is needed. Give one, or leave it out.")


def _among(words: Iterable[str]) -> str:
    """Words of which one is enough: "JPEG, PNG or WEBP"."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} or {last}" if first else last


def _named(text: str) -> str:
    """A text that somebody typed, in quotes."""
    return f"'{text}'"


def _pixels(low: int | None, high: int | None) -> str:
    """A range of sides in pixels, both ends included."""
    return _between(None if low is None else f"{low:,}", None if high is None else f"{high:,}", unit=" px")


def _file_sizes(low: int | None, high: int | None) -> str:
    """A range of sizes of files in bytes, both ends included."""
    return _between(None if low is None else _file_size(low), None if high is None else _file_size(high))


def _file_size(size: int) -> str:
    """Bytes as one says them: "1.5 MB"."""
    value, units = float(size), ["B", "kB", "MB", "GB"]
    while value >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:.1f} {units[0]}" if units[0] != "B" and value < 10 else f"{value:,.0f} {units[0]}"


def _days(first: str | None, last: str | None) -> str:
    """A range of days, both included."""
    if first is not None and first == last:
        return f"added on {first}"
    if first is not None and last is not None:
        return f"added {first} to {last}"
    if first is not None:
        return f"added since {first}"
    return f"added until {last}" if last is not None else ""


def _between(low: str | None, high: str | None, *, unit: str = "") -> str:
    if low is not None and high is not None:
        return f"{low} to {high}{unit}"
    if low is not None:
        return f"from {low}{unit}"
    return f"up to {high}{unit}" if high is not None else ""
