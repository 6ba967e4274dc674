"""The runs of a project: started as jobs, followed by their files, each kept for good."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets import jobs
from cvwidgets.errors import TrainingFailed, UnknownRun
from cvwidgets.evaluation import Evaluation
from cvwidgets.project.advice import advise_comparing
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch, JobStatus, Step
from cvwidgets.settings import read_settings

if TYPE_CHECKING:
    from cvwidgets.project.scoring import Comparison, Scores
    from cvwidgets.project.twins import Alike
    from cvwidgets.store import RunRow, Store

ENDED_BADLY = ("failed", "lost")
WATCH_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Where a run is: how its job stands, the epochs so far, and the latest step (None before the first)."""

    status: JobStatus
    epochs: tuple[Epoch, ...]
    step: Step | None


class Run:
    """A snapshot trained by a recipe. A view of its folder: any process may hold one, before, during and after the training."""

    def __init__(self, name: str, folder: Path, recipe: Recipe, snapshot: str | None = None) -> None:
        self.name = name
        self.folder = folder
        self.recipe = recipe
        """What decided the run besides its snapshot."""
        self.snapshot = snapshot
        """The id of what it was trained on; None where that is not known."""

    def left_out(self) -> list[str]:
        """Sentences about what is kept and did not train (in conflict, not read yet, missing), and what the split could not regard."""
        return list((jobs.read_facts(self.folder / "run.json") or {}).get("left_out", ()))

    def status(self) -> JobStatus:
        """How the training stands: waiting in line, running, done, stopped, failed or lost."""
        return jobs.status(self.folder)

    def epochs(self) -> list[Epoch]:
        """The epochs so far, in order."""
        return [Epoch(**row) for row in jobs.read_lines(self.folder / "epochs.jsonl")]

    def step(self) -> Step | None:
        """The latest step, or None before the first one."""
        row = jobs.last_line(self.folder / "steps.jsonl")
        return Step(**row) if row else None

    def follow(self) -> Iterator[Epoch]:
        """Yields the epochs from the first one on, as they are finished, until the run ended.

        Leaving the loop leaves the run; Ctrl-C while waiting asks it to stop.

        Raises:
            TrainingFailed: the run ended with an error, or its process vanished.
        """
        last = 0
        try:
            for row in jobs.follow(self.folder, "epochs.jsonl"):
                if row["number"] > last:  # a run that goes on writes the epochs before its last state once more
                    last = row["number"]
                    yield Epoch(**row)
        except KeyboardInterrupt:
            self.stop()
            raise
        status = self.status()
        if status.state in ENDED_BADLY:
            raise TrainingFailed(f"Run {self.name} {status.state}: {status.reason}")

    def watch(self) -> Iterator[RunProgress]:
        """Yields where the run is whenever that changed, at most three times a second, until it ended; Ctrl-C leaves it running."""
        before = None
        while True:
            now = self.progress()
            if now != before:
                yield now
            if jobs.is_over(now.status):
                return
            before = now
            time.sleep(WATCH_SECONDS)

    def progress(self) -> RunProgress:
        """Where the run is now."""
        status = self.status()
        return RunProgress(status, tuple(self.epochs()), self.step())

    def stop(self) -> None:
        """Asks the run to stop: after the batch under way, the best weights so far kept."""
        jobs.ask_to_stop(self.folder)

    def resume(self) -> None:
        """Goes on with a run that was stopped or lost, from where it was; nothing happens to one that runs.

        Raises:
            JobDidNotStart: the process did not come up.
        """
        if self.status().state in ("stopped", *ENDED_BADLY):
            start_job(self)

    def start_evaluating(self) -> None:
        """Makes the figures that a run lacks which did not come to its end, in a process of its own; later `evaluation` has them."""
        folder = self.folder / "evaluating"
        if self.evaluation() is None and jobs.is_over(jobs.status(folder)):
            title = f"Evaluate run {self.name} of {self.folder.parent.parent.name}"
            jobs.start(folder, "cvwidgets.learn", [str(self.folder), "--evaluate"], line=_device(self.recipe), title=title)

    def evaluation(self) -> Evaluation | None:
        """The figures on the test part, or None as long as there are none."""
        values = jobs.read_facts(self.folder / "evaluation.json")
        return Evaluation.from_json(values) if values else None

    def __repr__(self) -> str:
        return f"Run({self.name!r}, {self.status().state})"


