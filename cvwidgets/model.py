"""Models as facts: the bases that one may start from, and those registered in a project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

WEIGHTS = "model.safetensors"
"""The file in a model's folder that holds its weights."""


@dataclass(frozen=True, slots=True)
class Base:
    """A base model one may start from; `available` is True when it lies on disk, `note` says what it is in one sentence.

    `size` counts the bytes of its weights; `license` (the hub's short name) and `downloads` (of the last 30 days) are what the hub says.
    """

    name: str
    note: str
    available: bool
    size: int | None = None
    license: str | None = None
    downloads: int | None = None


@dataclass(frozen=True, slots=True)
class BasesFound:
    """The bases that a search found, those that are used most first; `problem` says why the hub was not asked, or not to the end."""

    bases: tuple[Base, ...]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A registered model: `version` counts from 1 in its project; one of them is in production.

    `run` is the run whose best checkpoint it is; one that was trained elsewhere has none, and a `source` (a name of the hub, or a folder).
    """

    version: int
    run: str | None
    folder: Path
    labels: tuple[str, ...]
    created: str
    production: bool = False
    source: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """How a form of a model did on pictures, asked one by one: "torch", "onnx", "onnx int8" or "onnx fp16".

    `milliseconds` is the median for a picture, decoded before and prepared within; `times` how many times as fast as torch (median over
    pairs of the same picture). `accuracy` is None where no right label is known; `agreement` is the share that gets torch's label,
    `furthest` the largest difference of a probability from torch. `size` counts the bytes of its weights.
    """

    form: str
    milliseconds: float
    times: float
    accuracy: float | None
    agreement: float
    furthest: float
    size: int


@dataclass(frozen=True, slots=True)
class Tried:
    """The forms of a model, tried on `images` pictures; `unread` others could not be read."""

    forms: tuple[Measured, ...]
    images: int
    unread: int


def name_of(model: Model) -> str:
    """What a model is called in a sentence: "model 2 of run 0001", "model 3 from zoo/tiny"."""
    if model.run:
        return f"model {model.version} of run {model.run}"
    return f"model {model.version} from {Path(model.source).name if model.source and Path(model.source).is_absolute() else model.source}"
