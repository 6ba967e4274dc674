"""What a report tells of a run: facts that somebody else gathered. No text in them holds a path of the machine."""

from __future__ import annotations

from dataclasses import dataclass

from cvwidgets.evaluation import Evaluation
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch, JobState


@dataclass(frozen=True, slots=True)
class Shown:
    """A test image: its file's name (empty: it left the project), its label, what was said of it with which probability, 0..1.

    `of_truth` is the probability of its own label, None where that was not kept. `jpeg` is a small picture; None where there is none.
    """

    name: str
    truth: str
    said: str
    confidence: float
    of_truth: float | None
    jpeg: bytes | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the confusion matrix: the numbers of the true label and of the one that was said, how many images, and some of them."""

    truth: int
    said: int
    images: int
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """How many images of a label are in each part."""

    label: str
    train: int
    valid: int
    test: int


@dataclass(frozen=True, slots=True)
class Since:
    """How the run stands on its test images that are kept today, by today's labels; all shares 0..1.

    `corrected` have another label than when it was trained, `gone` are not kept any more.
    """

    images: int
    accuracy: float
    low: float
    high: float
    corrected: int
    gone: int


@dataclass(frozen=True, slots=True)
class Before:
    """The run that this one is set against, on the test images that both have, by today's labels; all shares 0..1.

    `labels` are label, images, and the shares that were called by it before and after; `recipe` the fields that differ, before and after.
    """

    run: str
    images: int
    accuracy: tuple[float, float]
    difference: float
    low: float
    high: float
    labels: tuple[tuple[str, int, float, float], ...]
    recipe: tuple[tuple[str, object, object], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told of a run; what is not known, or not there, is None or empty.

    `written` and `ended` are ISO 8601 in UTC. `labels` count its snapshot; `parts` are images to train, to choose by and to test.
    `left_out` are sentences, `refused` names of files that could not be used with the reason, of `refused_in_all`. `cells` are those whose
    pictures can be opened (None: what was said of each image was not kept), `right` and `wrong` the surest answers. `machine` are words
    with values, `usage` lines of Python that load the model.
    """

    project: str
    run: str
    title: str
    note: str
    state: JobState
    reason: str
    ended: str | None
    written: str
    version: str
    snapshot: str | None
    recipe: Recipe
    epochs: tuple[Epoch, ...]
    labels: tuple[LabelCounts, ...]
    parts: tuple[int, int, int] | None
    left_out: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    refused_in_all: int
    evaluation: Evaluation | None
    cells: tuple[Cell, ...] | None
    right: tuple[Shown, ...]
    wrong: tuple[Shown, ...]
    since: Since | None
    before: Before | None
    machine: tuple[tuple[str, str], ...]
    usage: tuple[str, ...]
