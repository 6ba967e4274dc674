"""The journal of a project: what was decided, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvwidgets.records import Act, Change

if TYPE_CHECKING:
    from cvwidgets.store import Store


class Journal:
    """All acts of all visits, newest first, with undo and redo of whole acts.

    Without a number, undo means the last act of this `Project` object that stands, else the last of the same person, else the last of
    all: two windows on one project do not take back each other's acts while they have any of their own.
    """

    def __init__(self, store: Store, *, by: str) -> None:
        self._store = store
        self._by = by

    def undo(self, act: int | None = None) -> Act:
        """Takes an act back as a whole: the one of that number, or the last one.

        Raises:
            NothingToUndo: there is none, or that act does not stand.
            UndoRefused: later acts touched its images or labels; nothing was changed.
        """
        return self._store.decisions.undo(by=self._by, act=act)

    def redo(self, act: int | None = None) -> Act:
        """Does an act again that stands undone: the one of that number, or what was undone last, unless something was decided since.

        Raises:
            NothingToUndo: there is none, or that act does not stand undone.
            UndoRefused: later acts touched its images or labels; nothing was changed.
        """
        return self._store.decisions.redo(by=self._by, act=act)

    def last(self) -> Act | None:
        """The act that `undo()` would take back, or None when there is none."""
        return self._store.decisions.last(by=self._by)

    def last_undone(self) -> Act | None:
        """The act that `redo()` would do again, or None when there is none."""
        return self._store.decisions.last_undone(by=self._by)

    def acts(
        self,
        limit: int = 100,
        *,
        before: int | None = None,
        by: str | None = None,
        kind: str | None = None,
        text: str | None = None,
        image: int | None = None,
    ) -> list[Act]:
        """The acts that match all of what is given, newest first.

        Args:
            limit: So many at most.
            before: Only acts with a smaller id: the next page of a list.
            by: Whose.
            kind: One kind ("keep"), or a group of them: "decisions", "labels", "imports", "undo".
            text: What their sentence holds, letter case aside.
            image: Only those that touched this image.
        """
        return self._store.decisions.acts(limit, before=before, by=by, kind=kind, text=text, image=image)

    def history(self, image_id: int) -> list[Change]:
        """What became of an image, act by act, the latest first: its label and state before and after."""
        return self._store.decisions.history(image_id)

    def images_of(self, act: int) -> list[int]:
        """The ids of the images that an act touched and that are still there, rising."""
        return self._store.decisions.images_of(act)

    def people(self) -> list[str]:
        """Everyone who did something in this project, in the order of the alphabet."""
        return self._store.decisions.people()

    def version(self) -> int:
        """A number that is another one after each change of the catalog, by whichever process; cheap to ask."""
        return self._store.version()
