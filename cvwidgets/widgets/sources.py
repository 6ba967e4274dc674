"""What a wall may show: a list of paths, or a view of a project. Positions count from 0 in the order shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from cvwidgets.errors import CvwidgetsError
from cvwidgets.records import UNSORTED, Act, Image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cvwidgets.project import View

REMEMBERED = 2000
"""Thumbnails of loose files kept in memory: about 20 MB."""

MARKED = 1000
"""So many ranges of a selection are found again in the next page."""

DECISIONS = ("keep", "trash", "renew", "assign", "keep_rest", "trash_rest", "accept", "reject")
"""What may be decided of the selected. "keep_rest" keeps them and trashes all others of the view, "trash_rest" is the reverse; "accept"
does what is suggested for them, "reject" notes that they are right as they are."""

Range = tuple[int, int]

_UNREADABLE = "Cannot be read. The file is damaged, or no picture."
_MISSING = "File missing. It was moved, renamed or deleted; put it back, or relink the project."

_LEFT = {
    "name": "",
    "label": "",
    "state": "",
    "judged": True,
    "problem": "This image is no longer in the project: it turned out broken, or to show the same as another one.",
}


class Source(Protocol):
    """What a wall shows, by position."""

    decides: bool
    suggests: str | None
    """What its suggestions are about, as `Suggestions.about` has it; None when it has none."""

    def __len__(self) -> int:
        """How many images."""

    def facts(self, start: int, stop: int) -> list[dict[str, Any]]:
        """Name, label and state of each, and whether it was judged since the wall was made; fewer at the end.

        Of a view also `part` (train, valid, test), when there is a split, and its values by name, such as `distance`; None where unknown.
        Where the view has suggestions, `suggested` is a label or nothing, or `copy` says whether it is not the best of its stack.
        """

    def thumbnails(self, positions: Sequence[int]) -> list[bytes | str]:
        """A JPEG of each, or the reason why there is none, whose first sentence is short."""

    def keys(self, ranges: Iterable[Range]) -> list[Any]:
        """What stands at these positions: paths or ids."""


class Paths:
    """Files anywhere on disk, in the order given; `values` are numbers known of each, by name, as a view has them."""

    decides = False
    suggests: str | None = None

    def __init__(
        self, paths: Iterable[str | Path], labels: Sequence[str] = (), values: Mapping[str, NDArray[np.floating[Any]]] | None = None
    ) -> None:
        self.paths = list(paths)  # made paths when they are shown: a million at once takes seconds
        self.values = dict(values or {})
        self._labels = labels
        self._made: OrderedDict[int, bytes] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self.paths)

    def facts(self, start: int, stop: int) -> list[dict[str, Any]]:
        """The files' names, and their labels where the table had some."""
        labels = self._labels or [""] * len(self.paths)
        known = rows_of_values(self.values, start, stop) or [{}] * len(self.paths[start:stop])
        chosen = zip(self.paths[start:stop], labels[start:stop], known, strict=True)
        more = {"state": "", "judged": False, "problem": None}
        return [{"name": Path(path).name, "label": label, **more, **values} for path, label, values in chosen]

    def thumbnails(self, positions: Sequence[int]) -> list[bytes | str]:
        """Made when they are asked for, and remembered while they fit."""
        return [self._thumbnail(position) for position in positions]

    def keys(self, ranges: Iterable[Range]) -> list[Path]:
        """The paths."""
        return [Path(path) for start, stop in ranges for path in self.paths[start:stop]]

    def _thumbnail(self, position: int) -> bytes | str:
        from cvwidgets.project.loose import thumbnail_of

        with self._lock:
            if made := self._made.get(position):
                return made
        try:
            made = thumbnail_of(self.paths[position])
        except (CvwidgetsError, OSError) as error:
            return str(error)
        with self._lock:
            self._made[position] = made
            if len(self._made) > REMEMBERED:
                self._made.popitem(last=False)
        return made


