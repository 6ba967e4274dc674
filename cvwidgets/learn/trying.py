"""A short trial of a recipe on this machine, from which the time, memory and disk of a run are told before it starts."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from cvwidgets.errors import UnreadablePicture
from cvwidgets.learn.batches import judging_batch, loader_threads
from cvwidgets.learn.decoded import short_side_of, shrink
from cvwidgets.learn.judging import InParts
from cvwidgets.learn.machine import find_computing, pinned
from cvwidgets.learn.memory import most_device_memory, most_memory
from cvwidgets.learn.optimizing import make_optimizer
from cvwidgets.learn.shortage import naming_memory
from cvwidgets.pace import Pace
from cvwidgets.pictures import read
from cvwidgets.recipe import Recipe
from cvwidgets.vision import TestTransform, find_heads, new_classifier

ROUNDS = 3
"""The first one warms up; the shortest of the others counts."""
BYTES = 4
"""Of a number in float32."""


def measure_pace(recipe: Recipe, labels: int, pictures: Sequence[Path]) -> Pace:
    """Tries some steps of a recipe for so many labels, on some of the pictures that it would train on; takes seconds.

    Raises:
        BaseUnavailable: the base is neither on disk nor to be had.
        RecipeError, SettingsError: the device is not there.
        TrainingFailed: memory ran out.
    """
    classifier = new_classifier(recipe.base, [str(number) for number in range(max(2, labels))], image_size=recipe.image_size)
    computing = find_computing(classifier, recipe)
    heads = [classifier.model.get_submodule(name) for name in find_heads(classifier)]
    device, transform = torch.device(computing.device), classifier.transform
    model = classifier.model.to(device).to(memory_format=computing.memory_format)
    optimizer = make_optimizer(model, recipe)

    def batch(size: int) -> torch.Tensor:
        return torch.rand(size, 3, *transform.size, device=device).contiguous(memory_format=computing.memory_format)

    def learn() -> None:
        with computing.autocast():
            logits = model(pixel_values=batch(recipe.batch_size)).logits
        logits.float().logsumexp(-1).mean().backward()
        optimizer.step()
        optimizer.zero_grad()

    def answer(pixels: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode(), computing.autocast():
            return model(pixel_values=pixels).logits  # type: ignore[no-any-return]

    def judge() -> None:
        in_parts(batch(judged))

    judged, in_parts = judging_batch(device), InParts(answer)
    with pinned(computing), naming_memory():
        model.train()
        with naming_memory(recipe):
            learning = _seconds(learn, device) / recipe.batch_size
        model.eval()
        judging = _seconds(judge, device) / judged
    decoding, wide = _decoding(transform, pictures)
    return Pace(
        learning=learning,
        judging=judging,
        decoding=decoding / loader_threads(device),
        memory=most_device_memory(device) or most_memory(),
        weights=sum(tensor.nbytes for tensor in model.state_dict().values()),
        exact=BYTES * 3 * math.prod(transform.size),
        wide=wide,
        features=BYTES * int(getattr(heads[0], "in_features", 0)) if len(heads) == 1 else 0,
        device=computing.device,
        precision=computing.precision,
        threads=computing.threads,
    )


def _seconds(act: Callable[[], None], device: torch.device) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        times.append(time.perf_counter() - began)
    return min(times[1:])


def _decoding(transform: TestTransform, pictures: Sequence[Path]) -> tuple[float, int]:
    """Of a picture the mean seconds of one thread, and the mean bytes that are kept to crop from; those that cannot be read count not."""
    times, sizes = [], []
    for picture in pictures:
        began = time.perf_counter()
        try:
            image = read(picture)
            transform.pixels(np.array(image))
        except (UnreadablePicture, OSError):
            continue
        times.append(time.perf_counter() - began)
        sizes.append(len(shrink(image, short_side_of(transform))))
    return sum(times) / max(1, len(times)), sum(sizes) // max(1, len(sizes))
