"""How good a model is on one part of the data: the figures, and how they are read back from JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from cvwidgets.records import Part

NORMAL = 1.959964
"""Within so many standard deviations lie 95% of a normal distribution."""
FEW = 10
"""Of fewer images than this a share may well be off by 30 points."""


def wilson(right: float, images: float, z: float = NORMAL) -> tuple[float, float]:
    """The Wilson score interval of a share (95% by default), which stays honest for few images and shares near 0 or 1.

    Of images in groups both are given as effective numbers (`learn.grouped`).
    """
    if not images:
        return 0.0, 1.0
    share, square = right / images, z * z / images
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * sqrt(share * (1 - share) / images + square / (4 * images))
    return max(0.0, middle - half), min(1.0, middle + half)


def paired_difference(gained: float, lost: float, images: float, z: float = NORMAL) -> tuple[float, float, float]:
    """By how much a second model's accuracy is above a first one's on the same images, and the ends of its interval (95% by default).

    `gained` are right by the second alone, `lost` by the first alone. A. Agresti, Y. Min, Simple improved confidence intervals for
    comparing matched proportions, 2005: half an image is added to each of the four cells, so that few images do not look sure.
    """
    if not images:
        return 0.0, -1.0, 1.0
    count, up, down = images + 2, gained + 0.5, lost + 0.5
    middle, half = (up - down) / count, z * sqrt(up + down - (up - down) ** 2 / count) / count
    return (gained - lost) / images, max(-1.0, middle - half), min(1.0, middle + half)


TOP = 3
"""Among so many labels, the most probable first, the right one is looked for."""


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How one label was told from the others; all but `support` (images) are 0..1."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


def score_labels(labels: Sequence[str], hits: Sequence[int], called: Sequence[int], support: Sequence[int]) -> tuple[LabelScore, ...]:
    """How each label was told from the others: so many images were called by it, so many are of it, and `hits` are both."""
    return tuple(
        LabelScore(label, both / max(1, said), both / max(1, own), 2 * both / max(1, said + own), own)
        for label, both, said, own in zip(labels, hits, called, support, strict=True)
    )


def macro_f1(scores: Sequence[LabelScore]) -> float:
    """The mean F1 of the labels that have images, 0..1: each label counts the same, however many images are of it."""
    present = [score.f1 for score in scores if score.support]
    return sum(present) / max(1, len(present))


@dataclass(frozen=True, slots=True)
class Bin:
    """Images of which a model was about equally sure: how many, the mean probability of what it said, and the share that was right."""

    images: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a model on one part; `low` and `high` bound the accuracy's 95% interval (Wilson score).

    `confusion[i][j]` counts images of label i that were called label j, in the order of `labels`. `top3` is the share of images whose
    label is among the three most probable. `ece` (expected calibration error) is how far probabilities are from the shares that are
    right, `uncalibrated_ece` what it was before the logits were divided by `temperature`. Figures that an older version wrote lack them.
    `groups` is how many groups the images are of, where they were split by groups; the interval then is as wide as these make it.
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
    top3: float | None = None
    ece: float | None = None
    uncalibrated_ece: float | None = None
    temperature: float = 1.0
    reliability: tuple[Bin, ...] = ()
    groups: int | None = None

    @property
    def of_groups(self) -> str:
        """What one should know of the interval where the images are of groups, to be said after it; empty otherwise."""
        return "" if self.groups is None else f", as they are of {self.groups:,} {'group' if self.groups == 1 else 'groups'}"

    def too_few(self) -> tuple[LabelScore, ...]:
        """The labels with so few images in this part that their figures say little."""
        return tuple(score for score in self.labels if score.support < FEW)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Evaluation:
        """The evaluation whose fields were written as JSON, as in a run's evaluation.json."""
        labels = tuple(LabelScore(**score) for score in values["labels"])
        bins = tuple(Bin(**one) for one in values.get("reliability", ()))
        return cls(**{**values, "labels": labels, "confusion": tuple(map(tuple, values["confusion"])), "reliability": bins})
