"""Where a model is trained: a recipe, Start and Stop, the epochs as they come, the runs so far, Promote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from ipywidgets import Widget, widget_serialization
from traitlets import Dict, Instance, List, Unicode

from cvwidgets import jobs
from cvwidgets.project.advice import advise_given, advise_split
from cvwidgets.recipe import PRESETS, Preset, Recipe
from cvwidgets.widgets.base import inside
from cvwidgets.widgets.bases import ChoosesBase
from cvwidgets.widgets.comparison import ComparisonPanel
from cvwidgets.widgets.epochs import EpochTable
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.models import ModelsPanel, beside
from cvwidgets.widgets.reporting import ReportPanel
from cvwidgets.widgets.scores import ScoresPanel
from cvwidgets.widgets.telling import facts_of, reason_of
from cvwidgets.widgets.varying import Varying
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from pathlib import Path

    from cvwidgets.project import Project, Run

LIVE = ("waiting", "running")


class TrainPanel(ChoosesBase, Varying):
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

    _recipes = List().tag(sync=True)
    """Kernel → page: the recipes to begin with: name, word, sentence, recipe, and whether it was saved here."""

    _runs = List().tag(sync=True)
    """Kernel → page: all runs, newest first: state in words, best accuracy, test figures, what it leaves out, whether in production."""

    _deleted = Dict().tag(sync=True)
    """Kernel → page: how many deleted runs have files still, and how many bytes."""

    _run = Unicode("").tag(sync=True)
    """Kernel → page: name of the run that is shown; empty when there is none."""

    _kept = Dict().tag(sync=True)
    """Kernel → page: how many images and labels would be trained on, what stands in the way, whether some came as valid or test, and
    which columns of the user's own they may be split by."""

    def __init__(self, project: Project, *, roots: Sequence[str | Path] | None = None, **traits: Any) -> None:
        self._project = project
        self._over: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {}
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
        facts = [{**self._facts(run), "production": run.name == promoted} for run in reversed(self._list)]
        if facts and (not self._run or (changed and not self.arrived)):
            oldest = {one["state"]: one["name"] for one in facts}
            self._show(oldest.get("running") or oldest.get("waiting") or facts[0]["name"])
        self._runs = facts

    @action(background=True)
    def save_recipe(self, name: str, recipe: dict[str, object]) -> None:
        """Keeps a recipe under a name."""
        self._project.recipes.save(name, Recipe.from_json(recipe))
        self.look(changed=True)

    @action(background=True)
    def delete_recipe(self, name: str) -> dict[str, Any]:
        """Takes a saved recipe away, and gives it back, so that it can be saved again."""
        recipe = self._project.recipes.delete(name)
        self.look(changed=True)
        return {"recipe": recipe.to_json()}

    @action(background=True)
    def recipe_of(self, run: str) -> dict[str, Any]:
        """The recipe of a run, to train by it again."""
        return {"recipe": self._project.runs.get(run).recipe.to_json()}

    @action(background=True)
    def review(self, recipe: dict[str, object], since: str = "") -> dict[str, Any]:
        """What a run by a recipe would learn from, what changed since a run (empty for the last one), and what one should know."""
        return asdict(self._project.review(Recipe.from_json(recipe), since=self._project.runs.get(since) if since else None))

    @action(background=True)
    def expect(self, recipe: dict[str, object], again: bool = False) -> dict[str, Any]:
        """What a run by a recipe would take here: known, `pending` while a trial of some seconds goes on, or why it is not known."""
        is_busy = self._project.runs.active() is not None
        trial = self._project.try_pace(Recipe.from_json(recipe), again=not again and not is_busy)
        if (known := trial.expectation()) is not None:
            return {"expected": asdict(known)}
        if is_busy:
            return {"reason": "Another run is under way; measuring beside it would be wrong."}
        status = trial.status()
        return {"pending": True} if not jobs.is_over(status) else {"reason": reason_of(status)}

    @action(background=True)
    def times(self, base: str) -> dict[str, Any]:
        """About how many seconds the recipes to begin with take on a base, as far as a trial was made before."""
        offered = [(preset.name, replace(preset.recipe, base=base)) for preset in self._project.recipes.list()]
        found = self._project.known_expectations([recipe for _, recipe in offered])
        return {"seconds": {name: one.seconds if one else None for (name, _), one in zip(offered, found, strict=True)}}

    @action(background=True)
    def start(self, recipe: dict[str, object], beside: str = "") -> dict[str, Any]:
        """Starts a run by a recipe; fields that are missing take their defaults. It is shown, unless one that goes on is looked at.

        `beside` names the run that is trained again by it; the two are compared when it is over.
        """
        return self._launch(Recipe.from_json(recipe), beside)

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
        """Starts a run again, whose batches were too large for the memory, with half of them at once: it learns the same."""
        recipe = self._project.runs.get(run).recipe
        return self._launch(replace(recipe, batch_size=max(1, recipe.batch_size // 2), accumulation=min(1024, 2 * recipe.accumulation)))

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
    def describe_run(self, run: str, title: str | None = None, note: str | None = None, pinned: bool | None = None) -> None:
        """Gives a run a title, a note, or a pin."""
        self._project.runs.get(run).describe(title=title, note=note, pinned=pinned)
        self.look(changed=True)

    @action(background=True)
    def delete_run(self, run: str) -> None:
        """Takes a run out of the list; its files stay until the deleted ones are emptied."""
        self._project.runs.get(run).delete()
        if run == self._run:
            self._run = ""
        self.look(changed=True)

    @action(background=True)
    def restore_run(self, run: str) -> None:
        """Brings a deleted run back."""
        self._project.runs.get(run).restore()
        self.look(changed=True)

    @action(background=True)
    def empty_runs(self) -> dict[str, Any]:
        """Removes the files of deleted runs for good, and says how many bytes that freed."""
        freed = self._project.runs.empty()
        self.look(changed=True)
        return {"freed": freed}

    @action(background=True)
    def show_run(self, run: str) -> None:
        """Shows the epochs of another run."""
        self._show(self._project.runs.get(run).name)

    @action(background=True)
    def compare_runs(self, runs: list[str]) -> None:
        """Sets runs beside each other, the oldest first."""
        self.comparison.show([self._project.runs.get(name) for name in sorted(runs)])

    @action(background=True)
    def read_log(self, run: str) -> dict[str, Any]:
        """The end of what a run wrote, for those who want to know why it ended."""
        folder = self._project.runs.get(run).folder
        return {"log": self._project.jobs.log(folder.relative_to(self._project.folder).as_posix())}

    def _launch(self, recipe: Recipe, beside: str = "") -> dict[str, Any]:
        run = self._project.runs.start(recipe, beside=beside or None)
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
        split = advise_split(status.kept, Recipe().split) if len(labels) > 1 else None
        came = self._project.images.parts_given()
        return {
            "images": status.kept,
            "labels": len(labels),
            "conflicts": status.conflicts,
            "advice": [*(one.sentence for one in status.advice), *filter(None, (advise_given(came.get("test", 0)), split))],
            "came": bool(came.keys() - {"train"}),
            "columns": status.columns,
            "read_only": status.read_only,
        }

    def _facts(self, run: Run) -> dict[str, Any]:
        now = _written(run)  # before its facts are read: what is written meanwhile is seen the next time
        before, facts = self._over.get(run.name, ((), {}))
        if now != before:
            status = run.status()
            facts = facts_of(run, status)
            if jobs.is_over(status):
                self._over[run.name] = now, facts
        about = run.about()
        return {**facts, "title": about.title, "note": about.note, "pinned": about.pinned}


def _written(run: Run) -> tuple[int, ...]:
    """When the files were written (nanoseconds; 0: not there) by which a run that is over goes on, ends anew, or gets its figures."""
    times = []
    for name in ("job.json", "end.json", "evaluation.json"):
        try:
            times.append((run.folder / name).stat().st_mtime_ns)
        except OSError:
            times.append(0)
    return tuple(times)


def _offered(preset: Preset) -> dict[str, Any]:
    return {**asdict(preset), "recipe": preset.recipe.to_json(), "saved": preset not in PRESETS}
