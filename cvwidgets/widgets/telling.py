"""How a run is told to the page: its state in words, its figures, why it ended."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cvwidgets import jobs
from cvwidgets.evaluation import Evaluation
from cvwidgets.recipe import Recipe, differences
from cvwidgets.records import JobStatus

if TYPE_CHECKING:
    from cvwidgets.project import Run

FITTING = re.compile(r"Memory ran out .*batch_size (\d+) and accumulation (\d+)")
"""How the reason of a run whose batches were too large names smaller ones; see `out_of_memory` in learn/shortage.py."""


def facts_of(run: Run, status: JobStatus) -> dict[str, Any]:
    """The facts of a run by the names that the page knows them by."""
    epochs, step, recipe, tested = run.epochs(), run.step(), run.recipe, run.evaluation()
    best = max((epoch for epoch in epochs if epoch.best), key=lambda epoch: epoch.number, default=None)
    return {
        "name": run.name,
        "state": status.state,
        "sentence": _sentence(status, len(epochs), recipe.epochs, begun=step is not None),
        "reason": reason_of(status),
        "fitting": smaller.batch_size if (smaller := fitting(recipe, status)) else None,
        "base": recipe.base,
        "epochs": len(epochs),
        "of": recipe.epochs,
        "differs": [one for one in differences(recipe, Recipe()) if one[0] not in ("base", "epochs")],
        "when": status.started,
        "size": run.size() if jobs.is_over(status) else None,
        "left_out": run.left_out(),
        "best": best.valid_accuracy if best else None,
        "test": _test(tested) if tested else None,
    }


def fitting(recipe: Recipe, status: JobStatus) -> Recipe | None:
    """The recipe in smaller batches, for a run that ended because they were too large for the memory; None for others."""
    named = FITTING.search(status.reason or "")
    return replace(recipe, batch_size=int(named[1]), accumulation=int(named[2])) if named else None


def _test(tested: Evaluation) -> dict[str, Any]:
    return {
        **{name: getattr(tested, name) for name in ("accuracy", "low", "high", "images", "groups", "top3", "ece", "uncalibrated_ece")},
        "labels": len(tested.labels),
        "too_few": [[score.label, score.support] for score in tested.too_few()],
    }


def _sentence(status: JobStatus, epochs: int, of: int, *, begun: bool) -> str:
    if status.state == "waiting":
        return f"Waiting: {status.ahead} ahead" if status.ahead else "Waiting for its turn"
    if status.state == "running" and not begun:
        return "Starting …"
    if status.state == "running":
        return f"Training epoch {epochs + 1} of {of}" if epochs < of else "Judging the model on the test images"
    if status.state == "done":
        return f"Done, {_epochs(epochs, of)}"
    return (
        f"{status.state.capitalize()} after {_epochs(epochs, of)}"
        if epochs
        else f"{status.state.capitalize()} before its first epoch was done"
    )


def _epochs(epochs: int, of: int) -> str:
    return f"{epochs} of {of} {'epoch' if of == 1 else 'epochs'}"


def reason_of(status: JobStatus) -> str | None:
    """Why a run ended, for people who have its log beneath and need no path of it."""
    if status.reason is None:
        return None
    for path, instead in (
        (f" never began. Its log, if there is one, is {status.log}. Start it again.", " never began. Start it by Go on."),
        (f"; the log has the rest: {status.log}", ". Images and other runs are as they were. Read the log beneath, then try again."),
        (f" Its log, if there is one, is {status.log}. Start it again.", " Its epochs so far are kept. Go on with it from there."),
    ):
        if status.reason.endswith(path):
            return status.reason.removesuffix(path).replace("The job ", "The training ", 1) + instead
    return status.reason
