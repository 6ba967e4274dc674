"""Where images are judged: labels to the left, states as tabs, the wall."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from ipywidgets import Widget, widget_serialization
from traitlets import Dict, Instance, List, Unicode

from cvwidgets.errors import CvwidgetsError, DecisionError
from cvwidgets.filter import SORTS, Filter
from cvwidgets.records import STATES, State
from cvwidgets.widgets.base import Face, inside
from cvwidgets.widgets.grid import LOOK, ImageGrid
from cvwidgets.widgets.labels import LabelTree
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.showing import asked_in, asked_of, left_of, nothing_of, renamed, sentence_of, shown_of, with_known
from cvwidgets.widgets.sources import marks_of, ranges_of, within
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project, View


class TriagePanel(Face):
    """Judges the images of a project by keyboard and mouse: keep, trash, label; every act is saved at once and can be undone.

    Args:
        project: Whose images.
        height: Height of the wall, in pixels.
    """

    stem = "triage"

    _grid = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the wall."""

    _tree = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the labels, of which one may be chosen."""

    _labels = List().tag(sync=True)
    """Kernel → page: all labels in the order of the tree, with their counts."""

    _shown = Dict().tag(sync=True)
    """Kernel → page: what the wall shows: label and state (None: several, or all), text, and how many images."""

    _asked = Dict().tag(sync=True)
    """Kernel → page: the whole filter, its chips with their words, and its order in words."""

    _saved = List().tag(sync=True)
    """Kernel → page: the filters that were saved, with their names."""

    _orders = List([[sort, words] for sort, words in SORTS.items()]).tag(sync=True)
    """Kernel → page: the orders that there are, with their words; never changes."""

    _folder = Unicode().tag(sync=True)
    """Kernel → page: the project's folder; panels over the same one ask each other to show images."""

    _stale = Dict({"judged": 0, "came": 0}).tag(sync=True)
    """Kernel → page: how many images of the wall were judged since, and how many came; showing it again would change it."""

    def __init__(self, project: Project, *, height: int = 480, **traits: Any) -> None:
        self._project = project
        self._view: View
        with inside():
            self.grid, self.tree = ImageGrid(project=project, height=height), LabelTree(project)
        self._asked_labels: dict[str, int] = {}
        self._restored: dict[str, Any] | None = None
        self._guard = threading.RLock()  # the watcher and the page's questions run in threads of their own
        super().__init__(_folder=str(project.folder), _grid=self.grid, _tree=self.tree, **traits)
        self.keep_place(project.bookmarks)
        self.grid.observe(self._note_place, ["first", "selected", *LOOK])
        self._list_labels()
        WATCHER.add(self, project)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: counts, and whether the wall is still what was asked for. What is on it stays where it is."""
        if not changed:
            return
        with self._guard:
            self._list_labels()
            if not self.arrived:
                self._restore()
                return
            view, asked = self._view, self._renamed()
            known = with_known(asked, [label["name"] for label in self._labels])
            if known != self._asking or not len(view):
                self._open(known)
                return
        now = self._project.images.select(where=asked.without("sort"))
        with self._guard:
            if self._view is view:
                self._compare(now)

    def _list_labels(self) -> None:
        self._labels = [asdict(label) for label in self._project.labels.list()]
        self._saved = [{"name": saved.name, "filter": saved.filter.to_json()} for saved in self._project.filters.list()]

    def _renamed(self) -> Filter:
        """What is asked, with its labels as they are called now."""
        names = {label["id"]: label["name"] for label in self._labels}
        asked = self._asking
        for name, number in self._asked_labels.items():
            if names.get(number, name) != name:
                asked = renamed(asked, name, names[number])
        return asked

    @property
    def _asking(self) -> Filter:
        return self._view.filter or Filter()

    def come_back(self) -> None:
        """Shows what the last page showed: label, state and text, the same images on the screen, the same ones selected."""
        with self._guard:  # the watcher may be at it
            super().come_back()
            if self._left != self._restored:
                self._restore()

    def _restore(self) -> None:
        left = self._restored = self._left
        labels = self._project.labels.list()
        waiting: State = next((state for state in STATES if any(getattr(label, state) for label in labels)), "new")
        self.grid.take_over(left)
        asked = asked_of(left) or Filter(states=(waiting,))
        try:
            self._open(with_known(asked, [label.name for label in labels]), marks=left)
        except CvwidgetsError:  # an act that this project does not have
            self._open(Filter(states=(waiting,)), marks=left)

    def _note_place(self, _change: object = None) -> None:
        if not self.arrived:  # a kernel that is kept ready has no page yet; what stands in it is nobody's place
            return
        grid, ids = self.grid, self._view.ids
        selected = marks_of(ids, within(grid.selected.get("ranges"), len(ids)))
        first = int(ids[grid.first]) if 0 <= grid.first < len(ids) else None
        place = {"first": first, "selected": selected, **{name: getattr(grid, name) for name in LOOK}}
        self._left = self._restored = {**self._left, **left_of(self._view), **place}

    def _compare(self, now: View) -> None:
        # Ids rise, so what came in by itself stands at the end: it can be shown without anything moving under the hand.
        before = self._view.ids
        if self._asking.sort == "added" and len(now) > len(before) and np.array_equal(now.ids[: len(before)], before):
            self._view = now
            self._shown = shown_of(now)
            self.grid.extend(now)
            self.grid.say(sentence_of(now))
        left, came = np.setdiff1d(self._view.ids, now.ids).size, np.setdiff1d(now.ids, self._view.ids).size
        self._stale = {"judged": int(left), "came": int(came)}

    @action(background=True)
    def choose(self, label: str | None, state: str | None, text: str) -> None:
        """Shows the images of a label in a state (None: of all), with a text in their file's name; the other filters stay."""
        if state is not None and state not in STATES:
            raise DecisionError("There are New, Kept and Trash. Choose one of them.")
        place = {"labels": [] if label is None else [label], "states": [] if state is None else [state]}
        asked = Filter.from_json({**self._asking.without("sub_labels").to_json(), **place, "text": text})
        self._open(with_known(asked, [known.name for known in self._project.labels.list()]))

    @action(background=True)
    def ask_for(self, wanted: dict) -> None:
        """Shows the images that match a filter, in its order."""
        self._open(Filter.from_json(wanted))

    @action(background=True)
    def show_act(self, act: int) -> None:
        """Shows the images of an act of the journal, whatever their label and state."""
        self._open(Filter(act=act))

    @action(background=True)
    def choices(self) -> dict[str, Any]:
        """What there is to filter by: formats, providers and parts of the split, each with how many images."""
        return asdict(self._project.images.choices())

    @action(background=True)
    def save_filter(self, name: str) -> None:
        """Keeps what is asked now under a name."""
        self._project.filters.save(name, self._asking)
        self._decided()

    @action(background=True)
    def forget_filter(self, name: str) -> None:
        """Takes a saved filter off the list; what is shown stays."""
        self._project.filters.delete(name)
        self._decided()

    @action(background=True)
    def refresh(self) -> None:
        """Shows the same again, without what was judged meanwhile and with what came in."""
        self._open(self._asking)

    def _open(self, asked: Filter, *, marks: Mapping[str, Any] | None = None) -> None:
        view = self._project.images.select(where=asked)
        about, showing = asked_in(self._project, asked), sentence_of(view)
        first = ranges_of(view.ids, [[marks.get("first")] * 2 + [1]]) if marks else []
        selected = ranges_of(view.ids, marks.get("selected")) if marks else []
        with self._guard:
            self._view = view
            self._asked_labels = {label["name"]: label["id"] for label in self._labels if label["name"] in asked.labels}
            with self.hold_sync():
                self._shown, self._asked, self._stale = shown_of(view), about, {"judged": 0, "came": 0}
            self.tree.chosen, self.tree.state = self._shown["label"], self._shown["state"]
            self.grid.show(view, showing=showing, empty=nothing_of(asked), first=first[0][0] if first else 0, selected=selected)
            self._note_place()

    def _decided(self) -> None:
        self.grid.look(changed=True)
        self.look(changed=True)
        WATCHER.nudge()
