"""What of a view the wall shows, and in which order, by what the view knows of its images: confidence, distance and the like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cvwidgets.errors import FilterError
from cvwidgets.widgets.sources import MARKED, Range, Source, ViewSource

NOTHING_LEFT = "No image lies in these ranges. Clear them, or make them wider."


@dataclass(frozen=True, slots=True)
class Narrowing:
    """An order and ranges, both ends included, by the values of a view; nothing asked shows it as it is.

    Attributes:
        order: A value, such as "distance", lowest first; "-distance" turns it round; "" is the order of the view.
        ranges: From where to where a value may lie, by its name; None leaves an end open.
    """

    order: str = ""
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)

    @classmethod
    def from_page(cls, order: str, ranges: Mapping[str, object]) -> Narrowing:
        """What the page asks for; a value without ends is not asked about.

        Raises:
            FilterError: a range is none.
        """
        if wrong := [name for name, ends in ranges.items() if not isinstance(ends, list) or len(ends) != 2]:
            raise FilterError(f"The range of {wrong[0][:40]!r} is none; its two ends are needed. Give them, or clear the range.")
        return cls(order, {name: tuple(ends) for name, ends in ranges.items() if ends != [None, None]})  # type: ignore[misc, arg-type]

    def __bool__(self) -> bool:
        return bool(self.order or self.ranges)

    def of(self, source: Source) -> Source:
        """What of a source is shown.

        Raises:
            FilterError: the source does not know one of the values, or a range is none.
        """
        if not self:
            return source
        if not isinstance(source, ViewSource):
            raise FilterError("Files are not known by numbers; an order and ranges need a view with values. Show one.")
        view = source.view
        for name, (low, high) in self.ranges.items():
            view = view.between(name, low, high)
        return ViewSource(view.sorted(self.order) if self.order else view)

    def facts(self, source: Source) -> dict[str, Any]:
        """What the page shows of it: the values that there are, each with its lowest and highest, the order and the ranges."""
        values = source.view.values if isinstance(source, ViewSource) else {}
        return {
            "values": [{"name": name, **_ends(of)} for name, of in values.items()],
            "order": self.order,
            "ranges": {name: list(ends) for name, ends in self.ranges.items()},
        }


def words_of(given: Source, shown: Source, said: str) -> str:
    """The words beneath the wall: those that were given with the images, or how many they are; then what of them is shown.

    Empty for images of which there is nothing to say but their number.
    """
    if not isinstance(given, ViewSource) or not isinstance(shown, ViewSource):
        return said
    whole, part = given.view, shown.view
    count = f"{len(whole):,} {'image' if len(whole) == 1 else 'images'}"
    asked = part.words.removeprefix(whole.words).removeprefix(" · ")
    of_them = f"{len(part):,} shown" if len(part) < len(whole) else ""
    first = said or (count if whole.words or asked else "")
    return " · ".join(filter(None, (first, "" if said else whole.words, of_them, asked)))


def still_selected(before: Source, after: Source, ranges: Sequence[Range]) -> list[Range]:
    """Where the selected images of one view stand in another; nowhere when they would stand in more than `MARKED` places."""
    if not ranges or not isinstance(before, ViewSource) or not isinstance(after, ViewSource):
        return []
    chosen = np.concatenate([before.view.ids[start:stop] for start, stop in ranges])
    there = np.isin(after.view.ids, chosen)
    ends = np.flatnonzero(np.diff(np.concatenate(([False], there, [False]))))
    pairs = list(zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True))
    return pairs if len(pairs) <= MARKED else []


def value_names(source: Source) -> list[str]:
    """The values that a source knows of its images."""
    return [*source.view.values] if isinstance(source, ViewSource) else [*getattr(source, "values", ())]


def _ends(of: Any) -> dict[str, float | None]:
    known = of[np.isfinite(of)]
    return {"low": float(known.min()) if known.size else None, "high": float(known.max()) if known.size else None}
