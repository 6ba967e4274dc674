"""Where a model is trained: a recipe, Start and Stop, the epochs as they come, the runs so far, Promote."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ipywidgets import Widget, widget_serialization
from traitlets import Dict, Instance, List, Unicode

from cvwidgets import jobs
from cvwidgets.recipe import Recipe
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.epochs import EpochTable
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project, Run
    from cvwidgets.records import JobStatus


class TrainPanel(Face):
    """Trains a model of what is kept, in a process that outlives the page; the runs and their figures are there again after a reload.

    Args:
        project: Whose images and runs.
    """

    stem = "train"

    _table = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the epochs of the run that is shown."""

    _defaults = Dict().tag(sync=True)
    """Kernel → page: the recipe that a run has unless something else is asked."""

    _runs = List().tag(sync=True)
    """Kernel → page: all runs, newest first: state in words, best accuracy, test figures, what it leaves out, whether in production."""

    _run = Unicode("").tag(sync=True)
    """Kernel → page: name of the run that is shown; empty when there is none."""

    _kept = Dict().tag(sync=True)
    """Kernel → page: how many images and labels would be trained on, and what stands in the way."""

    def __init__(self, project: Project, **traits: Any) -> None:
        self._project = project
        self._ended: dict[str, dict[str, Any]] = {}
        self.table = EpochTable()
        super().__init__(_table=self.table, _defaults=Recipe().to_json(), **traits)
        WATCHER.add(self, project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: the runs, and what would be trained on."""
        if changed:
            self._kept = self._count()
            self._production = self._project.models.production()
            self._list = self._project.runs.list()
        promoted = self._production.run if self._production else None
        if self._list and (not self._run or (changed and not self.arrived)):
            self._show(self._list[-1].name)
        self._runs = [{**self._facts(run), "production": run.name == promoted} for run in reversed(self._list)]

    @action(background=True)
    def bases(self) -> dict[str, Any]:
        """The base models that one may start from, the proposed one first."""
        return {"bases": [asdict(base) for base in self._project.bases()]}

    @action(background=True)
    def propose(self) -> dict[str, Any]:
        """The base to start from unless another is chosen; asking the hub for it may take seconds."""
        return {"base": asdict(self._project.propose_base())}

    @action(background=True)
    def start(self, recipe: dict[str, object]) -> dict[str, Any]:
        """Starts a run by a recipe; fields that are missing take their defaults."""
        run = self._project.runs.start(Recipe.from_json(recipe))
        self.look(changed=True)
        self._show(run.name)
        WATCHER.nudge()
        return {"run": run.name}

    @action(background=True)
    def stop(self, run: str) -> None:
        """Asks a run to stop after the batch under way; its best weights are kept."""
        self._project.runs.get(run).stop()

    @action(background=True)
    def resume(self, run: str) -> None:
        """Goes on with a run that was stopped or lost."""
        found = self._project.runs.get(run)
        self._ended.pop(found.name, None)
        found.resume()
        self._show(found.name)

    @action(background=True)
    def promote(self, run: str) -> dict[str, Any]:
        """Puts the model of a run into production."""
        model = self._project.models.promote(run)
        self.look(changed=True)
        WATCHER.nudge()
        return {"version": model.version}

    @action(background=True)
    def show_run(self, run: str) -> None:
        """Shows the epochs of another run."""
        self._show(self._project.runs.get(run).name)

    def _show(self, name: str) -> None:
        self.table.show(self._project.runs.get(name))
        self._run = name

    def _count(self) -> dict[str, Any]:
        status = self._project.status()
        labels = [label.name for label in status.labels if label.kept]
        return {
            "images": status.kept,
            "labels": len(labels),
            "conflicts": status.conflicts,
            "advice": [one.sentence for one in status.advice],
            "read_only": status.read_only,
        }

    def _facts(self, run: Run) -> dict[str, Any]:
        if run.name in self._ended:
            return self._ended[run.name]
        status, epochs, recipe, tested = run.status(), run.epochs(), run.recipe, run.evaluation()
        best = max((epoch for epoch in epochs if epoch.best), key=lambda epoch: epoch.number, default=None)
        facts = {
            "name": run.name,
            "state": status.state,
            "sentence": _sentence(status, len(epochs), recipe.epochs),
            "log": str(status.log) if status.log and status.state in ("failed", "lost") else None,
            "base": recipe.base,
            "epochs": len(epochs),
            "of": recipe.epochs,
            "left_out": run.left_out(),
            "best": best.valid_accuracy if best else None,
            "test": {"accuracy": tested.accuracy, "low": tested.low, "high": tested.high, "images": tested.images} if tested else None,
        }
        if jobs.is_over(status) and (tested or status.state != "stopped"):  # a stopped run gets its figures when it is promoted
            self._ended[run.name] = facts
        return facts


def _sentence(status: JobStatus, epochs: int, of: int) -> str:
    if status.state == "waiting":
        return f"Waiting: {status.ahead} ahead" if status.ahead else "Waiting for its turn"
    if status.state == "running":
        return f"Training epoch {min(epochs + 1, of)} of {of}" if epochs < of else "Judging the model on the test images"
    if status.state == "done":
        return f"Done, {epochs} of {of} epochs"
    if status.state == "stopped":
        return f"Stopped after {epochs} of {of} epochs"
    return status.reason or ("Failed" if status.state == "failed" else "Lost: its process ended without a word")
