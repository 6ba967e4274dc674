"""How a registered model stands: whether the figures of its run are its own, and how it does beside another on the same test images."""

from __future__ import annotations

import filecmp
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cvwidgets import jobs
from cvwidgets.errors import NoFigures, UnknownRun
from cvwidgets.model import WEIGHTS

if TYPE_CHECKING:
    from cvwidgets.model import Model
    from cvwidgets.project.run import Run
    from cvwidgets.project.runs import Runs


@dataclass(frozen=True, slots=True)
class Beside:
    """How a model (`version`) stands beside another (`before`) on the test images that their runs share, under the labels of today.

    `difference` is the share that it has right less that of the other, with the 95% interval `low` to `high`, all -1..1. Where they cannot
    be compared `images` is 0, and `reason` is half a sentence that says why.
    """

    version: int
    before: int
    images: int = 0
    difference: float = 0.0
    low: float = 0.0
    high: float = 0.0
    reason: str = ""

    @property
    def sentence(self) -> str:
        """The same in one sentence, for people."""
        if not self.images:
            return f"It cannot be compared with model {self.before}: {self.reason}."
        points, more = f"{100 * abs(self.difference):.1f} points", "fewer" if self.difference < 0 else "more"
        shared = "the 1 test image that both share" if self.images == 1 else f"the {self.images:,} test images that both share"
        sure = f"95% sure between {100 * self.low:+.1f} and {100 * self.high:+.1f} points"
        return f"It has {points} {more} right than model {self.before} on {shared} ({sure})."


def is_best_of(model: Model, run: Run) -> bool:
    """Whether a model is what its run has as its best now: one that went on has figures of another checkpoint."""
    try:
        return filecmp.cmp(run.folder / "best" / WEIGHTS, model.folder / WEIGHTS)
    except OSError:  # removed with the run, which cannot go on then
        ended = run.status().ended
        return ended is None or ended <= model.created


def beside(runs: Runs, model: Model, before: Model) -> Beside:
    """How a model stands beside another; see `Models.beside`."""
    found = []
    for one in (before, model):
        run, reason = _run_of(runs, one)
        if run is None:
            return Beside(model.version, before.version, reason=reason)
        found.append(run)
    if found[0].recipe.depth != found[1].recipe.depth:
        return Beside(model.version, before.version, reason="their runs tell labels of other depths apart")
    try:
        told = runs.compare(*found)
    except NoFigures:
        return Beside(model.version, before.version, reason="what one of them said of its test images, image by image, was not kept")
    if not told.images:
        return Beside(model.version, before.version, reason="their runs share no test images that are still kept")
    return Beside(model.version, before.version, told.images, told.difference, told.low, told.high)


def _run_of(runs: Runs, model: Model) -> tuple[Run | None, str]:
    """The run whose figures are those of a model; None, and why there is none."""
    name = f"model {model.version}"
    if model.run is None:
        return None, f"{name} was trained elsewhere, and nobody knows which images it learnt from"
    try:
        run = runs.get(model.run)
    except UnknownRun:
        return None, f"the run of {name} is gone"
    if not is_best_of(model, run):
        return None, f"run {run.name} went on after {name}, and its figures are those of a later checkpoint"
    if run.evaluation() is None:
        tried = "is tried on its test images only now" if not jobs.is_over(run.evaluating()) else "was not tried on its test images yet"
        return None, f"{name} {tried}"
    return run, ""
