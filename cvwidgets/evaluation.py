"""How good a model is on one part of the data: the figures, and how they are read back from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cvwidgets.records import Part


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How one label was told from the others; all but `support` (images) are 0..1."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a model on one part; `low` and `high` bound the accuracy's 95% interval (Wilson score).

    `confusion[i][j]` counts images of label i that were called label j, in the order of `labels`.
    """

    part: Part
    images: int
    accuracy: float
    low: float
    high: float
    macro_f1: float
    loss: float
    labels: tuple[LabelScore, ...]
    confusion: tuple[tuple[int, ...], ...]

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Evaluation:
        """The evaluation whose fields were written as JSON, as in a run's evaluation.json."""
        labels = tuple(LabelScore(**score) for score in values["labels"])
        return cls(**{**values, "labels": labels, "confusion": tuple(map(tuple, values["confusion"]))})
