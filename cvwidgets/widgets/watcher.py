"""Notices what others changed: one thread per kernel looks at each open project about once a second and tells its widgets."""

from __future__ import annotations

import threading
import weakref
from typing import Protocol

SECONDS = 1.0


class Journal(Protocol):
    """The part of a project that counts its changes."""

    def version(self) -> int:
        """Grows with each change, whoever made it."""


class Watched(Protocol):
    """A project, as far as the watcher knows it."""

    @property
    def journal(self) -> Journal:
        """The journal."""


class Watching(Protocol):
    """A widget that wants to be told."""

    def look(self, *, changed: bool) -> None:
        """Looks again; `changed` when something was decided since the last time. Sets traits, which send only what differs."""

    def trouble(self, error: Exception) -> None:
        """Looking failed; says so where the user sees it."""


class Watcher:
    """Tells widgets to look again: about once a second, and at once after `nudge`.

    Widgets that are gone are forgotten; when none is left the thread ends.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()  # Python may collect a widget, which takes its leave, in the middle of anything done here
        self._nudged = threading.Event()
        self._thread: threading.Thread | None = None
        self._watching: list[tuple[weakref.ref[Watching], Watched | None]] = []
        self._seen: dict[int, int] = {}

    def add(self, widget: Watching, project: Watched | None, *, first: bool = False) -> None:
        """From now on `widget` is told to look at `project`, as long as someone holds it; without one it looks at files alone.

        `first`: before those that were added earlier, as for what must be seen at once.
        """
        with self._lock:
            self._watching.insert(0 if first else len(self._watching), (weakref.ref(widget), project))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="cvwidgets-watcher", daemon=True)
                self._thread.start()

    def remove(self, widget: Watching) -> None:
        """Tells it no more."""
        with self._lock:
            self._watching = [(reference, project) for reference, project in self._watching if reference() is not widget]

    def nudge(self) -> None:
        """Something was just decided here: look now."""
        self._nudged.set()

    def look(self) -> None:
        """One look at all projects, and a word to each of their widgets."""
        with self._lock:
            alive = [(widget, project) for reference, project in self._watching if (widget := reference()) is not None]
            self._watching = [(weakref.ref(widget), project) for widget, project in alive]
        for project in {id(project): project for _, project in alive}.values():
            self._tell(project, [widget for widget, of in alive if of is project])

    def _tell(self, project: Watched | None, widgets: list[Watching]) -> None:
        try:
            version = project.journal.version() if project is not None else 0
            changed = self._seen.get(id(project)) != version
            self._seen[id(project)] = version
            for widget in widgets:
                widget.look(changed=changed)
        except Exception as error:  # noqa: BLE001 - the door: an error would end the thread, and with it all that is live on the page
            for widget in widgets:
                widget.trouble(error)

    def _run(self) -> None:
        while True:
            self._nudged.wait(SECONDS)
            self._nudged.clear()
            with self._lock:
                if not self._watching:
                    self._thread = None
                    return
            self.look()


WATCHER = Watcher()
"""The one of this kernel."""
