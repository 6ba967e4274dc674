"""The labels of a project as a tree that is looked through, changed and chosen from."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, List, Unicode

from cvwidgets.errors import DecisionError
from cvwidgets.labeling import COLORS, RESERVED_KEYS
from cvwidgets.records import STATES, Act
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project


class LabelTree(Face):
    """Shows the labels of a project with their counts; adds, renames, moves, merges, colors and deletes them. Each change can be undone.

    Args:
        project: Whose labels.
    """

    stem = "labels"

    chosen = Unicode(None, allow_none=True).tag(sync=True, page=True)
    """Both ways: the slash path of the label that was chosen; None for all images."""

    state = Unicode("new", allow_none=True).tag(sync=True)
    """Kernel → page: the state whose count stands beside each label, one of `STATES`; None for all together."""

    _labels = List().tag(sync=True)
    """Kernel → page: all labels in the order of the tree: id, name, counts by state, color, hotkey."""

    _colors = List().tag(sync=True)
    """Kernel → page: the palette, as name and #rrggbb."""

    _reserved = Dict().tag(sync=True)
    """Kernel → page: keys that no label may have, and what they do."""

    _read_only = Bool(False).tag(sync=True)
    """Kernel → page: the project can only be looked at."""

    def __init__(self, project: Project, **traits: Any) -> None:
        self._project = project
        if (state := traits.get("state")) is not None and state not in STATES:
            raise DecisionError(f"There is no state {state!r}; one of {', '.join(STATES)} is needed. Choose one of them.")
        colors = [asdict(color) for color in COLORS]
        super().__init__(_colors=colors, _reserved=RESERVED_KEYS, _read_only=project.read_only, **traits)
        self.keep_place(project.bookmarks)
        self.look(changed=True)
        WATCHER.add(self, project)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: names, counts, colors and keys as they are now. The chosen label stays chosen under whatever name."""
        if not changed:
            return
        rows = [asdict(label) for label in self._project.labels.list()]
        chosen = self._still_chosen({row["id"]: row["name"] for row in rows})
        self._labels = [{name: value for name, value in row.items() if name != "parent_id"} for row in rows]
        self.chosen = chosen

    def _still_chosen(self, names: dict[int, str]) -> str | None:
        ids = {row["name"]: row["id"] for row in self._labels}
        name = names.get(ids.get(self.chosen, -1), self.chosen)
        return name if name in names.values() else None

    @action(background=True)
    def add_label(self, name: str) -> dict[str, Any]:
        """Adds a label; "animals/bison" adds a sub-label."""
        return self._done(self._project.labels.add(name))

    @action(background=True)
    def rename_label(self, name: str, new_name: str) -> dict[str, Any]:
        """Gives a label another path."""
        return self._done(self._project.labels.rename(name, new_name))

    @action(background=True)
    def move_label(self, name: str, under: str | None) -> dict[str, Any]:
        """Puts a label under another one, or among the roots."""
        return self._done(self._project.labels.move(name, under))

    @action(background=True)
    def merge_label(self, name: str, into: str) -> dict[str, Any]:
        """Makes a label part of another one."""
        act = self._project.labels.merge(name, into)
        if self.chosen == name:
            self.chosen = into
        return self._done(act)

    @action(background=True)
    def color_label(self, name: str, color: str | None) -> dict[str, Any]:
        """Gives a label a color, or takes it away."""
        return self._done(self._project.labels.color(name, color))

    @action(background=True)
    def key_label(self, name: str, key: str | None) -> dict[str, Any]:
        """Gives a label the key that assigns it, or takes it away."""
        return self._done(self._project.labels.hotkey(name, key))

    @action(background=True)
    def number_labels(self) -> dict[str, Any]:
        """Gives the first nine labels the keys 1 to 9."""
        return self._done(self._project.labels.number())

    @action(background=True)
    def fate(self, name: str) -> dict[str, Any]:
        """What deleting a label would do, before it is done."""
        return asdict(self._project.labels.fate(name))

    @action(background=True)
    def delete_label(self, name: str) -> dict[str, Any]:
        """Deletes a label and those below it; its images go back to New under Unsorted."""
        return self._done(self._project.labels.delete(name))

    @action(background=True)
    def take_back(self, act: int) -> dict[str, Any]:
        """Undoes what was done to labels here."""
        return {**self._done(self._project.journal.undo(act)), "act": 0}

    def _done(self, act: Act) -> dict[str, Any]:
        """Shows what an act left; the answer says it, with the act's number while it can be undone."""
        self.look(changed=True)
        WATCHER.nudge()
        return {"sentence": act.sentence, "act": act.id}
