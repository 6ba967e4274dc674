"""The journal of a project: what was decided, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvwidgets.records import Act

if TYPE_CHECKING:
    from cvwidgets.store import Store


class Journal:
    """All acts of all visits, newest first, with undo and redo of whole acts."""

    def __init__(self, store: Store, *, by: str) -> None:
        self._store = store
        self._by = by

    def undo(self) -> Act:
        """Takes the last act back as a whole.

        Raises:
            NothingToUndo: there is none.
            UndoRefused: later acts touched its images.
        """
        return self._store.decisions.undo(by=self._by)

    def redo(self) -> Act:
        """Does again what was undone last.

        Raises:
            NothingToUndo: nothing was undone since the last act.
            UndoRefused: later acts touched its images.
        """
        return self._store.decisions.redo(by=self._by)

    def last(self) -> Act | None:
        """The act that undo would take back, or None when there is none."""
        return self._store.decisions.last()

    def acts(self, limit: int = 100) -> list[Act]:
        """The latest acts, newest first."""
        return self._store.decisions.acts(limit)

    def version(self) -> int:
        """A number that is another one after each change of the catalog, by whichever process; cheap to ask."""
        return self._store.version()
