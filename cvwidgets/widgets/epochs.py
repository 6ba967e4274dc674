"""The epochs of a run as a table that grows while it trains."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from traitlets import Dict, List

from cvwidgets import jobs
from cvwidgets.records import Epoch, JobStatus, Step
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.losses import StepLosses
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Run


class EpochTable(Face):
    """Shows the epochs of a run: live while it trains, with the best one marked, the same after a reload.

    Args:
        source: A run (`project.runs.latest()`), or records of epochs from anywhere, such as `list(cvwidgets.learn.train(…))`.
    """

    stem = "epochs"

    _rows = List().tag(sync=True)
    """Kernel → page: the epochs so far, as facts."""

    _under_way = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: the latest step of the epoch that runs now, or None."""

    _losses = List().tag(sync=True)
    """Kernel → page: points (epoch, loss) of the training, step by step."""

    _words = Dict().tag(sync=True)
    """Kernel → page: the line above, the words in place of an empty table, how many epochs there will be, whether no more will come,
    the seconds left (None while nobody knows), and the command that shows them in TensorBoard."""

    def __init__(self, source: Run | Iterable[Epoch] | None = None, **traits: Any) -> None:
        self._run: Run | None = None
        self._steps: StepLosses | None = None
        super().__init__(**traits)
        self.show(source)

    def show(self, source: Run | Iterable[Epoch] | None) -> None:
        """Shows another run, or other epochs; None empties the table."""
        from cvwidgets.project import Run

        WATCHER.remove(self)
        if isinstance(source, Run):
            self._run, self._steps = source, StepLosses(source.folder / "steps.jsonl")
            WATCHER.add(self, None)
            self.look(changed=True)
            return
        self._run = self._steps = None
        self._write(list(source or ()), None, {"empty": "No epochs yet. They appear here as the training goes on.", "over": True})

    def look(self, *, changed: bool) -> None:  # noqa: ARG002 - a run's files change without the catalog
        """Told by the watcher: reads what the run has written."""
        run = self._run
        if run is None:
            return
        status, epochs, step = run.status(), run.epochs(), run.step()
        running = status.state == "running" and step is not None and step.epoch > len(epochs)
        words = {
            "of": run.recipe.epochs,
            "title": f"Run {run.name}",
            "empty": _waiting(status),
            "over": jobs.is_over(status),
            "left": run.seconds_left(),
            "tensorboard": run.tensorboard,
        }
        self._write(epochs, step if running else None, words)

    def _write(self, epochs: list[Epoch], step: Step | None, words: dict[str, Any]) -> None:
        with self.hold_sync():
            self._rows = [asdict(epoch) for epoch in epochs]
            self._losses = list(self._steps.read()) if self._steps else []
            self._under_way = asdict(step) if step else None
            self._words = words


def _waiting(status: JobStatus) -> str:
    if status.state == "waiting":
        return f"The run waits for {status.ahead} {'other' if status.ahead == 1 else 'others'} before it."
    if status.state == "running":
        return "The run has begun; its first epoch appears here when it is done."
    return status.reason or "The run ended before its first epoch."
