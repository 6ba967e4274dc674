"""Where a model is asked about very many images at once, and what it said is looked through."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ipywidgets import Widget, widget_serialization
from traitlets import Bool, Dict, Instance, List, Unicode

from cvwidgets import jobs
from cvwidgets.errors import AnalysisError, CvwidgetsError, SourceError
from cvwidgets.project import ORDERS, Analysis, ResultFilter
from cvwidgets.widgets.asking import facts_of, loose_source, places_to_ask, ranges_where, selected_in_triage, told_export
from cvwidgets.widgets.base import Face, inside
from cvwidgets.widgets.chooser import Chooser, folders_of, legible
from cvwidgets.widgets.grid import ImageGrid
from cvwidgets.widgets.messages import BadQuestion, action
from cvwidgets.widgets.sources import within
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project

LISTED = 50
"""So many analyses are listed, the newest."""
PLACES = ("inside", "outside")
"""Images of the project, which are judged; and files elsewhere, which may be added to it."""


class AnalysisPanel(Face):
    """Asks a model about a folder, images of the project or a part of a split, and shows what it said on a wall, filtered live.

    Args:
        project: Whose models.
        roots: Folders that may be chosen from; those in the environment's CVWIDGETS_ROOTS, else anywhere.
        height: Height of the wall, in pixels.
    """

    stem = "analysis"

    visible = Bool(False).tag(sync=True, page=True)
    """Page → kernel: whether someone can see it; what nobody sees is not counted anew."""

    _grid = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the wall."""

    _chooser = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the chooser of folders and files."""

    _choice = Unicode("").tag(sync=True)
    """Kernel → page: the folder or file that is chosen; empty for none."""

    _ways = Dict().tag(sync=True)
    """Kernel → page: counts of `new`, `kept`, `selected` images, `runs`, `models`, `orders`, `forms`, `read_only`, and `why` not."""

    _analyses = List().tag(sync=True)
    """Kernel → page: all analyses, newest first: name, title, source, model, when, how the job stands, how far it is."""

    _deleted = List().tag(sync=True)
    """Kernel → page: the names of those that can be brought back."""

    _opened = Unicode("").tag(sync=True)
    """Kernel → page: the name of the analysis whose results are shown; empty for none."""

    _results = Dict().tag(sync=True)
    """Kernel → page: counts by label, of unreadable, wrong and known ones, bars of confidence; how many are shown, and where they are."""

    _asked = Dict(ResultFilter().to_json()).tag(sync=True)
    """Kernel → page: the filter, as plain JSON."""

    _export = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: how the export of results that runs, or ran last, stands."""

    def __init__(self, project: Project, *, roots: Sequence[str | Path] | None = None, height: int = 480, **traits: Any) -> None:
        self._project = project
        self._within = folders_of(roots)
        self._source: Path | None = None
        self._analysis: Analysis | None = None
        self._filter, self._place, self._rows = ResultFilter(sort="-confidence"), "inside", np.zeros(0, np.int64)
        self._counted: tuple[object, ...] = ()
        self._stale = True
        self._guard = threading.RLock()
        self._files = Chooser(self._within[0] if self._within else Path.cwd(), bound=bool(self._within), choose=self._choose)
        with inside():
            self.grid = ImageGrid(project=project, height=height)
        super().__init__(_grid=self.grid, _chooser=self._files, **traits)
        self.keep_place(project.bookmarks)
        self.observe(lambda _change: WATCHER.nudge(), "visible")
        WATCHER.add(self, project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: how the analyses stand, and, where someone can see it, what was said meanwhile."""
        self._stale |= changed
        if not self.visible and self._ways:
            return
        listed = self._project.analyses.list()
        self._analyses = [facts_of(one) for one in reversed(listed[-LISTED:])]
        if self._stale:
            self._ways, self._stale = places_to_ask(self._project), False
        if not self.visible:
            return
        selected = selected_in_triage(self._project)[0]
        if self._ways["selected"] != selected:
            self._ways = {**self._ways, "selected": selected}
        self._deleted = [one.name for one in self._project.analyses.deleted()]
        if self._analysis is None and listed:
            self._open(listed[-1])
        elif self._analysis is not None:
            self._follow()
            self._export = told_export(self._analysis.exporting())

    # ---- asking

    @action(background=True)
    def start(self, kind: str, model: int | None, title: str, run: str, part: str) -> None:
        """Starts an analysis of the folder that is chosen ("folder"), of "new" or "kept" images, of those "selected", or of a "run"."""
        source: Any = self._source
        if kind == "folder" and source is None:
            raise SourceError("Nothing is chosen yet; a folder or a file is needed. Choose one first.")
        if kind in ("new", "kept"):
            source = self._project.images.select(where={"states": kind})
        elif kind == "selected":
            source = selected_in_triage(self._project)[1]()
        elif kind == "run":
            source = self._project.runs.get(run)
        elif kind != "folder":
            raise BadQuestion("There is nothing of that kind to be asked about. Choose one of those that are there.")
        analysis = self._project.analyses.start(source, model, title[:80], part=part, within=self._within)  # type: ignore[arg-type]
        if kind == "folder":
            self._files.reset()
            self._choose(None)
        self._open(analysis)
        WATCHER.nudge()

    @action(background=True)
    def stop(self, name: str) -> None:
        """Asks an analysis to stop; what was said stays."""
        self._project.analyses.get(name).stop()
        WATCHER.nudge()

    @action(background=True)
    def resume(self, name: str) -> None:
        """Goes on with one that was stopped, failed or lost."""
        self._project.analyses.get(name).resume()
        WATCHER.nudge()

    @action(background=True)
    def rename(self, name: str, title: str) -> None:
        """Gives one a title."""
        self._project.analyses.get(name).rename(title)
        WATCHER.nudge()

    @action(background=True)
    def delete(self, name: str) -> None:
        """Takes one out of the list; `restore` brings it back."""
        self._project.analyses.get(name).delete()
        if self._opened == name:
            self._close_results()
        WATCHER.nudge()

    @action(background=True)
    def restore(self, name: str) -> None:
        """Brings one back."""
        analysis = self._project.analyses.get(name)
        analysis.restore()
        self._open(analysis)
        WATCHER.nudge()

    @action(background=True)
    def empty(self) -> dict[str, Any]:
        """Removes those that were deleted for good; the answer says how many bytes that gave back."""
        freed = self._project.analyses.empty()
        WATCHER.nudge()
        return {"bytes": freed}

    # ---- looking through

    @action(background=True)
    def show(self, name: str) -> None:
        """Shows what was said in another analysis, in the same order."""
        self._open(self._project.analyses.get(name))

    @action(background=True)
    def ask_for(self, asked: dict, place: str) -> None:
        """Shows the rows that match a filter, in its order, of one place ("inside" of the project or "outside")."""
        if place not in PLACES:
            raise BadQuestion("Rows are inside of the project or outside. Choose one of them.")
        with self._guard:
            self._filter, self._place = ResultFilter.from_json(asked), place
            self._hang()

    @action(background=True)
    def refresh(self) -> None:
        """Shows the same filter again, with what was said and decided meanwhile."""
        with self._guard:
            self._hang()

    @action(background=True)
    def add(self, label: str | None) -> dict[str, Any]:
        """Starts to take the selected files into the project: under a label as kept, or as New; how many they are."""
        paths = [path for path in self.grid.selection if isinstance(path, Path)]
        if not paths:
            raise SourceError("No file is selected; adding needs at least one that is not in the project yet. Select some first.")
        running = self._project.images.adding()
        if running is not None and not jobs.is_over(running.status()):
            raise SourceError("An import is under way; one at a time takes images in. Wait for its end, or cancel it.")
        named = (label or "").strip()
        self._project.images.start_adding(paths, label=named or None, state="kept" if named else "new", within=self._within)
        WATCHER.nudge()
        return {"files": len(paths)}

    @action(background=True)
    def labels(self) -> dict[str, Any]:
        """The names of all labels that one may keep for."""
        return self.grid.labels()  # type: ignore[no-any-return]

    @action(background=True)
    def export(self, name: str, form: str, everything: bool, links: bool) -> None:
        """Starts to write what is shown, or everything that was said, into the folder `exports` of the project."""
        analysis = self._need()
        analysis.start_export(name, form, ResultFilter() if everything else self._filter, links=links)  # type: ignore[arg-type]
        self._export = told_export(analysis.exporting())

    @action(background=True)
    def stop_export(self) -> None:
        """Asks the export to stop; nothing is left of it."""
        latest = self._need().exporting()
        if latest is not None and not jobs.is_over(latest.status):
            self._project.jobs.stop(latest.job)

    def _need(self) -> Analysis:
        if self._analysis is None:
            raise AnalysisError("No analysis is open; its results are needed. Open one of the list.")
        return self._analysis

    def _choose(self, source: Path | None) -> None:
        self._source = source
        self._choice = legible(str(source)) if source else ""

    def _open(self, analysis: Analysis) -> None:
        with self._guard:
            if self._analysis is not analysis:
                self._filter = ResultFilter(sort=self._filter.sort)
            self._analysis, self._counted = analysis, ()
            self._hang(kept=False)
            self._opened = analysis.name

    def _close_results(self) -> None:
        with self._guard:
            self._analysis, self._opened, self._results, self._rows = None, "", {}, np.zeros(0, np.int64)
            self.grid.show([], empty="")

    def _follow(self) -> None:
        """Counts what came since; shows it too as long as nobody has a hand on the wall."""
        with self._guard:
            at_rest = not self.grid.selection and self.grid.first == 0
            if self._analysis is None or (self._state() == self._counted and not (at_rest and self._results.get("stale"))):
                return
            try:
                self._hang() if at_rest else self._count(stale=True)
            except (CvwidgetsError, OSError) as error:
                self.trouble(error)

    def _state(self) -> tuple[object, ...]:
        """What is another one when the counts are."""
        assert self._analysis is not None
        return (self._analysis.name, len(self._analysis.results.rows), self._project.journal.version())

    def _hang(self, *, kept: bool = True) -> None:
        """Shows the rows that match; what is selected of them stays selected."""
        analysis = self._need()
        ranges = within(self.grid.selected.get("ranges"), len(self._rows)) if kept else []
        chosen = np.concatenate([self._rows[start:stop] for start, stop in ranges]) if ranges else np.zeros(0, np.int64)
        rows = analysis.select(self._filter)
        known = analysis.results.ids[rows] >= 0
        where = {"inside": rows[known], "outside": rows[~known]}
        place = self._place if len(where[self._place]) else max(PLACES, key=lambda one: len(where[one]))
        self._rows = where[place]
        words = f"{len(rows):,} of {len(analysis.results.rows):,} images · {ORDERS[self._filter.sort]} · said by {analysis.model}"
        self.grid.show(
            analysis.view_of(rows) if place == "inside" else loose_source(analysis, rows),
            showing=legible(words),
            empty="No image is like this. Take a filter away." if len(analysis.results.rows) else "Nothing was said yet.",
            selected=ranges_where(np.isin(self._rows, chosen)),
        )
        self._asked = self._filter.to_json()
        self._count(shown=len(rows), place=place, inside_shown=int(known.sum()), outside_shown=int((~known).sum()))

    def _count(self, *, stale: bool = False, **shown: Any) -> None:
        analysis = self._need()
        self._counted = self._state()
        counts = {**analysis.results.counts(), "rows": len(analysis.results.rows), "left_out": len(analysis.left_out())}
        self._results = {**self._results, **counts, **shown, "stale": stale}
