"""What is being dropped onto a page: places for files under way, which become an import when they are complete."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from cvwidgets.errors import SourceError
from cvwidgets.widgets.uploads import Uploads

if TYPE_CHECKING:
    from cvwidgets.frames import Frames
    from cvwidgets.project import Drop, Project
    from cvwidgets.records import State


QUIET_SECONDS = 5.0
"""What a page sends comes part by part; from one that was quiet for so long while another is there, no more comes."""


@dataclass(slots=True)
class _UnderWay:
    place: Drop
    uploads: Uploads
    page: str
    heard: float = field(default_factory=time.monotonic)


class Drops:
    """The drops of one panel, each known to the page by a word that nobody guesses."""

    def __init__(self, project: Project, *, allow_private: bool = False) -> None:
        self._project = project
        self._allow_private = allow_private
        self._under_way: dict[str, _UnderWay] = {}
        self._lock = Lock()
        self._count = 0

    def begin(self, size: int, files: int, page: str) -> str:
        """Makes a place for so many files of `size` bytes together, sent by a page of that name, and returns its word.

        Raises:
            ReadOnlyProject: the project can only be looked at.
            DiskFull: there is no room for them.
        """
        place = self._project.images.begin_drop(max(0, size), max(0, files))
        word = secrets.token_hex(8)
        with self._lock:
            self._under_way[word] = _UnderWay(place, Uploads(lambda _, name: place.place(self._next(), name)), page)
        return word

    def take(self, word: str, upload: str, name: str, part: int, of: int, data: bytes | memoryview) -> None:
        """Takes one part of a file; see `Uploads.take`.

        Raises:
            SourceError: there is no such drop, or the file cannot be taken.
        """
        drop = self._get(word)
        drop.heard = time.monotonic()
        if path := drop.uploads.take(upload, name, part, of, data):
            drop.place.note(path, name)

    def finish(self, word: str, *, label: str | None, state: State | None, frames: Frames | None = None) -> int:
        """Starts the import of what is complete, and returns how many files that are; with none the place goes.

        Raises:
            SourceError: there is no such drop.
        """
        drop = self._get(word)
        if drop.place.files:
            self._take_in(drop.place, label, state, frames)
        else:
            self._project.images.forget_drop(drop.place)
        with self._lock:
            self._under_way.pop(word, None)
        return drop.place.files

    def let_go(self, *, page: str | None = None) -> None:
        """Gives up what was not finished, or only what came from other pages than this one and is quiet: it was cut off."""
        before = time.monotonic() - QUIET_SECONDS
        with self._lock:
            over = [word for word, drop in self._under_way.items() if page is None or (drop.page != page and drop.heard < before)]
            given_up = [self._under_way.pop(word) for word in over]
        for drop in given_up:
            self._project.images.let_go_drop(drop.place)

    def cut_off(self) -> dict[str, Any] | None:
        """What was cut off last, by this panel's page or another: its name, how many files arrived, and of how many."""
        for drop in self._project.images.cut_off_drops()[:1]:
            return {"name": drop.folder.name, "arrived": drop.files, "of": drop.expected}
        return None

    def take_in_cut_off(self, name: str, *, label: str | None, state: State | None) -> None:
        """Starts the import of what arrived of a drop that was cut off.

        Raises:
            SourceError: it is gone.
        """
        drop = self._left(name)
        if drop is None or not drop.files:
            raise SourceError("What had arrived is gone by now, or was taken in elsewhere; an import needs it. Drop the files again.")
        self._take_in(drop, label, state)

    def forget_cut_off(self, name: str) -> None:
        """Removes a drop that was cut off; one that is gone already is no trouble."""
        if drop := self._left(name):
            self._project.images.forget_drop(drop)

    def _take_in(self, drop: Drop, label: str | None, state: State | None, frames: Frames | None = None) -> None:
        self._project.images.start_adding_drop(drop, label=label, state=state, allow_private=self._allow_private, frames=frames)

    def _left(self, name: str) -> Drop | None:
        return next((drop for drop in self._project.images.cut_off_drops() if drop.folder.name == name), None)

    def _get(self, word: str) -> _UnderWay:
        with self._lock:
            drop = self._under_way.get(word)
        if drop is None:
            raise SourceError("These files were sent to a page that is gone; the one that is open needs them itself. Drop them again.")
        return drop

    def _next(self) -> int:
        with self._lock:
            self._count += 1
            return self._count
