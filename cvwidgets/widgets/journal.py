"""The journal as a panel: what was done by whom and when, the way back to before any of it, and the trash, which is emptied for good."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Int, Unicode

from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project

MOST = 500
"""So many acts at most go to the page at once."""


class JournalPanel(Face):
    """Lists all acts of all visits, newest first, by person, kind and words; takes back any that stands; empties the trash after asking.

    Args:
        project: Whose journal.
    """

    stem = "journal"

    _changes = Int(0).tag(sync=True)
    """Kernel → page: another number when the acts are to be asked for again."""

    _read_only = Bool(False).tag(sync=True)
    """Kernel → page: the project can only be looked at."""

    _folder = Unicode().tag(sync=True)
    """Kernel → page: the project's folder; panels over the same one ask each other to show images."""

    def __init__(self, project: Project, **traits: Any) -> None:
        self._project = project
        super().__init__(_read_only=project.read_only, _folder=str(project.folder), **traits)
        self.keep_place(project.bookmarks)
        WATCHER.add(self, project)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: something was done, here or elsewhere."""
        if changed:
            self._changes += 1

    @action(background=True)
    def list_acts(self, before: int | None, limit: int, by: str, kind: str, text: str) -> dict[str, Any]:
        """A page of the acts that match; the first page comes with everyone who did something."""
        limit, journal = min(max(limit, 1), MOST), self._project.journal
        found = journal.acts(limit + 1, before=before, by=by or None, kind=kind or None, text=text or None)
        people = {"people": journal.people()} if before is None else {}
        return {"acts": [asdict(act) for act in found[:limit]], "more": len(found) > limit, **people}

    @action(background=True)
    def undo_act(self, act: int) -> dict[str, Any]:
        """Takes an act back, whoever did it and however long ago."""
        done = self._project.journal.undo(act)
        WATCHER.nudge()
        return {"sentence": done.sentence}

    @action(background=True)
    def redo_act(self, act: int) -> dict[str, Any]:
        """Does an act again that was undone."""
        done = self._project.journal.redo(act)
        WATCHER.nudge()
        return {"sentence": done.sentence}

    @action(background=True)
    def look_at_trash(self) -> dict[str, Any]:
        """What emptying the trash would remove, for the question that comes before."""
        return asdict(self._project.trash.look())

    @action(background=True)
    def empty_trash(self, images: int) -> dict[str, Any]:
        """Empties the trash for good; `images` is the number that was agreed to."""
        done = self._project.trash.empty(images=images)
        WATCHER.nudge()
        return {"sentence": done.sentence}
