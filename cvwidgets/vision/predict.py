"""Asking a classifier about pictures: read ahead in threads, in small batches, one bad picture costing only its own answer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.records import Answer, Prediction

if TYPE_CHECKING:
    import torch

    from cvwidgets.vision.classifier import Classifier

CPU_BATCH = 4
"""On two cores a small net gains nothing from larger ones, and the first answers come sooner."""
GPU_BATCH = 64


def predict(classifier: Classifier, paths: Iterable[Path], *, top: int | None = None, batch_size: int | None = None) -> Iterator[Answer]:
    """Yields an answer for each path, in order: the `top` (None: all) labels, most probable first, or why it could not be read.

    Consumes `paths` lazily, so that millions can stream through; closing it stops the reading.
    """
    from cvwidgets.vision.ahead import read_ahead
    from cvwidgets.vision.preparing import prepare

    size = batch_size or (CPU_BATCH if classifier.device.type == "cpu" else GPU_BATCH)
    threads = min(8, os.cpu_count() or 1)
    prepared = read_ahead(lambda path: (path, prepare(classifier.transform, path)), paths, threads=threads, ahead=max(threads, 2 * size))
    try:
        while batch := list(islice(prepared, size)):
            yield from _answers(classifier, batch, top)
    finally:
        prepared.close()  # type: ignore[attr-defined]


def _answers(classifier: Classifier, batch: list[tuple[Path, torch.Tensor | str]], top: int | None) -> Iterator[Answer]:
    import torch

    tensors = [pixels for _, pixels in batch if not isinstance(pixels, str)]
    rows: Iterator[list[float]] = iter(())
    if tensors:
        with torch.inference_mode():
            pixels = classifier.transform.normalize(torch.stack(tensors).to(classifier.device))
            rows = iter(classifier.model(pixel_values=pixels).logits.float().softmax(-1).tolist())
    for path, read in batch:
        yield Answer(str(path), problem=read) if isinstance(read, str) else Answer(str(path), _ranked(classifier.labels, next(rows), top))


def _ranked(labels: tuple[str, ...], probabilities: list[float], top: int | None) -> tuple[Prediction, ...]:
    order = sorted(range(len(labels)), key=lambda index: -probabilities[index])
    return tuple(Prediction(labels[index], probabilities[index]) for index in order[:top])
