"""When memory runs out: how that is told from other errors, what is tried then, and what people are told to do."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import clear_frames
from typing import TYPE_CHECKING

import torch

from cvwidgets.errors import TrainingFailed
from cvwidgets.learn.batches import Batch
from cvwidgets.recipe import Recipe

if TYPE_CHECKING:
    from cvwidgets.learn.training import Training

SIGNS = ("out of memory", "allocate memory", "not enough memory", "bad_alloc", "alloc_failed")
"""How PyTorch says it of each device, where it has no class of its own for it."""
LESS = "Take smaller pictures (image_size) or a smaller base, or close what else uses the memory, then start again."


def ran_out(error: BaseException) -> bool:
    """Whether an error says that there was no memory left."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in SIGNS)


def let_go(error: BaseException) -> None:
    """Frees what the calls held that ended with an error, so that something smaller can be tried."""
    clear_frames(error.__traceback__)
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


@contextmanager
def naming_memory(recipe: Recipe | None = None) -> Iterator[None]:
    """Turns the many ways of running out of memory into one sentence; with a recipe, its batches are what was too large.

    Raises:
        TrainingFailed: the memory ran out.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not ran_out(error):
            raise
        raise (out_of_memory(recipe) if recipe else TrainingFailed(f"Memory ran out. {LESS}")) from error


def out_of_memory(recipe: Recipe, fits: Callable[[int], bool] | None = None) -> TrainingFailed:
    """What to say when a step of a recipe had not enough memory; `fits` tries whether so many pictures at once do."""
    smaller = recipe.in_smaller_batches()
    began = f"Memory ran out with a batch_size of {recipe.batch_size}"
    found = next((one for one in smaller if fits is None or fits(one.batch_size)), None)
    if found is None:
        tried = f", and with {smaller[-1].batch_size} at once as well" if smaller else ""
        return TrainingFailed(f"{began}{tried}. {LESS}")
    then = f"batch_size {found.batch_size} and accumulation {found.accumulation}"
    advice = f"{found.batch_size} at once were tried and fit: start again with {then}" if fits else f"Try {then}"
    return TrainingFailed(f"{began}; a batch needs all its pictures at once. {advice}. Each step then learns from the same pictures.")


def has_room(training: Training, size: int) -> bool:
    """Whether two steps with so many pictures at once find room: the second has what AdamW keeps beside it. Spoils the weights."""
    computing, optimizer = training.computing, training.optimizer
    optimizer.zero_grad()
    optimizer.state.clear()  # a step that found no room leaves half of it
    try:
        pixels = torch.zeros(size, 3, *training.classifier.transform.size, device=computing.device)
        labels = torch.zeros(size, dtype=torch.int64, device=computing.device)
        batch = Batch(pixels.contiguous(memory_format=computing.memory_format), labels, ())
        for _ in range(2):
            training.accelerator.backward(training.loss(batch))
            optimizer.step()
    except (RuntimeError, MemoryError, ValueError) as error:  # the last one of BatchNorm, which learns nothing from a single picture
        let_go(error)
        return False
    return True
