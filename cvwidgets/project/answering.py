"""A model in this process that answers many who ask at once: the one in production, exchanged while it answers, or a version for good."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cvwidgets.errors import CvwidgetsError, ModelRefused, NoModel
from cvwidgets.model import Model, name_of
from cvwidgets.records import Prediction

if TYPE_CHECKING:
    from cvwidgets.project.models import Models
    from cvwidgets.vision.crew import Crew, Plan, Said
    from cvwidgets.vision.engine import Engine, Kind

EngineChoice = Literal["auto", "torch", "onnx"]
ROOM = 256
"""So many pictures wait for the model or are under way at most."""
KINDS: dict[EngineChoice, tuple[Kind, ...]] = {"auto": ("onnx", "torch"), "torch": ("torch",), "onnx": ("onnx",)}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that answers, and by what."""

    model: Model
    engine: Engine

    def ranked(self, said: Said, top: int | None) -> tuple[Prediction, ...] | str:
        """The `top` labels (None: all), the most probable first, or the sentence that says why there are none."""
        from cvwidgets.vision.predict import ranked

        return said if isinstance(said, str) else ranked(self.engine.labels, said, top)


class Answering:
    """Answers by a model that was loaded beside the one before, so that nobody who asks meanwhile is turned away.

    How it answers (engine, threads, pictures at once) is found by a short trial of the first model, and holds for those that follow.
    """

    def __init__(self, models: Models, *, version: int | None, engine: EngineChoice, room: int, say: Callable[[str], None]) -> None:
        self._models = models
        self._version = version
        self._choice = engine
        self._room = room
        self._say = say
        self._crew: Crew | None = None
        self._refused: Model | None = None
        self._asking = threading.Lock()
        self.loaded: Loaded | None = None

    @property
    def plan(self) -> Plan | None:
        """How it answers; None before there was a model."""
        return self._crew.plan if self._crew else None

    @property
    def waiting(self) -> int:
        """How many pictures wait or are under way."""
        return self._crew.there if self._crew else 0

    def load(self) -> None:
        """Loads the model that is to answer, if another one or none answers now; takes seconds.

        Raises:
            NoModel: there is no model of the version.
            BaseUnavailable: the model's folder is damaged; the one before goes on answering.
            ModelRefused: the engine asked for cannot run it; the one before goes on answering.
        """
        from cvwidgets.vision.memory import give_back_memory

        model = self._models.production() if self._version is None else self._models.get(self._version)
        if model is None or (self.loaded and self.loaded.model.version == model.version):
            return
        engine = self._made(model)
        give_back_memory()  # what the trial, and the other engines in it, left
        with self._asking:
            self.loaded = Loaded(model, engine)
        self._say(f"{_begun(name_of(model))} answers now, {len(engine.labels)} labels.")

    def keep_up(self) -> None:
        """Loads the model in production if it is another one by now; one that cannot be loaded is said, once, and not tried again."""
        if self._version is not None:
            return
        model = self._models.production()
        if model is None or model == self._refused:
            return
        self._refused = model  # whatever goes wrong with it, it is not loaded again every second
        try:
            self.load()
            self._refused = None
        except CvwidgetsError as error:
            answers = f"{name_of(self.loaded.model)} goes on answering" if self.loaded else "nothing answers yet"
            self._say(f"{_begun(name_of(model))} cannot answer; {answers}. {error}")

    def ask(self, pictures: Sequence[bytes]) -> tuple[Loaded, list[Future[Said]]]:
        """Takes pictures in, all or none, and returns at once: who answers, and what is said of each.

        Raises:
            NoModel: no model is in production yet.
            QueueFull: there is no room for them all.
        """
        with self._asking:
            if self.loaded is None or self._crew is None:
                raise NoModel("No model is in production yet; answering needs one. Promote one, then ask again.")
            return self.loaded, self._crew.ask(self.loaded.engine, pictures)

    def close(self) -> None:
        """Answers what is there, then ends."""
        if self._crew:
            self._crew.close()

    def _made(self, model: Model) -> Engine:
        from cvwidgets.vision.crew import Crew
        from cvwidgets.vision.engine import EngineMaker
        from cvwidgets.vision.trial import describe, try_plans

        maker = EngineMaker(model.folder)
        if self._crew is None:
            self._say(f"Trying how {name_of(model)} answers fastest here …")
            tried = try_plans(maker, KINDS[self._choice], lambda line: self._say(f"  {line}"))
            self._crew = Crew(tried.plan, room=self._room)
            self._say(f"Chosen: {describe(tried.plan)}.")
            return tried.engine
        plan = self._crew.plan
        try:
            return maker.make(plan.kind, plan.threads)
        except ModelRefused as error:
            if self._choice != "auto":
                raise
            self._say(f"{error}")
            return maker.make("torch", plan.threads)


def _begun(name: str) -> str:
    """A name at the beginning of a sentence."""
    return name[0].upper() + name[1:]
