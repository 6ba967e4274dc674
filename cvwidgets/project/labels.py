"""The labels of a project, as a tree of slash paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvwidgets.project.unchanged import Unchanged
from cvwidgets.records import Act, Label

if TYPE_CHECKING:
    from cvwidgets.store import Store


class Labels:
    """The classes of a project; every change is an act of the journal and can be undone."""

    def __init__(self, store: Store, *, by: str) -> None:
        self._store = store
        self._by = by
        self._listed = Unchanged(store.version, store.labels.list)

    def list(self) -> tuple[Label, ...]:
        """All labels in the order of the tree, "Unsorted" first, with their counts by state."""
        return self._listed()

    def add(self, name: str) -> Act:
        """Adds a label; missing parents of "animals/bison" are added with it.

        Raises:
            LabelExists: there is one of that name, letter case aside.
            DecisionError: the name is empty, too long, or holds control characters.
        """
        return self._store.labels.add(name, by=self._by)

    def rename(self, name: str, new_name: str) -> Act:
        """Gives a label another name, or another parent when the new slash path names one.

        Raises:
            UnknownLabel: there is none of that name.
            LabelExists: the new name is taken.
        """
        return self._store.labels.rename(name, new_name, by=self._by)

    def delete(self, name: str) -> Act:
        """Deletes a label and its sub-labels; their images go back to New under Unsorted.

        Raises:
            UnknownLabel: there is none of that name.
        """
        return self._store.labels.delete(name, by=self._by)
