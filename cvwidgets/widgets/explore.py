"""Where one sees what is wrong, and puts it right: suspected mistakes, duplicates, uncertain and strange images, the map."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from ipywidgets import Widget, widget_serialization
from traitlets import Bool, Dict, Enum, Instance, List, Unicode

from cvwidgets.errors import CvwidgetsError, DecisionError, ExploreError
from cvwidgets.project import FLOOR
from cvwidgets.widgets.base import POOL, Face, inside
from cvwidgets.widgets.evidence import pair_at, picture_of, reasons_for
from cvwidgets.widgets.finding import EMPTY, FEW, TABS, Limits, count_of, matrix_of, rows_of, view_of
from cvwidgets.widgets.grid import ImageGrid
from cvwidgets.widgets.map import COLORINGS, ImageMap
from cvwidgets.widgets.messages import Answer, BadQuestion, action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project, View

SIMILAR = "similar"
"""Stands for the row when the wall shows what is like the selected."""
MOST_SIMILAR = MOST_FEW = 1000
MAP_HEIGHT = 520
"""Pixels."""


class ExplorePanel(Face):
    """Shows what looking through a project found: to the left what there is, to the right the images, judged as everywhere.

    `A` accepts what is suggested for the selected, `Y` says that they are right as they are; both are undone by Ctrl+Z.

    Args:
        project: Whose images.
        height: Height of the wall, in pixels.
    """

    stem = "explore"

    tab = Enum(TABS, "mistakes").tag(sync=True)
    """Kernel → page: what is listed."""

    visible = Bool(False).tag(sync=True, page=True)
    """Page → kernel: whether someone can see it; what nobody sees is not counted anew."""

    _grid = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the wall."""

    dark = Bool(False).tag(sync=True, page=True)
    """Page → kernel: whether the page is dark; the map has no style sheet."""

    _map = Instance(Widget, allow_none=True).tag(sync=True, **widget_serialization)
    """Kernel → page: the map, once it was opened."""

    _looking = Dict({"state": "none"}).tag(sync=True)
    """Kernel → page: how looking stands: `state` ("none" or a job's), `words`, `share`, `reason`, `unseen` images, `due`, `read_only`."""

    _counts = Dict().tag(sync=True)
    """Kernel → page: the number beside each tab; null for none."""

    _rows = List().tag(sync=True)
    """Kernel → page: the rows of the tab, each with key, word, note, count."""

    _row = Unicode().tag(sync=True)
    """Kernel → page: the key of the row whose images are shown."""

    _stacking = Dict().tag(sync=True)
    """Kernel → page: likeness from which images are stacked, and the lowest that makes sense."""

    _matrix = Dict().tag(sync=True)
    """Kernel → page: the confusion matrix, `labels` and `counts` by label kept; empty on other tabs and of very many labels."""

    _models = List().tag(sync=True)
    """Kernel → page: the models by which what the tab shows was found."""

    def __init__(self, project: Project, *, height: int = 480, **traits: Any) -> None:
        self._project = project
        self._limits = Limits()
        self._was_live, self._stale = False, True
        self._drawn: ImageMap | None = None
        self._around: Sequence[int] = ()
        self._guard = threading.RLock()
        with inside():
            self.grid = ImageGrid(project=project, height=height)
        super().__init__(_grid=self.grid, **traits)
        self.keep_place(project.bookmarks)
        self.grid.observe(self._mark, "selected")
        self.observe(lambda _change: WATCHER.nudge(), "visible")
        WATCHER.add(self, project)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: how looking stands; what was found is shown once it ended, and counted anew after decisions.

        As long as nobody sees it nothing is done but to remember that something changed.
        """
        self._stale |= changed
        if not self.visible:
            return
        stale, was_live = self._stale, self._was_live
        ended = self._follow() and was_live
        if ended:
            self._show(self.tab, self._row)
        elif stale:
            self._count()

    def _follow(self) -> bool:
        """Says how looking stands; whether it is over."""
        now = self._project.explore.status()
        live = now is not None and now.status.state in ("waiting", "running")
        told: dict[str, Any] = {"state": "none"} if now is None else {"state": now.status.state, "reason": now.status.reason}
        if now is not None:
            told |= {"words": now.words, "share": now.share}
        if self._stale or live != self._was_live:
            self._stale = False
            explore = self._project.explore
            told |= {"unseen": explore.unseen(), "due": explore.due(), "read_only": self._project.read_only}
        self._looking = {**self._looking, **told}
        self._was_live = live
        return not live

    @action(background=True)
    def start(self) -> None:
        """Looks through what came since the last look, in a process of its own."""
        self._project.explore.start()
        WATCHER.nudge()

    @action(background=True)
    def stop(self) -> None:
        """Asks to stop looking; what was found is kept."""
        self._project.explore.stop()
        WATCHER.nudge()

    @action(background=True)
    def choose(self, tab: str, row: str) -> None:
        """Lists a tab and shows the images of one of its rows."""
        if tab not in TABS:
            raise BadQuestion("There is no such tab. Choose one of those that are there.")
        self._show(tab, row)

    @action(background=True)
    def stack_from(self, likeness: float) -> None:
        """Stacks images that are at least so alike."""
        self._limits = replace(self._limits, threshold=min(1.0, max(FLOOR, float(likeness))))
        self._show("duplicates", "")

    @action(background=True)
    def choose_few(self, count: int) -> None:
        """Shows so many New images that are unlike each other."""
        self._limits = replace(self._limits, few=min(max(count, 1), MOST_FEW))
        self._show("uncertain", FEW)

    @action(background=True)
    def pair(self, likeness: float) -> Answer:
        """The two images that are as alike as that, as nearly as there are."""
        return pair_at(self._project, float(likeness))

    @action(background=True)
    def why(self, version: int, position: int) -> Answer:
        """Why the image at a position of the wall is suspected; nothing of a wall that is no longer shown."""
        return reasons_for(self._project, self.grid.of_version(version), position)

    @action(background=True)
    def count_above(self, confidence: float) -> dict[str, Any]:
        """How many New images `accept_above` would give a label."""
        return {"count": len(self._sure(confidence))}

    @action(background=True)
    def similar(self, count: int) -> None:
        """Shows the images most like those that are selected, the nearest first."""
        if not (chosen := self.grid.selection):
            raise DecisionError("No image is selected; one or more are needed to find similar ones. Select some first.")
        view = self._project.neighbors(chosen, min(max(count, 1), MOST_SIMILAR))  # type: ignore[arg-type]
        with self._guard:
            self._row = SIMILAR
            self.grid.show(view, empty="There is nothing else to be like them.")

    @action(background=True)
    def accept_above(self, confidence: float) -> dict[str, Any]:
        """Gives all New images whose suggested label is at least so sure that label, as one act."""
        act = self._sure(confidence).accept()
        WATCHER.nudge()
        return {"sentence": act.sentence}

    def _sure(self, confidence: float) -> View:
        return self._project.explore.uncertain().between("confidence", float(confidence), 1.0)

    def _show(self, tab: str, row: str) -> None:
        self._follow()  # first: what is found after this is shown when looking has ended
        with self._guard:
            try:
                rows = rows_of(self._project, tab, self._limits)
                keys = [one["key"] for one in rows]
                row = row if row in keys or not keys else keys[0]
                colors_only = tab == self.tab == "map" and self._drawn is not None
                view = self._drawn_around() if tab == "map" else view_of(self._project, tab, row, self._limits)
            except ExploreError:
                rows, view, row, colors_only = [], self._project.images.view([]), "", False
            if not colors_only:
                self.grid.show(view, empty=EMPTY[tab])  # before the row is marked: what is marked is on the wall
            with self.hold_sync():
                self.tab, self._rows, self._row = tab, rows, row
                self._matrix = matrix_of(self._project) if tab == "confusion" and rows else {}
                self._stacking = {"threshold": self._limits.threshold, "lowest": FLOOR}
                self._models = list(self._project.explore.models(tab))
            if tab == "map":
                self._draw(row)
                self._mark()
        self._count_tabs()

    @action(background=True)
    def peek(self, point: int) -> Answer:
        """The thumbnail of the image that a point of the map stands for, for beside the pointer; with its name and label."""
        image = self._drawn.image_at(point) if self._drawn is not None else None
        return picture_of(self._project, image) if image is not None else Answer({})

    @action(background=True)
    def whole_map(self) -> None:
        """Moves the view of the map back to all points."""
        if self._drawn is not None:
            self._drawn.show_whole()

    def _draw(self, coloring: str) -> None:
        """Makes the map the first time, and after it was laid out anew; else only colors it."""
        try:
            there = self._project.map()
            if self._drawn is None or not self._drawn.shows(there, dark=self.dark):
                before = self._drawn
                self._drawn = ImageMap(self._project, there, dark=self.dark, height=MAP_HEIGHT, chosen=self._chose)
                self._map = self._drawn.widget
                if before is not None:
                    before.close()
            self._drawn.color(coloring or next(iter(COLORINGS)))
        except ExploreError:
            self._map = None

    def _chose(self, ids: Any) -> None:
        """Told by the map in the kernel's own thread, which must not wait for what is being counted."""
        self._around = ids
        POOL.submit(self._show_around)

    def _show_around(self) -> None:
        try:
            with self._guard:
                self.grid.show(self._drawn_around(), empty=EMPTY["map"])
        except CvwidgetsError as error:
            self.trouble(error)

    def _drawn_around(self) -> View:
        return self._project.images.view(self._around, words="chosen on the map")

    def _mark(self, _change: object = None) -> None:
        """What is selected on the wall is marked on the map; where nothing is, all that stands on it."""
        if self.tab == "map" and self._drawn is not None:
            self._drawn.mark(np.array(self.grid.selection or self.grid.everything, np.int64))

    def _count_tabs(self) -> None:
        with self._guard:
            self._counts = {tab: count_of(self._project, tab, self._limits) for tab in TABS}

    def _count(self) -> None:
        """The numbers, and the rows of the tab; what is on the wall stays."""
        self._count_tabs()
        with self._guard:
            try:
                self._rows = rows_of(self._project, self.tab, self._limits)
                self._matrix = matrix_of(self._project) if self.tab == "confusion" and self._rows else {}
            except ExploreError:
                self._rows, self._matrix = [], {}
