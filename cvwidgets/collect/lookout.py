"""A folder that is looked at again and again: what came into it since, once it is whole."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cvwidgets.collect.finding import check_sources
from cvwidgets.collect.folders import find_in_folder
from cvwidgets.collect.names import legible
from cvwidgets.errors import SourceError
from cvwidgets.records import Found, Refused

QUIET_SECONDS = 1.5
"""A file that stays as it is for so long is whole."""
OLD_SECONDS = 30.0
"""A file that nobody changed for so long is whole when it is first seen."""

Shape = tuple[int, int]
"""The size and the time of change of a file."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found: `items` that are new and whole, or refused, and how many files are `waiting` because they still grow."""

    items: tuple[Found | Refused, ...]
    waiting: int


@dataclass(slots=True)
class Lookout:
    """Looks at a folder, and knows what it saw there before; nothing is opened, and of videos and archives nothing is taken.

    What it gave is given again only once it changed; `forget` lets it be given again.
    """

    folder: Path
    label: str | None = None
    within: Sequence[Path] = ()
    _given: dict[str, Shape] = field(default_factory=dict)
    _growing: dict[str, tuple[Shape, float]] = field(default_factory=dict)
    _refused: set[Refused] = field(default_factory=set)

    def look(self) -> Look:
        """Looks once.

        Raises:
            SourceError: the folder is not there, lies outside of `within`, or cannot be listed; the next look may find it.
        """
        check_sources([self.folder], within=self.within)
        if not self.folder.is_dir():
            raise SourceError(f"'{legible(str(self.folder))}' is a file; only folders are watched. Choose one.")
        growing, self._growing = self._growing, {}
        items = tuple(self._whole(growing))
        return Look(items, len(self._growing))

    def _whole(self, before: dict[str, tuple[Shape, float]]) -> Iterator[Found | Refused]:
        for found in find_in_folder(self.folder, self.label, self.within):
            if isinstance(found, Refused) and found not in self._refused:
                self._refused.add(found)
                yield found
            elif isinstance(found, Found) and self._is_whole(found, before):
                yield found

    def _is_whole(self, found: Found, before: dict[str, tuple[Shape, float]]) -> bool:
        path, shape, now = str(found.path), (found.size, found.mtime_ns), time.monotonic()
        if self._given.get(path) == shape:
            return False
        known, since = before.get(path, (shape, now))
        since = since if known == shape else now
        if now - since >= QUIET_SECONDS or time.time() - found.mtime_ns / 1e9 >= OLD_SECONDS:
            self._given[path] = shape
            return True
        self._growing[path] = shape, since
        return False

    def forget(self, items: Iterable[Found | Refused]) -> None:
        """What it gave could not be taken: it is given again by the next look."""
        for item in items:
            if isinstance(item, Found):
                self._given.pop(str(item.path), None)
            else:
                self._refused.discard(item)
