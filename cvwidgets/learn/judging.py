"""Judging a model on pictures it did not learn from: accuracy with its interval, each label, and how far off its probabilities are."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from cvwidgets.evaluation import TOP, Bin, Evaluation, macro_f1, score_labels, wilson
from cvwidgets.learn.batches import Batch
from cvwidgets.learn.grouped import interval_of
from cvwidgets.learn.shortage import let_go, ran_out
from cvwidgets.records import Part

log = logging.getLogger(__name__)

Counts = np.ndarray[Any, np.dtype[np.int64]]

BINS = 15
"""Of equal width over 0..1, as in Guo et al., "On Calibration of Modern Neural Networks" (2017)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model said of a part: logits, float32 (n, labels) on the CPU, the true labels' numbers, int64 (n), and the pictures' keys."""

    logits: torch.Tensor
    truth: torch.Tensor
    keys: tuple[str, ...] = ()


class InParts:
    """Asks a model (pixels to one row for each picture) about a batch, in halves and quarters of it once the memory does not hold it.

    What is said of a picture hangs on no other one. The answer is float32, on the CPU.
    """

    def __init__(self, answer: Callable[[torch.Tensor], torch.Tensor]) -> None:
        self._answer, self._most = answer, sys.maxsize

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        """The rows of so many pictures.

        Raises:
            RuntimeError, MemoryError: there is no room for one of them alone.
        """
        while True:
            size = min(self._most, len(pixels))
            try:
                return torch.cat([self._answer(part).float().cpu() for part in torch.split(pixels, size)])
            except (RuntimeError, MemoryError) as error:
                if size == 1 or not ran_out(error):
                    raise
                let_go(error)
            self._most = -(-size // 2)
            log.info("The memory does not hold %d pictures to be judged at once: %d are from here on.", size, self._most)


def ask(answer: Callable[[torch.Tensor], torch.Tensor], batches: Iterable[Batch], *, stop: Callable[[], bool]) -> Answers | None:
    """Asks a model (pixels to logits) about all batches; None when `stop()` said so between two of them."""
    answer = InParts(answer)
    logits, truth, keys = [torch.empty(0, 0)], [torch.empty(0, dtype=torch.int64)], list[str]()
    with torch.inference_mode():
        for batch in batches:
            if stop():
                return None
            if len(batch.labels):
                logits.append(answer(batch.pixels))
                truth.append(batch.labels.cpu())
                keys += batch.keys
    return Answers(torch.cat(logits[1:] or logits), torch.cat(truth), tuple(keys))


def join(parts: Sequence[Answers]) -> Answers:
    """What was said of all shares of a part; one share alone is given back as it is."""
    there = [part for part in parts if len(part.truth)] or parts[:1]
    if len(there) == 1:
        return there[0]
    keys = tuple(key for part in there for key in part.keys)
    return Answers(torch.cat([part.logits for part in there]), torch.cat([part.truth for part in there]), keys)


def judge(
    answers: Answers, labels: Sequence[str], *, part: Part, temperature: float = 1.0, groups: Mapping[str, int] | None = None
) -> Evaluation:
    """The figures of what a model said.

    `temperature` is what its logits were divided by, to tell how far off they were before; `groups` gives the group of each picture by
    its key, where they were split by groups.
    """
    confusion = np.zeros((len(labels), len(labels)), np.int64)
    if not len(answers.truth):
        return summarize(confusion, labels, part=part, loss=0.0)
    logits, truth = answers.logits.double(), answers.truth
    np.add.at(confusion, (truth.numpy(), logits.argmax(-1).numpy()), 1)
    loss = float(torch.nn.functional.cross_entropy(logits, truth))
    first = logits.topk(min(TOP, len(labels)), dim=-1).indices
    reliability = bins_of(logits, truth)
    found = summarize(confusion, labels, part=part, loss=loss)
    if groups is not None:
        each = np.array([groups[key] for key in answers.keys])
        low, high = interval_of((logits.argmax(-1) == truth).numpy(), each)
        found = replace(found, low=low, high=high, groups=len(np.unique(each)))
    return replace(
        found,
        top3=float((first == truth[:, None]).any(-1).double().mean()),
        reliability=reliability,
        ece=calibration_error(reliability),
        uncalibrated_ece=calibration_error(bins_of(logits * temperature, truth)),
        temperature=temperature,
    )


def bins_of(logits: torch.Tensor, truth: torch.Tensor) -> tuple[Bin, ...]:
    """The images by the probability of the label said of them, in `BINS` bins of equal width; empty bins are left out."""
    confidence, said = logits.softmax(-1).max(-1)
    right, places = (said == truth).double(), (confidence * BINS).long().clamp(max=BINS - 1)
    members = [places == place for place in sorted(set(places.tolist()))]
    return tuple(Bin(int(own.sum()), float(confidence[own].mean()), float(right[own].mean())) for own in members)


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error (ECE), 0..1: how far confidence and accuracy are apart, weighed by images."""
    return sum(one.images * abs(one.confidence - one.accuracy) for one in bins) / max(1, sum(one.images for one in bins))


def summarize(confusion: Counts, labels: Sequence[str], *, part: Part, loss: float) -> Evaluation:
    """The figures that follow from a confusion matrix (rows truth, columns prediction); macro F1 is over labels that have images."""
    images, right = int(confusion.sum()), int(np.trace(confusion))
    low, high = wilson(right, images)
    scores = score_labels(labels, *(counts.tolist() for counts in (confusion.diagonal(), confusion.sum(axis=0), confusion.sum(axis=1))))
    return Evaluation(
        part=part,
        images=images,
        accuracy=right / max(1, images),
        low=low,
        high=high,
        macro_f1=macro_f1(scores),
        loss=loss,
        labels=scores,
        confusion=tuple(tuple(int(n) for n in row) for row in confusion),
    )