class Runs:
    """All runs of a project; none is ever overwritten."""

    def __init__(self, store: Store, *, by: str, alike: Callable[[], Alike]) -> None:
        self._store = store
        self._by = by
        self._alike = alike

    def start(self, recipe: Recipe | None = None) -> Run:
        """Freezes what is kept, and starts training on it in a process of its own; it waits in line when the device is taken.

        Images that look alike, as far as they were compared, are all in the same part of the split.

        Raises:
            BaseUnavailable: the base is a folder that holds no model.
            TooFewImages: a label has too few images, or there are fewer than two labels.
            JobDidNotStart: the process did not come up.
        """
        recipe = _with_whole_path(recipe or Recipe())
        alike = self._alike()
        snapshot = self._store.snapshots.freeze(
            split=recipe.split, seed=recipe.split_seed, depth=recipe.depth, alike=alike.pairs.tolist(), by=self._by
        )
        if (advice := advise_comparing(alike.unknown)) is not None:
            snapshot = replace(snapshot, left_out=(*snapshot.left_out, advice))
        run = _run(self._store.runs.add(recipe=recipe.to_json(), snapshot=snapshot, by=self._by))
        start_job(run)
        return run

    def list(self) -> list[Run]:
        """All runs, oldest first."""
        return [_run(row) for row in self._store.runs.list()]

    def latest(self) -> Run:
        """The run started last.

        Raises:
            UnknownRun: there is none yet.
        """
        if not (runs := self.list()):
            raise UnknownRun("There is no run yet; a model needs one. Train first.")
        return runs[-1]

    def active(self) -> Run | None:
        """The run that trains now, else the first that waits in line, else None."""
        states = {run.status().state: run for run in reversed(self.list())}
        return states.get("running") or states.get("waiting")

    def get(self, name: str) -> Run:
        """The run of a name such as "0001"; "1" is enough.

        Raises:
            UnknownRun: there is none of that name.
        """
        return _run(self._store.runs.get(name))

    def scores(self, run: Run | str) -> Scores:
        """What a run says of its test images, image by image, under the labels of today.

        An image whose label was corrected since counts by its new label; one that is not kept any more does not count.

        Raises:
            UnknownRun: there is no run of that name.
            NoFigures: it was not tried on the test images yet, or an older version did that.
        """
        from cvwidgets.project.scoring import score

        return score(self._store, self.get(run) if isinstance(run, str) else run)

    def compare(self, first: Run | str, second: Run | str) -> Comparison:
        """Two runs on the test images that they share, both scored under the labels of today, with the interval of the difference.

        Raises:
            UnknownRun: there is no run of that name.
            NoFigures: one of them was not tried on the test images yet.
        """
        from cvwidgets.project.scoring import compare

        runs = [self.get(run) if isinstance(run, str) else run for run in (first, second)]
        return compare(self._store, *runs)


def start_job(run: Run) -> None:
    """Starts, or starts again, the process that trains a run; one training at a time per device and machine."""
    title = f"Train run {run.name} of {run.folder.parent.parent.name}"
    jobs.start(run.folder, "cvwidgets.learn", [str(run.folder)], line=_device(run.recipe), title=title)


def _device(recipe: Recipe) -> str:
    """The device whose line a run waits in, guessed without torch, which a page's kernel never loads."""
    device = recipe.device if recipe.device != "auto" else read_settings().device
    if device != "auto":
        return device.split(":")[0]
    if shutil.which("nvidia-smi"):
        return "cuda"
    import platform

    return "mps" if (sys.platform, platform.machine()) == ("darwin", "arm64") else "cpu"


def _with_whole_path(recipe: Recipe) -> Recipe:
    """The recipe with a base that is a folder named from the root, since its job has another working folder."""
    from cvwidgets.vision.bases import STARTER, find_base

    folder = Path(recipe.base).expanduser()
    return replace(recipe, base=str(find_base(recipe.base))) if recipe.base != STARTER and folder.is_dir() else recipe


def _run(row: RunRow) -> Run:
    return Run(row.name, row.folder, Recipe.from_json(row.recipe), row.snapshot)
