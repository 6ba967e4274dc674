"""The frame around the panels: the steps of the loop, the project that is open, undo, jobs, settings, and what stands in the way."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import Widget, widget_serialization
from traitlets import Dict, Enum, Instance

from cvwidgets.errors import ProjectError
from cvwidgets.widgets.analysis import AnalysisPanel
from cvwidgets.widgets.base import POOL, Face, inside
from cvwidgets.widgets.collect import CollectPanel
from cvwidgets.widgets.explore import ExplorePanel
from cvwidgets.widgets.glance import DataGlance
from cvwidgets.widgets.grid import last_act
from cvwidgets.widgets.home import HomePanel
from cvwidgets.widgets.inspect import InspectPanel
from cvwidgets.widgets.jobs import JobsPanel
from cvwidgets.widgets.journal import JournalPanel
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.notices import notices_of
from cvwidgets.widgets.serve import ServePanel
from cvwidgets.widgets.settings import SettingsPanel
from cvwidgets.widgets.train import TrainPanel
from cvwidgets.widgets.triage import TriagePanel
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project

STEPS = ("collect", "triage", "train", "explore", "inspect", "serve")


class Workbench(Face):
    """Shows a project's whole loop on one screen, from collect to serve; without a project, those there are to open.

    Args:
        project: The project, or its folder; by default the folder in the environment's CVWIDGETS_PROJECT (opened while the page loads),
            else the list of projects.
        roots: Folders below which projects and pictures may be chosen; those in the environment's CVWIDGETS_ROOTS, else anywhere.
        allow_private: Let searches fetch from addresses of this computer and its network too.

    Raises:
        ProjectError: the project given cannot be opened.
    """

    stem = "workbench"

    step = Enum(STEPS, "collect").tag(sync=True, page=True)
    """Both ways: the panel that is open."""

    _panels = Dict(value_trait=Instance(Widget)).tag(sync=True, **widget_serialization)
    """Kernel → page: the panels of the project by step, with "analysis", "glance", "jobs" and "journal"; empty while no project is open."""

    _home = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the list of projects."""

    _settings = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the settings of this machine."""

    _facts = Dict().tag(sync=True)
    """Kernel → page: the project's name and folder, counts, the last act with its way back, what is in the way."""

    _busy = Dict().tag(sync=True)
    """Kernel → page: how many jobs run, how far they are together, how far the training is (0..1, or None), whether a server is on."""

    def __init__(
        self,
        project: Project | str | Path | None = None,
        *,
        roots: Sequence[str | Path] | None = None,
        allow_private: bool = False,
        **traits: Any,
    ) -> None:
        self.project: Project | None = None
        self._is_ours = False
        self._allow_private = allow_private
        self._chosen_step = "step" in traits
        self._guard = threading.RLock()  # of two pages that arrive at once
        self._named: Future[Project] | None = None
        with inside():
            home = HomePanel(self.show, roots=roots)
            settings = SettingsPanel(roots=home.roots)
        self._roots: list[str | Path] = [*home.roots]
        super().__init__(_home=home, _settings=settings, **traits)
        if project is not None:
            self.show(project)
            home.offer(self.project.folder)  # type: ignore[attr-defined]
        elif named := os.environ.get("CVWIDGETS_PROJECT"):
            self._facts = {"name": Path(named).name, "folder": named}
            home.offer(Path(named))
            self._named = POOL.submit(_open, Path(named))
            # The page loads meanwhile; but a panel that is made meanwhile may come to it in pieces, and is then none. So they are made when
            # the page has arrived, or before there is one.
            if os.environ.get("VOILA_PREHEAT") == "True":
                self._show_named()

    def show(self, project: Project | str | Path) -> None:
        """Shows another project; the one before it is left as it is, its jobs go on.

        Raises:
            ProjectError: it cannot be opened; what was shown stays.
        """
        from cvwidgets.project import Project

        opened = project if isinstance(project, Project) else Project(project)
        self._show(opened, is_ours=opened is not project)

    def _show(self, opened: Project, *, is_ours: bool) -> None:
        from cvwidgets.project import remember_project

        remember_project(opened.folder)
        with inside():
            jobs, train = JobsPanel(opened), TrainPanel(opened, roots=self._roots)
            panels = {
                "collect": CollectPanel(opened, roots=self._roots, allow_private=self._allow_private),
                "triage": TriagePanel(opened),
                "train": train,
                "explore": ExplorePanel(opened),
                "inspect": InspectPanel(opened, roots=self._roots, allow_private=self._allow_private),
                "analysis": AnalysisPanel(opened, roots=self._roots),
                "serve": ServePanel(opened, roots=self._roots),
                "glance": DataGlance(opened),
                "jobs": jobs,
                "journal": JournalPanel(opened),
            }
        with self._leaving(), self.hold_sync():
            self.project, self._is_ours, self._jobs, self._train = opened, is_ours, jobs, train
            self._panels = panels
            self._look(changed=True)
            self.keep_place(opened.bookmarks)
            WATCHER.add(self, opened, first=True)

    def _show_named(self) -> None:
        """Shows the project that the server was started for; when it cannot be opened, the page says why."""
        with self._guard:
            opening, self._named = self._named, None
            if opening is None:
                return
            folder = Path(self._facts["folder"])
            try:
                self._show(opening.result(), is_ours=True)
            except ProjectError as error:
                self._facts = {}
                self._home.report(folder, error)
            except Exception:
                self._facts = {}
                raise

    def come_back(self) -> None:
        """Begins at the step where the last page was; without one, at what waits."""
        super().come_back()
        if self.project is not None and not self._chosen_step:
            self.step = self._left.get("step") if self._left.get("step") in STEPS else self._first_step()
        for panel in self._panels.values():
            panel.come_back()

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: the counts in the header, and the jobs; what may take longer comes last."""
        self._look(changed=changed)
        if (project := self.project) is not None:
            self._facts = {**self._facts, "suspected": project.explore.suspected(), "fresh": project.runs.fresh()}

    def _look(self, *, changed: bool) -> None:
        project = self.project
        if project is None:
            return
        busy = self._jobs.busy()
        self._busy = {**busy, "today": project.served.today() if busy["serving"] else 0}
        found = notices_of(project, is_hub_away=self._train.is_hub_away)
        if changed:
            facts = _facts_of(project)
            is_same = self._facts.get("folder") == facts["folder"]
            known, fresh = (self._facts.get(name) if is_same else None for name in ("suspected", "fresh"))
            self._facts = {**facts, "notices": found, "suspected": known, "fresh": fresh}
        elif self._facts["notices"] != found:
            self._facts = {**self._facts, "notices": found}

    @action(background=True)
    def arrive(self, serial: int = 0) -> None:
        """The first question of each page; answered when the project that the server was started for is open."""
        self._show_named()
        super().arrive(serial)

    @action(background=True)
    def go_home(self) -> None:
        """Closes the project and shows those there are."""
        with self._leaving():
            self.project, self._bookmarks, self._panels = None, None, {}

    @action(background=True)
    def undo(self) -> dict[str, Any]:
        """Takes the last act back."""
        return self._act("undo")

    @action(background=True)
    def redo(self) -> dict[str, Any]:
        """Does again what was undone."""
        return self._act("redo")

    def close(self) -> None:
        """Ends the frame and all that is in it."""
        self._show_named()
        with self._leaving():
            super().close()

    def _act(self, what: str) -> dict[str, Any]:
        if self.project is None:
            return {}
        act = self.project.journal.undo() if what == "undo" else self.project.journal.redo()
        WATCHER.nudge()
        return {"sentence": act.sentence}

    @contextmanager
    def _leaving(self) -> Iterator[None]:
        """Something else is shown within the block; then the project before it is closed: a page takes down only what is still alive."""
        project, panels, is_ours = self.project, self._panels, self._is_ours
        WATCHER.remove(self)
        yield
        for panel in panels.values():
            panel.close()
        if project is not None and is_ours:
            project.close()

    def _first_step(self) -> str:
        if not self._facts["images"]:
            return "collect"
        return "triage" if self._facts["new"] or not self._facts["kept"] else "train"


def _open(folder: Path) -> Project:
    from cvwidgets.project import Project

    return Project(folder)


def _facts_of(project: Project) -> dict[str, Any]:
    status = project.status()
    return {
        "name": status.name,
        "folder": status.folder,
        "by": project.by,
        "read_only": status.read_only,
        "production": status.production.version if status.production else None,
        "images": status.images,
        "new": status.new,
        "kept": status.kept,
        "trashed": status.trashed,
        "last": last_act(project),
    }