class ViewSource:
    """Images of a project. What is judged stays where it is, until the view is asked for again."""

    decides = True

    def __init__(self, view: View) -> None:
        self.view = view
        self.suggests: str | None = view.suggestions.about if view.suggestions else None

    def __len__(self) -> int:
        return len(self.view)

    def facts(self, start: int, stop: int) -> list[dict[str, Any]]:
        """As the catalog has them now."""
        ids = self.view.ids[start:stop]
        found = {image.id: image for image in self.view.images.get(ids, under=self.view.filter)}
        parts = self.view.images.parts(ids)
        known = [self._fact(found[number]) if number in found else _LEFT for number in map(int, ids)]
        split = [{"part": parts.get(number)} if parts else {} for number in map(int, ids)]
        values = rows_of_values(self.view.values, start, stop) or [{}] * len(ids)
        facts = [{**fact, **part, **more} for fact, part, more in zip(known, split, values, strict=True)]
        if (suggestions := self.view.suggestions) is None:
            return facts
        each = suggestions.each[start:stop].tolist()
        if suggestions.about == "duplicates":
            return [{**fact, "copy": bool(wanted)} for fact, wanted in zip(facts, each, strict=True)]
        under = each if suggestions.under is None else suggestions.under[start:stop].tolist()
        holds = [suggestions.under is None or fact.get("label") == kept for fact, kept in zip(facts, under, strict=True)]
        return [{**fact, "suggested": wanted if here else ""} for fact, wanted, here in zip(facts, each, holds, strict=True)]

    def thumbnails(self, positions: Sequence[int]) -> list[bytes | str]:
        """From the project's cache; those missing are made."""
        ids = [int(self.view.ids[position]) for position in positions]
        made = self.view.images.thumbnails(ids)
        there = {image.id: image.path.exists() for image in self.view.images.get([number for number in ids if number not in made])}
        return [made.get(number) or (_UNREADABLE if there.get(number, True) else _MISSING) for number in ids]

    def keys(self, ranges: Iterable[Range]) -> list[int]:
        """The ids."""
        return [int(number) for start, stop in ranges for number in self.view.ids[start:stop]]

    def decide(self, kind: str, label: str | None, ranges: Iterable[Range]) -> Act:
        """One act, of `DECISIONS`, on all images of the ranges: what the view itself would do with these."""
        import numpy as np

        chosen = np.zeros(len(self.view), dtype=bool)
        for start, stop in ranges:
            chosen[start:stop] = True
        if kind.endswith("_rest"):
            return self.view.sort_out(chosen if kind == "keep_rest" else ~chosen)
        judged = self.view.take(chosen)
        if kind == "assign":
            return judged.assign(label or "")
        plain = {"keep": judged.keep, "trash": judged.trash, "renew": judged.renew, "accept": judged.accept, "reject": judged.reject}
        return plain[kind]()

    def _fact(self, image: Image) -> dict[str, Any]:
        return {
            "name": image.path.name,
            "label": "" if image.label == UNSORTED else image.label,
            "state": image.state,
            "judged": self._left(image),
            "problem": image.problem,
        }

    def _left(self, image: Image) -> bool:
        """Whether it is no longer what was asked for, by label and state."""
        asked = self.view.filter
        if asked is None:
            return False
        elsewhere = not any(
            image.label == label or (asked.sub_labels and image.label.startswith(f"{label}/")) for label in asked.labels or (image.label,)
        )
        return elsewhere or image.state not in (asked.states or (image.state,))


def rows_of_values(values: Mapping[str, NDArray[np.floating[Any]]], start: int, stop: int) -> list[dict[str, float | None]]:
    """Values by name at these positions, None where one is not known; no rows where there are no values."""
    columns = [[value if isfinite(value) else None for value in of[start:stop].tolist()] for of in values.values()]
    return [dict(zip(values, row, strict=True)) for row in zip(*columns, strict=True)]


def thumbnails_at(source: Source, positions: Iterable[int]) -> tuple[list[dict[str, Any]], list[bytes]]:
    """The thumbnails of those positions that there are: of each the position and the reason why there is none, and its bytes."""
    there = [position for position in positions if 0 <= position < len(source)]
    found = source.thumbnails(there)
    pictures = [{"position": at, "problem": one if isinstance(one, str) else None} for at, one in zip(there, found, strict=True)]
    return pictures, [b"" if isinstance(one, str) else one for one in found]


def within(ranges: object, count: int) -> list[Range]:
    """The ranges that the page sent, cut to what is there; what makes no sense is left out."""
    pairs = ranges if isinstance(ranges, list) else []
    whole = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2 and all(isinstance(end, int) for end in pair)]
    return [(max(0, start), min(stop, count)) for start, stop in whole if max(0, start) < min(stop, count)]


def marks_of(ids: NDArray[np.int64], ranges: Sequence[Range]) -> list[list[int]]:
    """What finds the same ranges again in another view: of each the id of the first and of the last image, and how many it holds.

    None for more than `MARKED` ranges.
    """
    if len(ranges) > MARKED:
        return []
    return [[int(ids[start]), int(ids[stop - 1]), stop - start] for start, stop in ranges]


def ranges_of(ids: NDArray[np.int64], marks: object) -> list[Range]:
    """The ranges of a view that hold the marks; one that holds another number of images by now is left out."""
    import numpy as np

    whole = [mark for mark in marks if _is_mark(mark)] if isinstance(marks, list) else []
    if not whole or not len(ids):
        return []
    order = np.argsort(ids, kind="stable")
    firsts, lasts, counts = np.array(whole, dtype=np.int64).T
    starts, ends = (order[np.minimum(np.searchsorted(ids, ends, sorter=order), len(ids) - 1)] for ends in (firsts, lasts))
    same = (ids[starts] == firsts) & (ids[ends] == lasts) & (ends - starts + 1 == counts)
    return [(int(start), int(end) + 1) for start, end in zip(starts[same], ends[same], strict=True)]


def _is_mark(mark: object) -> bool:
    return isinstance(mark, list) and len(mark) == 3 and all(isinstance(part, int) and abs(part) < 2**62 for part in mark)


def source_of(given: Any) -> Source:
    """The source that a user means: a view, a table with a column `path` (and perhaps `label`), or paths; one that is a source stays."""
    if isinstance(given, (Paths, ViewSource)):
        return given
    if hasattr(given, "ids"):
        return ViewSource(given)
    columns = getattr(given, "columns", None)
    if columns is None:
        return Paths(map(Path, given))
    if "path" not in columns:
        raise ValueError("The table has no column 'path'; ImageGrid reads the files' places from it. Rename the column that holds them.")
    return Paths(map(Path, given["path"]), [str(label) for label in given["label"]] if "label" in columns else ())
