"""How a run is told to the page: its state in words, its figures, why it ended."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cvwidgets import jobs
from cvwidgets.evaluation import Evaluation
from cvwidgets.project import computed_words, unreadable_words
from cvwidgets.recipe import Recipe, differences
from cvwidgets.records import JobStatus

if TYPE_CHECKING:
    from cvwidgets.project import Run

FITTING = re.compile(r"Memory ran out .*batch_size (\d+) and accumulation (\d+)")
"""How the reason of a run whose batches were too large names smaller ones; see `out_of_memory` in learn/shortage.py."""
KILLED = "memory ran out"
"""Stands in the reason of a run that was killed as one mostly is when its batches are too large."""


class Told:
    """The facts of runs as they were told last: those of a run that is over are read anew only when it wrote something."""

    def __init__(self) -> None:
        self._over: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {}

    def facts(self, run: Run) -> dict[str, Any]:
        """The facts of a run by the names that the page knows them by, with what people said of it."""
        now = _written(run)  # before its facts are read: what is written meanwhile is seen the next time
        before, facts = self._over.get(run.name, ((), {}))
        if now != before:
            status = run.status()
            facts = facts_of(run, status)
            if jobs.is_over(status):
                self._over[run.name] = now, facts
        about = run.about()
        return {**facts, "title": about.title, "note": about.note, "pinned": about.pinned}


def facts_of(run: Run, status: JobStatus) -> dict[str, Any]:
    """The facts of a run by the names that the page knows them by."""
    epochs, step, recipe, tested = run.epochs(), run.step(), run.recipe, run.evaluation()
    best = max((epoch for epoch in epochs if epoch.best), key=lambda epoch: epoch.number, default=None)
    return {
        "name": run.name,
        "state": status.state,
        "sentence": _sentence(status, len(epochs), recipe.epochs, begun=step is not None),
        "reason": reason_of(status),
        "smaller": smaller.batch_size if (smaller := in_smaller_batches(recipe, status)) else None,
        "computed": computed_words(run.environment()),
        "continues": run.continues,
        "snapshot": run.snapshot,
        "images": run.images,
        "base": recipe.base,
        "epochs": len(epochs),
        "of": recipe.epochs,
        "differs": [one for one in differences(recipe, Recipe()) if one[0] not in ("base", "epochs")],
        "when": status.started,
        "size": run.size() if jobs.is_over(status) else None,
        "left_out": [*run.left_out(), *filter(None, [unreadable_words(run.unreadable())])],
        "best": best.valid_accuracy if best else None,
        "test": _test(tested) if tested else None,
    }


def in_smaller_batches(recipe: Recipe, status: JobStatus) -> Recipe | None:
    """The recipe in smaller batches, for a run that ended because they were too large for the memory, or was killed as one is then."""
    reason = status.reason or ""
    if named := FITTING.search(reason):
        return replace(recipe, batch_size=int(named[1]), accumulation=int(named[2]))
    return next(iter(recipe.in_smaller_batches()), None) if status.state == "lost" and KILLED in reason else None


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


def _written(run: Run) -> tuple[int, ...]:
    """When the files were written (nanoseconds; 0: not there) by which a run that is over goes on, ends anew, or gets its figures."""
    times = []
    for name in ("job.json", "end.json", "evaluation.json"):
        try:
            times.append((run.folder / name).stat().st_mtime_ns)
        except OSError:
            times.append(0)
    return tuple(times)
