"""The models of a project: the best checkpoints of runs, one of them in production."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cvwidgets.errors import NoModel
from cvwidgets.records import Model

if TYPE_CHECKING:
    from cvwidgets.project.runs import Run, Runs
    from cvwidgets.store import Store


class Models:
    """The registered models; each keeps its version for good."""

    def __init__(self, store: Store, runs: Runs) -> None:
        self._store = store
        self._runs = runs

    def promote(self, run: Run | str) -> Model:
        """Registers the best checkpoint of a run, if it is not yet, and puts it into production.

        A run that was stopped has no figures yet; they are made in a process of its own.

        Raises:
            UnknownRun: there is no run of that name.
            NoModel: the run has no checkpoint yet.
        """
        found = self._runs.get(run) if isinstance(run, str) else run
        best = found.folder / "best"
        if not (best / "model.safetensors").exists():
            raise NoModel(f"Run {found.name} has no checkpoint yet; promoting needs one. Wait for its first epoch, or choose another run.")
        config = json.loads((best / "config.json").read_text("utf-8"))
        labels = [name for _, name in sorted(config["id2label"].items(), key=lambda item: int(item[0]))]
        model = self._store.models.register(run=found.name, folder=best, labels=labels)
        promoted = self._store.models.promote(model.version)
        if found.status().state == "stopped":
            found.start_evaluating()
        return promoted

    def production(self) -> Model | None:
        """The model that answers, or None."""
        return self._store.models.production()

    def list(self) -> list[Model]:
        """All registered models, oldest first."""
        return self._store.models.list()
