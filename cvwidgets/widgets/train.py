"""Where a model is trained: a recipe, Start and Stop, the epochs as they come, the runs so far, Promote."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from ipywidgets import Widget, widget_serialization
from traitlets import Dict, Instance, List

from cvwidgets import jobs
from cvwidgets.errors import RunError, StartCancelled
from cvwidgets.project.advice import advise_given
from cvwidgets.recipe import PRESETS, Preset, Recipe
from cvwidgets.widgets.base import inside
from cvwidgets.widgets.bases import ChoosesBase
from cvwidgets.widgets.comparison import ComparisonPanel
from cvwidgets.widgets.epochs import EpochTable
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.models import ModelsPanel, beside
from cvwidgets.widgets.recipes import KeepsRecipes
from cvwidgets.widgets.reporting import ReportPanel
from cvwidgets.widgets.runs import KeepsRuns
from cvwidgets.widgets.scores import ScoresPanel
from cvwidgets.widgets.telling import Told, in_smaller_batches, reason_of
from cvwidgets.widgets.varying import Varying
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from pathlib import Path

    from cvwidgets.project import Project

LIVE = ("waiting", "running")


class TrainPanel(ChoosesBase, KeepsRecipes, Varying, KeepsRuns):
    """Trains a model of what is kept, in a process that outlives the page; the runs and their figures are there again after a reload.

    Args:
        project: Whose images and runs.
        roots: Folders that a model may be registered from; those in the environment's CVWIDGETS_ROOTS, else anywhere.
    """

    stem = "train"

    _table = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the epochs of the run that is shown."""

    _scores = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the test images of the run that is shown."""

    _comparison = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: runs beside each other, those that were chosen or a run that was trained again and the one before it."""

    _report = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the run that is shown as one file for others."""

    _registry = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the registered models."""

    _defaults = Dict().tag(sync=True)
    """Kernel → page: the recipe that a run has unless something else is asked."""

    _runs = List().tag(sync=True)
    """Kernel → page: all runs, newest first: state in words, best accuracy, test figures, what it leaves out, whether in production."""

    _deleted = Dict().tag(sync=True)
    """Kernel → page: how many deleted runs have files still, and how many bytes."""

    _kept = Dict().tag(sync=True)
    """Kernel → page: how many images and labels would be trained on, what stands in the way, whether some came as valid or test, and
    which columns of the user's own they may be split by."""

    def __init__(self, project: Project, *, roots: Sequence[str | Path] | None = None, **traits: Any) -> None:
        self._project = project
        self._told = Told()
        self._unwanted_start = threading.Event()
        with inside():
            self.table, self.scores, self.comparison = EpochTable(), ScoresPanel(project), ComparisonPanel(project)
            self.report, models = ReportPanel(project), ModelsPanel(project, roots=roots)
        parts = {"_table": self.table, "_scores": self.scores, "_comparison": self.comparison, "_report": self.report, "_registry": models}
        super().__init__(**parts, _defaults=Recipe().to_json(), **traits)
        self.keep_place(project.bookmarks)
        WATCHER.add(self, project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: the runs, and what would be trained on."""
        if changed:
            self._kept = self._count()
            self._recipes = [_offered(preset) for preset in self._project.recipes.list()]
            self._production = self._project.models.production()
            self._list = self._project.runs.list()
            deleted = [run for run in self._project.runs.list(deleted=True) if not run.about().emptied]
            self._deleted = {"runs": len(deleted), "size": sum(run.size() for run in deleted)}
        promoted = self._production.run if self._production else None
        facts = [{**self._told.facts(run), "production": run.name == promoted} for run in reversed(self._list)]
        if facts and (not self._run or (changed and not self.arrived)):
            oldest = {one["state"]: one["name"] for one in facts}
            self._show(oldest.get("running") or oldest.get("waiting") or facts[0]["name"])
        self._runs = facts

    @action(background=True)
    def recipe_of(self, run: str) -> dict[str, Any]:
        """The recipe of a run, and the run whose weights it began with (empty for none), to train by it again."""
        found = self._project.runs.get(run)
        return {"recipe": found.recipe.to_json(), "continues": found.continues or ""}

    @action(background=True)
    def further(self, run: str) -> dict[str, Any]:
        """The recipe by which a run is trained further unless it is changed."""
        return {"recipe": self._project.runs.further(run).to_json()}

    @action(background=True)
    def review(self, recipe: dict[str, object], since: str = "", continues: str = "") -> dict[str, Any]:
        """What a run by a recipe would learn from, what changed since a run, and what one should know.

        `continues` names the run whose weights it begins with, if any; empty, `since` is that run, else the last one.
        """
        before, parent = (self._project.runs.get(name) if name else None for name in (since, continues))
        return asdict(self._project.review(Recipe.from_json(recipe), since=before, continues=parent))

    @action(background=True)
    def expect(self, recipe: dict[str, object], continues: str = "", again: bool = False) -> dict[str, Any]:
        """What a run by a recipe would take here: known, `pending` while a trial of some seconds goes on, or why it is not known."""
        is_busy = self._project.runs.active() is not None
        parent = self._project.runs.get(continues) if continues else None
        trial = self._project.try_pace(Recipe.from_json(recipe), continues=parent, again=not again and not is_busy)
        if (known := trial.expectation()) is not None:
            return {"expected": asdict(known)}
        if is_busy:
            return {"reason": "Another run is under way; measuring beside it would be wrong."}
        status = trial.status()
        return {"pending": True} if not jobs.is_over(status) else {"reason": reason_of(status)}

    @action(background=True)
    def times(self, base: str) -> dict[str, Any]:
        """About how many seconds the recipes to begin with take on a base (saved ones on theirs), as far as a trial was made before."""
        presets = self._project.recipes.list()
        offered = [(one.name, replace(one.recipe, base=base) if one in PRESETS else one.recipe) for one in presets]
        found = self._project.known_expectations([recipe for _, recipe in offered])
        return {"seconds": {name: one.seconds if one else None for (name, _), one in zip(offered, found, strict=True)}}

    @action(background=True)
    def start(self, recipe: dict[str, object], beside: str = "", continues: str = "") -> dict[str, Any]:
        """Starts a run by a recipe; fields that are missing take their defaults. It is shown, unless one that goes on is looked at.

        `beside` names the run that is trained again by it, `continues` the one whose weights it begins with; it is compared with that when
        it is over. `stop_starting` ends it while it still prepares; then `run` is empty.
        """
        return self._launch(Recipe.from_json(recipe), beside, continues)

    @action
    def stop_starting(self) -> None:
        """Nobody wants the run any more that is being prepared."""
        self._unwanted_start.set()

    @action(background=True)
    def stop(self, run: str) -> None:
        """Asks a run to stop after the batch under way; its best weights are kept."""
        self._project.runs.get(run).stop()

    @action(background=True)
    def resume(self, run: str) -> None:
        """Goes on with a run that was stopped or lost, or tries one again that failed."""
        found = self._project.runs.get(run)
        found.resume()
        self._show(found.name)

    @action(background=True)
    def start_smaller(self, run: str) -> dict[str, Any]:
        """Starts a run again, whose batches were too large for the memory, in smaller ones: it learns the same."""
        found = self._project.runs.get(run)
        if (recipe := in_smaller_batches(found.recipe, found.status())) is None:
            raise RunError(f"Run {found.name} has no smaller batches. Take smaller pictures (image_size) or a smaller base.")
        return self._launch(recipe, found.about().beside, found.continues or "")

    @action(background=True)
    def promote(self, run: str) -> dict[str, Any]:
        """Puts the model of a run into production."""
        before = self._project.models.production()
        model = self._project.models.promote(run)
        self.look(changed=True)
        WATCHER.nudge()
        return {"version": model.version, **beside(self._project, before, model)}

    @action(background=True)
    def promote_version(self, version: int) -> dict[str, Any]:
        """Puts a registered model back into production."""
        model = self._project.models.promote(version)
        self.look(changed=True)
        WATCHER.nudge()
        return {"version": model.version}

    @action(background=True)
    def show_run(self, run: str) -> None:
        """Shows the epochs of another run."""
        self._show(self._project.runs.get(run).name)

    @action(background=True)
    def compare_runs(self, runs: list[str]) -> None:
        """Sets runs beside each other, the oldest first."""
        self.comparison.show([self._project.runs.get(name) for name in sorted(runs)])

    def _launch(self, recipe: Recipe, beside: str, continues: str) -> dict[str, Any]:
        self._unwanted_start = unwanted = threading.Event()
        try:
            run = self._project.runs.start(recipe, continues=continues or None, beside=beside or None, stop=unwanted.is_set)
        except StartCancelled:
            return {"run": ""}
        self.look(changed=True)
        if not any(one["name"] == self._run and one["state"] in LIVE for one in self._runs):
            self._show(run.name)
        WATCHER.nudge()
        return {"run": run.name}

    def _show(self, name: str) -> None:
        run = self._project.runs.get(name)
        self.table.show(run)
        self.scores.show(run)
        self.report.show(run)
        self.comparison.follow(run)
        self._run = name

    def _count(self) -> dict[str, Any]:
        status = self._project.status()
        labels = [label.name for label in status.labels if label.kept]
        came = self._project.images.parts_given()
        return {
            "images": status.kept,
            "labels": len(labels),
            "conflicts": status.conflicts,
            "advice": [*(one.sentence for one in status.advice), *filter(None, [advise_given(came.get("test", 0))])],
            "came": bool(came.keys() - {"train"}),
            "columns": status.columns,
            "read_only": status.read_only,
        }


def _offered(preset: Preset) -> dict[str, Any]:
    return {**asdict(preset), "recipe": preset.recipe.to_json(), "saved": preset not in PRESETS}
