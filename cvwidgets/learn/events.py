"""TensorBoard's event files beside a run: its curves for whoever likes them there. A copy of what the run says, never the truth of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch, Step

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

    from cvwidgets.learn.resuming import Progress

log = logging.getLogger(__name__)

FOLDER = "tensorboard"
MOST_STEPS = 10_000
"""So many steps of a run are written at most, evenly spread: a few megabytes; TensorBoard itself draws a thousand points of a curve."""
FLUSH_SECONDS = 10
WAITING = 1000
"""So many values may wait for a slow disk before a step waits for it."""
STEP = {"loss": "loss", "lr": "learning_rate", "images_per_second": "images_per_second"}
EPOCH = ("train_loss", "valid_loss", "valid_accuracy", "macro_f1", "images_per_second")


class Events:
    """Writes what a run says into its folder `tensorboard`, from the first step or epoch on that it is told.

    The axis is optimizer steps, counted through all epochs; the head is learnt without any, so that its epoch stands at 0. A run that
    goes on writes a file of its own, which begins with TensorBoard's mark that drops what was written after the state that it goes on
    from. When writing fails (a full disk), that is a line in the log and the end of writing, not of the run.

    Args:
        folder: The run folder.
        progress: Where the run begins, or goes on.
        steps: Optimizer steps of an epoch.
        without: Epochs without any: 1 where the head is learnt first, else 0.
    """

    def __init__(self, folder: Path, recipe: Recipe, progress: Progress, *, steps: int, without: int) -> None:
        self._folder, self._recipe, self._steps, self._without = folder / FOLDER, recipe, steps, without
        self._every = max(1, -(-steps * (recipe.epochs - without) // MOST_STEPS))
        self._is_new = (progress.epoch, progress.step) == (1, 0)
        self._restart = 0 if self._is_new else self._at(progress.epoch, progress.step) + 1
        self._writer: SummaryWriter | None = None
        self._failed = False

    def add(self, record: Step | Epoch) -> None:
        """Adds an epoch, or a step, unless it is one of very many or of a head that is learnt."""
        if isinstance(record, Epoch):
            at, values = self._at(record.number, self._steps), {f"epoch/{name}": getattr(record, name) for name in EPOCH}
        elif record.loss is None or (at := self._at(record.epoch, record.number)) % self._every:
            return
        else:
            values = {f"step/{word}": getattr(record, name) for name, word in STEP.items()}
        if self._writer is None:
            self._do(self._open)
        for name, value in values.items():
            self._do(lambda name=name, value=value: self._writer.add_scalar(name, value, at))  # type: ignore[union-attr, misc]

    def flush(self) -> None:
        """Sees to it that the file has all that was added."""
        if self._writer is not None:
            self._do(self._writer.flush)

    def close(self) -> None:
        """Writes what is left."""
        if self._writer is not None:
            self._do(self._writer.close)
        self._writer = None

    def _at(self, epoch: int, step: int) -> int:
        return max(0, (epoch - 1 - self._without) * self._steps + step)

    def _open(self) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(self._folder), purge_step=self._restart, max_queue=WAITING, flush_secs=FLUSH_SECONDS)
        if self._is_new:
            self._writer.add_text("recipe", _as_code(self._recipe), 0)

    def _do(self, act: Callable[[], object]) -> None:
        if self._failed:
            return
        try:
            act()
        except Exception as error:  # noqa: BLE001 - a door: whatever stands in the way of files that lie beside, the run goes on
            self._failed = True
            log.warning("Nothing more is written for TensorBoard (%s); the run goes on, and its own files have everything.", error)


def _as_code(recipe: Recipe) -> str:
    """A recipe as Markdown shows code: nothing in it is read as Markdown."""
    return "".join(f"    {line}\n" for line in json.dumps(recipe.to_json(), indent=2).splitlines())
