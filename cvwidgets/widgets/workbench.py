"""The dashboard: the panels of one project in the order of the loop."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import Widget, widget_serialization
from traitlets import Dict, Enum, Instance

from cvwidgets.errors import ProjectError
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.collect import CollectPanel
from cvwidgets.widgets.grid import last_act
from cvwidgets.widgets.inspect import InspectPanel
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.train import TrainPanel
from cvwidgets.widgets.triage import TriagePanel
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project

STEPS = ("collect", "triage", "train", "inspect")


class Workbench(Face):
    """Shows a project's whole loop on one screen: collect, triage, train, inspect.

    Args:
        project: The project, or its folder; by default the folder in the environment's CVWIDGETS_PROJECT.

    Raises:
        ProjectError: no project is named, or it cannot be opened.
    """

    stem = "workbench"

    step = Enum(STEPS, "collect").tag(sync=True)
    """Both ways: the panel that is open."""

    _panels = Dict(value_trait=Instance(Widget)).tag(sync=True, **widget_serialization)
    """Kernel → page: the panels, by step."""

    _facts = Dict().tag(sync=True)
    """Kernel → page: the project's name, the counts beside the steps, and the last act with its way back."""

    def __init__(self, project: Project | str | Path | None = None, **traits: Any) -> None:
        self.project = _open(project)
        self._triage, self._train = TriagePanel(self.project), TrainPanel(self.project)
        panels = {
            "collect": CollectPanel(self.project),
            "triage": self._triage,
            "train": self._train,
            "inspect": InspectPanel(self.project),
        }
        self._free = "step" not in traits
        super().__init__(_panels=panels, **traits)
        WATCHER.add(self, self.project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: the counts in the header."""
        running = next((run for run in self._train._runs if run["state"] in ("waiting", "running")), None)
        status = self._project_facts() if changed else {}
        self._facts = {**self._facts, **status, "running": {"epochs": running["epochs"], "of": running["of"]} if running else None}
        if changed and self._free and not self.arrived and self._facts["images"]:
            self.step = "triage" if self._facts["new"] or not self._facts["kept"] else "train"

    @action(background=True)
    def undo(self) -> None:
        """Takes the last act back."""
        self._triage.grid.undo()

    @action(background=True)
    def redo(self) -> None:
        """Does again what was undone."""
        self._triage.grid.redo()

    def _project_facts(self) -> dict[str, Any]:
        status = self.project.status()
        production = {"version": status.production.version} if status.production else None
        counts = {"images": status.images, "new": status.new, "kept": status.kept, "trashed": status.trashed}
        return {
            "name": status.name,
            "read_only": status.read_only,
            "production": production,
            **counts,
            "last": last_act(self.project),
        }


def _open(project: Project | str | Path | None) -> Project:
    from cvwidgets.project import Project

    given = project if project is not None else os.environ.get("CVWIDGETS_PROJECT")
    if not given:
        raise ProjectError("No project is named; the workbench shows one. Write Workbench('my-project'), or set CVWIDGETS_PROJECT.")
    return given if isinstance(given, Project) else Project(given)
