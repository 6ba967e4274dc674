"""The models of a project: the best checkpoints of runs, one of them in production."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets import jobs
from cvwidgets.errors import NoModel
from cvwidgets.project.card import CARD, write_card
from cvwidgets.records import Model

if TYPE_CHECKING:
    from cvwidgets.project.run import Run
    from cvwidgets.project.runs import Runs
    from cvwidgets.store import Store


class Models:
    """The registered models; each keeps its version for good."""

    def __init__(self, store: Store, runs: Runs) -> None:
        self._store = store
        self._runs = runs

    def promote(self, run: Run | str | int) -> Model:
        """Registers the best checkpoint of a run, if it is not yet, and puts it into production; a number is the version of a model.

        The model is a copy: it stays as it is when the run goes on. A run that did not come to its end has no figures yet; they are
        made in a process of their own.

        Raises:
            UnknownRun: there is no run of that name.
            NoModel: the run has no checkpoint yet, or a damaged one, or there is no model of that version.
        """
        if isinstance(run, int):
            return self._store.models.promote(run)
        found = self._runs.get(run) if isinstance(run, str) else run
        folder = self._freeze(found)
        config = json.loads((folder / "config.json").read_text("utf-8"))
        labels = [name for _, name in sorted(config["id2label"].items(), key=lambda item: int(item[0]))]
        model = self._store.models.promote(self._store.models.register(run=found.name, folder=folder, labels=labels).version)
        if jobs.is_over(found.status()):
            found.start_evaluating()
        return model

    def _freeze(self, run: Run) -> Path:
        """A copy of the run's best checkpoint, known by its weights: a run that goes on does not change a model that was registered."""
        from hashlib import file_digest

        from cvwidgets.vision import weights_are_whole

        if not weights_are_whole(run.folder / "best"):
            raise NoModel(f"The best model of run {run.name} is cut short; promoting needs it whole. Choose another run, or train again.")
        models = self._store.folder / "models"
        draft = models / f".{run.name}-{os.urandom(4).hex()}"
        try:
            shutil.copytree(run.folder / "best", draft)
            (draft / CARD).write_text(write_card(run), "utf-8")
            with (draft / "model.safetensors").open("rb") as weights:
                folder = models / f"{run.name}-{file_digest(weights, 'sha256').hexdigest()[:16]}"
            with suppress(OSError):  # it is there already; then only its card is new
                draft.rename(folder)
            if draft.is_dir():
                (draft / CARD).replace(folder / CARD)
        except FileNotFoundError as error:
            raise NoModel(
                f"Run {run.name} has no checkpoint yet; promoting needs one. Wait for its first epoch if it trains, or choose another run."
            ) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return folder

    def production(self) -> Model | None:
        """The model that answers, or None."""
        return self._store.models.production()

    def list(self) -> list[Model]:
        """All registered models, oldest first."""
        return self._store.models.list()
