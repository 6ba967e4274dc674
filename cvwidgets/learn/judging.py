"""Judging a model on pictures it did not learn from: loss, accuracy with its interval, and how each label was told from the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch

from cvwidgets.evaluation import Evaluation, LabelScore
from cvwidgets.learn.batches import Batch
from cvwidgets.records import Part

Counts = np.ndarray[Any, np.dtype[np.int64]]


def judge(
    answer: Callable[[torch.Tensor], torch.Tensor], batches: Iterable[Batch], labels: Sequence[str], *, part: Part, stop: Callable[[], bool]
) -> Evaluation | None:
    """Asks a model (pixels to logits) about all batches and counts; None when `stop()` said so between two of them."""
    confusion = np.zeros((len(labels), len(labels)), np.int64)
    loss = 0.0
    with torch.inference_mode():
        for batch in batches:
            if stop():
                return None
            if not len(batch.labels):
                continue
            logits = answer(batch.pixels).float()
            loss += float(torch.nn.functional.cross_entropy(logits, batch.labels, reduction="sum"))
            np.add.at(confusion, (batch.labels.cpu().numpy(), logits.argmax(-1).cpu().numpy()), 1)
    return summarize(confusion, labels, part=part, loss=loss / max(1, int(confusion.sum())))


def summarize(confusion: Counts, labels: Sequence[str], *, part: Part, loss: float) -> Evaluation:
    """The figures that follow from a confusion matrix (rows truth, columns prediction); macro F1 is over labels that have images."""
    images, right = int(confusion.sum()), int(np.trace(confusion))
    low, high = wilson(right, images)
    scores = tuple(_score(confusion, index, label) for index, label in enumerate(labels))
    present = [score.f1 for score in scores if score.support]
    return Evaluation(
        part=part,
        images=images,
        accuracy=right / max(1, images),
        low=low,
        high=high,
        macro_f1=sum(present) / max(1, len(present)),
        loss=loss,
        labels=scores,
        confusion=tuple(tuple(int(n) for n in row) for row in confusion),
    )


def wilson(right: int, images: int, z: float = 1.959964) -> tuple[float, float]:
    """The Wilson score interval of a share (95% by default), which stays honest for few images and shares near 0 or 1."""
    if not images:
        return 0.0, 1.0
    share, square = right / images, z * z / images
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / images + square / (4 * images))
    return max(0.0, middle - half), min(1.0, middle + half)


def _score(confusion: Counts, index: int, label: str) -> LabelScore:
    hits, called, support = int(confusion[index, index]), int(confusion[:, index].sum()), int(confusion[index].sum())
    return LabelScore(
        label=label,
        precision=hits / max(1, called),
        recall=hits / max(1, support),
        f1=2 * hits / max(1, called + support),
        support=support,
    )
