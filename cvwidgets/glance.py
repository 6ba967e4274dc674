"""What a project shows at a glance, as plain facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """A label and its images by state, sub-labels not counted."""

    name: str
    new: int
    kept: int
    trashed: int


@dataclass(frozen=True, slots=True)
class SizeClass:
    """How many images have a short side of `low` pixels up to, not including, `high` (None: no end)."""

    low: int
    high: int | None
    images: int


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence about the data; a warning stands in the way of a good model, a note is good to know."""

    sentence: str
    severity: Literal["note", "warning"]


@dataclass(frozen=True, slots=True)
class Glance:
    """The data of a project at a glance. `extent` says smallest, median and largest picture; `size` is bytes of all files together.

    `unread` images were not read whole yet, `missing` have no usable file, `conflicts` came under two labels; `alike` look the same as
    another one, of those that are not in the trash and were read whole; None where there are too many to compare.
    """

    images: int
    new: int
    kept: int
    trashed: int
    unread: int
    missing: int
    conflicts: int
    alike: int | None
    labels: tuple[LabelCounts, ...]
    sizes: tuple[SizeClass, ...]
    extent: str
    formats: tuple[tuple[str, int], ...]
    size: int
    hints: tuple[Hint, ...]
