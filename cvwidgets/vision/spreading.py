"""Batches spread over the processors: each prepares and computes its own, as small nets do not gain from sharing one among several."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from cvwidgets.vision.ahead import read_ahead

T = TypeVar("T")
R = TypeVar("R")

MOST_WORKERS = 16


def on_processors(answer: Callable[[list[T]], R], items: Iterable[T], *, size: int) -> Iterator[R]:
    """Yields `answer(batch)` for each batch of `size` items, in order, computed by as many processors as torch may use where it is called.

    `items` is consumed lazily; closing the generator drops what was begun.
    """
    import torch

    from cvwidgets.vision.memory import keep_freed_memory

    keep_freed_memory()
    threads = torch.get_num_threads()
    workers = min(threads, MOST_WORKERS)

    def alone(batch: list[T]) -> R:
        _compute_with(threads // workers)
        return answer(batch)

    answers = read_ahead(alone, batched(items, size), threads=workers, ahead=2 * workers)
    try:
        yield from answers
    finally:
        answers.close()  # type: ignore[attr-defined]


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """So many items at a time, the last ones fewer."""
    coming = iter(items)
    while batch := list(islice(coming, size)):
        yield batch


def _compute_with(threads: int) -> None:
    """Makes the calling thread compute with so many; threads begun later, by whoever else lives in this process, are left alone."""
    import torch

    before = torch.get_num_threads()
    if before != threads:
        torch.set_num_threads(threads)
        # That set the number for this thread and, unasked, for all to come: setting it in a thread that ends takes the latter back.
        passing = threading.Thread(target=torch.set_num_threads, args=(before,))
        passing.start()
        passing.join()
