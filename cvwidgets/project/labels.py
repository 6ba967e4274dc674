"""The labels of a project, as a tree of slash paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvwidgets.labeling import Fate
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

    def move(self, name: str, under: str | None = None) -> Act:
        """Puts a label, with all that is below it, under another one; without one, among the roots.

        Raises:
            UnknownLabel: one of the two is not there.
            LabelExists: there is one of its name.
            DecisionError: the label would lie under itself.
        """
        return self._store.labels.move(name, under, by=self._by)

    def merge(self, name: str, into: str) -> Act:
        """Makes two labels one: images and sub-labels of the first go to the second. An image that both have is kept if either keeps it.

        Raises:
            UnknownLabel: one of the two is not there.
            DecisionError: they are the same, or the second lies under the first.
        """
        return self._store.labels.merge(name, into, by=self._by)

    def color(self, name: str, color: str | None) -> Act:
        """Gives a label a color: a name in `cvwidgets.labeling.COLORS`, or #rrggbb; None takes it away.

        Raises:
            UnknownLabel: there is none of that name.
            DecisionError: it is no color.
        """
        return self._store.labels.color(name, color, by=self._by)

    def hotkey(self, name: str, key: str | None) -> Act:
        """Gives a label the key that assigns it, a letter or a digit, which another label loses; None takes it away.

        Raises:
            UnknownLabel: there is none of that name.
            DecisionError: a label cannot have that key; `cvwidgets.labeling.RESERVED_KEYS` has those that do something else.
        """
        return self._store.labels.hotkey(name, key, by=self._by)

    def number(self) -> Act:
        """Gives the first nine labels of the tree the keys 1 to 9; those with a letter for a key keep it.

        Raises:
            DecisionError: there is no label to number.
        """
        return self._store.labels.number(by=self._by)

    def fate(self, name: str) -> Fate:
        """What `delete` would do to the label's images and sub-labels, in figures and in a sentence.

        Raises:
            UnknownLabel: there is none of that name.
        """
        return self._store.labels.fate(name)

    def delete(self, name: str) -> Act:
        """Deletes a label and its sub-labels; their images go back to New under Unsorted.

        Raises:
            UnknownLabel: there is none of that name.
        """
        return self._store.labels.delete(name, by=self._by)
