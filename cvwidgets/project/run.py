"""One run: a view of its folder, which any process may hold, before, during and after the training."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cvwidgets import jobs
from cvwidgets.errors import RunError, TrainingFailed
from cvwidgets.evaluation import Evaluation
from cvwidgets.machine import list_devices
from cvwidgets.model import WEIGHTS
from cvwidgets.project.about import About, read_about, write_about
from cvwidgets.project.headway import headway
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch, JobStatus, Refused, Step
from cvwidgets.settings import read_settings

ENDED_BADLY = ("failed", "lost")
WATCH_SECONDS = 0.3
LEFT_OUT = "left_out.json"
"""In a run's folder: the SHA-256 of images that were kept when it began, for which its split had no place."""


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Where a run is: how its job stands, the epochs so far, and the latest step (None before the first)."""

    status: JobStatus
    epochs: tuple[Epoch, ...]
    step: Step | None


class Run:
    """A snapshot trained by a recipe. A view of its folder: any process may hold one, before, during and after the training."""

    def __init__(
        self,
        name: str,
        folder: Path,
        recipe: Recipe,
        snapshot: str | None = None,
        *,
        images: tuple[int, int, int] | None = None,
        continues: str | None = None,
    ) -> None:
        self.name = name
        self.folder = folder
        self.recipe = recipe
        """What decided the run besides its snapshot."""
        self.snapshot = snapshot
        """The id of what it was trained on; None where that is not known."""
        self.images = images
        """How many images of that are to train, to choose the best epoch by and to test; None where that is not known."""
        self.continues = continues
        """The name of the run whose best weights it began with; None where it began with its base."""

    def left_out(self) -> list[str]:
        """Sentences about what is kept and did not train (in conflict, not read yet, missing), and what the split could not regard."""
        return list((jobs.read_facts(self.folder / "run.json") or {}).get("left_out", ()))

    @property
    def has_model(self) -> bool:
        """Whether its best weights are there."""
        return (self.folder / "best" / WEIGHTS).is_file()

    def unreadable(self) -> list[Refused]:
        """Images of its snapshot that could not be read, or were gone, when it needed them: it went on without them."""
        told = self.environment().get("left_out", ())
        return [Refused(str(one.get("path", "")), str(one.get("reason", ""))) for one in told if isinstance(one, dict)]

    def environment(self) -> dict[str, Any]:
        """On what and with what it computes, as environment.json says; empty until it has begun."""
        return jobs.read_facts(self.folder / "environment.json") or {}

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

    def seconds_left(self) -> float | None:
        """Seconds until the last epoch is over, by the pace so far; None while nobody knows, and when it does not run."""
        return headway(self.folder, self.status()).seconds_left

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
            RunError: the run was deleted.
        """
        if self.about().deleted:
            raise RunError(f"Run {self.name} was deleted; going on needs its files. Bring it back first.")
        if self.status().state in ("stopped", *ENDED_BADLY):
            start_job(self)

    def start_evaluating(self) -> None:
        """Makes the figures that a run lacks which did not come to its end, in a process of its own; later `evaluation` has them."""
        if self.evaluation() is None and jobs.is_over(self.evaluating()):
            title = f"Evaluate run {self.name} of {self.folder.parent.parent.name}"
            module = "cvwidgets.project.evaluating"
            jobs.start(self.folder / "evaluating", module, [str(self.folder)], line=_device(self.recipe), title=title)

    def evaluating(self) -> JobStatus:
        """How the making of the figures stands that `start_evaluating` began."""
        return jobs.status(self.folder / "evaluating")

    def evaluation(self) -> Evaluation | None:
        """The figures on the test part, or None as long as there are none."""
        values = jobs.read_facts(self.folder / "evaluation.json")
        return Evaluation.from_json(values) if values else None

    def report(self, file: Path | str | None = None) -> Path:
        """Writes the run as one HTML file that opens anywhere, for someone who runs no notebook; see `Runs.report`.

        Raises:
            RunError: the file is none that ends with .html, or cannot be written.
            DiskFull: there is no room for it.
        """
        from cvwidgets.project.project import Project

        with Project(self.folder.parent.parent) as project:
            return project.runs.report(self, file)

    @property
    def tensorboard(self) -> str:
        """What to type where the run lies to see its curves, and those of all runs beside it, in TensorBoard; empty while it has none."""
        import shlex
        import subprocess

        from cvwidgets.learn.events import FOLDER as EVENTS

        if not (self.folder / EVENTS).is_dir():
            return ""
        command = ["tensorboard", "--logdir", str(self.folder.parent)]
        return subprocess.list2cmdline(command) if sys.platform == "win32" else shlex.join(command)

    def about(self) -> About:
        """What people said of the run: a title, a note, whether it is pinned, and whether it was deleted."""
        return read_about(self.folder)

    def describe(self, *, title: str | None = None, note: str | None = None, pinned: bool | None = None) -> About:
        """Gives the run a title, a note, or a pin; what is None stays as it is.

        Raises:
            RunError: the title or the note is too long, or the project can only be looked at.
        """
        return write_about(self.folder, title=title, note=note, pinned=pinned)

    def delete(self) -> About:
        """Takes the run out of the lists; `restore` brings it back until `Runs.empty` removes its files. Its registered models stay.

        Raises:
            RunError: it trains, or waits to.
        """
        if not jobs.is_over(self.status()):
            raise RunError(f"Run {self.name} is under way; deleting needs one that is over. Stop it first.")
        return write_about(self.folder, deleted=True)

    def restore(self) -> About:
        """Brings a deleted run back.

        Raises:
            RunError: its files were removed.
        """
        if self.about().emptied:
            raise RunError(f"The files of run {self.name} were removed; bringing it back needs them. Train again by its recipe.")
        return write_about(self.folder, deleted=False)

    def size(self) -> int:
        """Bytes of its folder."""
        total = 0
        for place, _, names in os.walk(self.folder):  # what a training makes and removes meanwhile is passed over
            for name in names:
                with suppress(OSError):
                    total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 - called for every file of every run
        return total

    def __repr__(self) -> str:
        return f"Run({self.name!r}, {self.status().state})"


def start_job(run: Run) -> None:
    """Starts, or starts again, the process that trains a run; one training at a time per device and machine."""
    title = f"Train run {run.name} of {run.folder.parent.parent.name}"
    jobs.start(run.folder, "cvwidgets.learn", [str(run.folder)], line=_device(run.recipe), title=title)


def _device(recipe: Recipe) -> str:
    """The device whose line a run waits in, guessed without torch, which a page's kernel never loads."""
    device = recipe.device if recipe.device != "auto" else read_settings().device
    if device != "auto":
        return device.split(":")[0]
    return next((one for one in list_devices() if one != "cpu"), "cpu")
