"""Where images are judged: labels to the left, states as tabs, the wall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from ipywidgets import Widget, widget_serialization
from traitlets import Bool, Dict, Instance, List

from cvwidgets.errors import DecisionError, UnknownLabel
from cvwidgets.records import STATES, State
from cvwidgets.widgets.base import Face, inside
from cvwidgets.widgets.grid import ImageGrid
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.sources import marks_of, ranges_of, within
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project, View

WORDS = {"new": "to look at", "kept": "kept", "trashed": "in the trash"}


class TriagePanel(Face):
    """Judges the images of a project by keyboard and mouse: keep, trash, label; every act is saved at once and can be undone.

    Args:
        project: Whose images.
        height: Height of the wall, in pixels.
    """

    stem = "triage"

    _grid = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the wall."""

    _labels = List().tag(sync=True)
    """Kernel → page: all labels in the order of the tree, with their counts."""

    _shown = Dict().tag(sync=True)
    """Kernel → page: what the wall shows: label, state, text, and how many images."""

    _stale = Dict({"judged": 0, "came": 0}).tag(sync=True)
    """Kernel → page: how many images of the wall were judged since, and how many came; showing it again would change it."""

    _read_only = Bool(False).tag(sync=True)
    """Kernel → page: the project can only be looked at."""

    def __init__(self, project: Project, *, height: int = 480, **traits: Any) -> None:
        self._project = project
        self._view: View
        with inside():
            self.grid = ImageGrid(project=project, height=height)
        self._restored: dict[str, Any] | None = None
        super().__init__(_grid=self.grid, _read_only=project.read_only, **traits)
        self.keep_place(project.bookmarks)
        self.grid.observe(self._note_place, ["first", "selected", "tile_size"])
        self._list_labels()
        WATCHER.add(self, project)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: counts, and whether the wall is still what was asked for. What is on it stays where it is."""
        if not changed:
            return
        self._list_labels()
        if not self.arrived:
            self._restore()
            return
        names = {label["name"] for label in self._labels}
        if self._shown["label"] is not None and self._shown["label"] not in names:
            self._open(None, self._shown["state"], self._shown["text"])
        elif self._shown["count"] == 0:
            self._open(self._shown["label"], self._shown["state"], self._shown["text"])
        else:
            now = self._project.images.select(self._shown["label"], self._shown["state"], self._shown["text"] or None)
            self._compare(now)

    def _list_labels(self) -> None:
        self._labels = [asdict(label) for label in self._project.labels.list()]

    def come_back(self) -> None:
        """Shows what the last page showed: label, state and text, the same images on the screen, the same ones selected."""
        super().come_back()
        if self._left != self._restored:
            self._restore()

    def _restore(self) -> None:
        left = self._restored = self._left
        label, state, text = left.get("label"), left.get("state"), left.get("text")
        if state not in STATES:
            labels = self._project.labels.list()
            state = next((state for state in STATES if any(getattr(label, state) for label in labels)), "new")
        if isinstance(left.get("tile_size"), int):
            self.grid.tile_size = min(max(left["tile_size"], 64), 320)
        self._open(label if isinstance(label, str) else None, state, text if isinstance(text, str) else "", marks=left)

    def _note_place(self, _change: object = None) -> None:
        if not self.arrived:  # a kernel that is kept ready has no page yet; what stands in it is nobody's place
            return
        grid, ids = self.grid, self._view.ids
        shown = {name: self._shown[name] for name in ("label", "state", "text")}
        selected = marks_of(ids, within(grid.selected.get("ranges"), len(ids)))
        first = int(ids[grid.first]) if 0 <= grid.first < len(ids) else None
        self._left = self._restored = {**self._left, **shown, "first": first, "selected": selected, "tile_size": grid.tile_size}

    def _compare(self, now: View) -> None:
        # Ids rise, so what came in by itself stands at the end: it can be shown without anything moving under the hand.
        before = self._view.ids
        if len(now) > len(before) and np.array_equal(now.ids[: len(before)], before):
            self._view = now
            self._shown = {**self._shown, "count": len(now)}
            self.grid.extend(now)
            self.grid.say(_sentence(self._shown))
        left, came = np.setdiff1d(self._view.ids, now.ids).size, np.setdiff1d(now.ids, self._view.ids).size
        self._stale = {"judged": int(left), "came": int(came)}

    @action(background=True)
    def choose(self, label: str | None, state: str, text: str) -> None:
        """Shows the images of a label in a state, with a text in their file's name."""
        if state not in STATES:
            raise DecisionError("There are New, Kept and Trash. Choose one of them.")
        self._open(label, state, text)

    @action(background=True)
    def refresh(self) -> None:
        """Shows the same again, without what was judged meanwhile and with what came in."""
        self._open(self._shown["label"], self._shown["state"], self._shown["text"])

    @action(background=True)
    def add_label(self, name: str) -> None:
        """Adds a label; "animals/bison" adds a sub-label."""
        self._project.labels.add(name)
        self._decided()

    @action(background=True)
    def rename_label(self, name: str, new_name: str) -> None:
        """Gives a label another name."""
        self._project.labels.rename(name, new_name)
        if self._shown["label"] == name:
            self._open(new_name, self._shown["state"], self._shown["text"])
        self._decided()

    @action(background=True)
    def delete_label(self, name: str) -> None:
        """Deletes a label; its images go back to New under Unsorted, and Undo brings it back."""
        self._project.labels.delete(name)
        self._decided()

    def _open(self, label: str | None, state: State, text: str, *, marks: Mapping[str, Any] | None = None) -> None:
        try:
            view = self._project.images.select(label, state, text or None)
        except UnknownLabel:
            label, view = None, self._project.images.select(None, state, text or None)
        self._view = view
        self._shown = {"label": label, "state": state, "text": text, "count": len(view)}
        first = ranges_of(view.ids, [[marks.get("first")] * 2 + [1]]) if marks else []
        self.grid.show(
            view,
            showing=_sentence(self._shown),
            empty=_nothing(label, state, text),
            first=first[0][0] if first else 0,
            selected=ranges_of(view.ids, marks.get("selected")) if marks else [],
        )
        self._stale = {"judged": 0, "came": 0}
        self._note_place()

    def _decided(self) -> None:
        self.grid.look(changed=True)
        self.look(changed=True)
        WATCHER.nudge()


def _sentence(shown: dict[str, Any]) -> str:
    images = f"{shown['count']:,} {'image' if shown['count'] == 1 else 'images'}"
    what = f"{images} {WORDS[shown['state']]}" + (f", {shown['label']}" if shown["label"] is not None else "")
    return f"{what}, with '{shown['text']}' in the name" if shown["text"] else what


def _nothing(label: str | None, state: State, text: str) -> str:
    if text:
        return f"No file here has '{text}' in its name."
    if state == "new":
        return "Nothing is waiting for a look here."
    if state == "kept":
        return "Nothing is kept here yet. Keep images with K, or give them a label with L."
    return "The trash is empty here." if label is None else f"Nothing of {label} is in the trash."
