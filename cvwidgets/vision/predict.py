"""Asking a classifier about pictures: read ahead in threads, in small batches, one bad picture costing only its own answer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.records import Answer, Prediction

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch

    from cvwidgets.vision.classifier import Classifier

CPU_BATCH = 4
"""On two cores a small net gains nothing from larger ones, and the first answers come sooner."""
GPU_BATCH = 64


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What is said of some files together: `probabilities` float32 (n, labels), a row of NaN for each of those in `problems`."""

    paths: tuple[Path, ...]
    probabilities: npt.NDArray[np.float32]
    problems: Mapping[int, str]


def predict(classifier: Classifier, paths: Iterable[Path], *, top: int | None = None, batch_size: int | None = None) -> Iterator[Answer]:
    """Yields an answer for each path, in order: the `top` (None: all) labels, most probable first, or why it could not be read.

    Consumes `paths` lazily, so that millions can stream through; closing it stops the reading.
    """
    batches = _batches(classifier, paths, batch_size)
    try:
        for batch in batches:
            for at, (path, row) in enumerate(zip(batch.paths, batch.probabilities.tolist(), strict=True)):
                problem = batch.problems.get(at)
                yield Answer(str(path), problem=problem) if problem else Answer(str(path), ranked(classifier.labels, row, top))
    finally:
        batches.close()  # type: ignore[attr-defined]


def predict_many(classifier: Classifier, paths: Iterable[Path], *, batch_size: int | None = None) -> Iterator[Batch]:
    """The same as arrays, a batch at a time, for who asks about very many: on a CPU each processor answers batches of its own.

    One picture takes longer so, many together less long.
    """
    from cvwidgets.vision.preparing import prepare
    from cvwidgets.vision.spreading import on_processors

    if classifier.device.type != "cpu":
        return _batches(classifier, paths, batch_size)

    def answer(batch: list[Path]) -> Batch:
        return _said_of(classifier, [(path, prepare(classifier.transform, path)) for path in batch])

    return on_processors(answer, paths, size=batch_size or CPU_BATCH)


def _batches(classifier: Classifier, paths: Iterable[Path], batch_size: int | None) -> Iterator[Batch]:
    from cvwidgets.vision.ahead import read_ahead
    from cvwidgets.vision.preparing import prepare

    size = batch_size or (CPU_BATCH if classifier.device.type == "cpu" else GPU_BATCH)
    threads = min(8, os.cpu_count() or 1)
    prepared = read_ahead(lambda path: (path, prepare(classifier.transform, path)), paths, threads=threads, ahead=max(threads, 2 * size))
    try:
        while batch := list(islice(prepared, size)):
            yield _said_of(classifier, batch)
    finally:
        prepared.close()  # type: ignore[attr-defined]


def _said_of(classifier: Classifier, batch: list[tuple[Path, torch.Tensor | str]]) -> Batch:
    import numpy as np
    import torch

    problems = {at: pixels for at, (_, pixels) in enumerate(batch) if isinstance(pixels, str)}
    tensors = [pixels for _, pixels in batch if not isinstance(pixels, str)]
    said = np.full((len(batch), len(classifier.labels)), np.nan, np.float32)
    if tensors:
        with torch.inference_mode():
            pixels = classifier.transform.normalize(torch.stack(tensors).to(classifier.device))
            rows = classifier.model(pixel_values=pixels).logits.float().softmax(-1).cpu().numpy()
        said[[at for at in range(len(batch)) if at not in problems]] = rows
    return Batch(tuple(path for path, _ in batch), said, problems)


def ranked(labels: tuple[str, ...], probabilities: list[float], top: int | None) -> tuple[Prediction, ...]:
    """The `top` labels (None: all) with their probabilities, the most probable first."""
    order = sorted(range(len(labels)), key=lambda index: -probabilities[index])
    return tuple(Prediction(labels[index], probabilities[index]) for index in order[:top])
