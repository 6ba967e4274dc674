"""Batches counted side by side, each by one thread alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[Result]:
    """What torch makes of each part, in their order, on as many threads as torch may use.

    Shared out within each of thousands of small operations, its threads wait for one another longer than they count, and burn the
    processor while they wait: ten times the CPU time where others work too. Parts are made by the thread that asks, a few ahead.
    """
    import torch

    count, waiting = torch.get_num_threads(), deque[Future[Result]]()
    pool = ThreadPoolExecutor(count, "cvwidgets-batches", torch.set_num_threads, (1,))
    try:
        for part in parts:
            waiting.append(pool.submit(_inferred, work, part))
            if len(waiting) > 2 * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(count)  # threads that come later take over the last number said


def _inferred(work: Callable[[Part], Result], part: Part) -> Result:
    import torch

    with torch.inference_mode():
        return work(part)
