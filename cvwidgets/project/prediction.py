"""Asking the model in production, through the project's one worker process, so that no kernel has to load torch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets import jobs
from cvwidgets.errors import NoModel, UnreadablePicture
from cvwidgets.machine import machine_folder
from cvwidgets.model import Model
from cvwidgets.records import Answer, Prediction

if TYPE_CHECKING:
    from cvwidgets.project.models import Models

QUESTION = 512
"""So many paths go to the worker in one question."""


class Predictor:
    """Predictions by the model in production, or by another version of the project."""

    def __init__(self, project: Path, models: Models, *, read_only: bool) -> None:
        self._models = models
        self._worker = jobs.Worker(worker_folder(project, read_only=read_only), handler="cvwidgets.vision.worker:answer")

    def predict(self, path: Path, *, top: int | None, model: int | None = None) -> list[Prediction]:
        """The predictions for one picture; see `Project.predict`."""
        answer = next(iter(self.predict_many([path], top=top, model=model)))
        if answer.problem:
            raise UnreadablePicture(answer.problem)
        return list(answer.predictions)

    def predict_many(self, paths: Iterable[str | Path], *, top: int | None, model: int | None = None) -> Iterator[Answer]:
        """The predictions for many pictures, in order; see `Project.predict_many`."""
        return self._ask(self._production() if model is None else self._models.get(model), iter(paths), top)

    def embed(self, path: Path, *, base: str) -> list[float]:
        """The embedding of a picture anywhere under a base, L2-normalised.

        Raises:
            UnreadablePicture: the file cannot be used as a picture.
            PredictionFailed: the worker gave no answer.
        """
        (reply,) = self._worker.ask({"embed": base, "paths": [str(path.absolute())]})
        if "problem" in reply:
            raise UnreadablePicture(reply["problem"])
        return list(reply["vector"])

    def embed_many(self, paths: Iterable[str | Path], *, base: str) -> Iterator[list[float] | None]:
        """The embeddings of pictures anywhere under a base, in order, L2-normalised; None for a file that cannot be used as a picture.

        Raises:
            NoFeatures: the base gives no embeddings.
            BaseUnavailable: it cannot be loaded.
            PredictionFailed: the worker gave no answer.
        """
        waiting = iter(paths)
        while batch := [str(Path(path).absolute()) for path in islice(waiting, QUESTION)]:
            for reply in self._worker.ask({"embed": base, "paths": batch}):
                yield None if "problem" in reply else list(reply["vector"])

    def check(self, folder: Path, name: str) -> list[str]:
        """Loads a model that is to be registered, and asks it once; returns its labels.

        Raises:
            ModelRefused: it cannot be used; the message says why.
            BaseUnavailable: it cannot be loaded as an image classifier.
            PredictionFailed: the worker gave no answer.
        """
        (reply,) = self._worker.ask({"check": str(folder.absolute()), "name": name})
        return list(reply["labels"])

    def _ask(self, model: Model, paths: Iterator[str | Path], top: int | None) -> Iterator[Answer]:
        while batch := [str(Path(path).absolute()) for path in islice(paths, QUESTION)]:
            for reply in self._worker.ask({"model": str(model.folder), "paths": batch, "top": top}):
                predictions = tuple(Prediction(label, probability) for label, probability in reply.get("predictions", ()))
                yield Answer(reply["path"], predictions, reply.get("problem"))

    def _production(self) -> Model:
        model = self._models.production()
        if model is None:
            raise NoModel("No model is in production; predicting needs one. Train, then promote a run.")
        return model


def worker_folder(project: Path, *, read_only: bool) -> Path:
    """A project's folder for its worker; that of a project that cannot be written to is the same for every process of this user."""
    from hashlib import sha256

    if not read_only:
        return project / "worker"
    return machine_folder() / "workers" / sha256(str(project).encode(errors="surrogateescape")).hexdigest()[:16]
