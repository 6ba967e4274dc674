"""Reading ahead: pictures are opened and prepared in threads while the model works on those before them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def read_ahead(read: Callable[[T], R], items: Iterable[T], *, threads: int, ahead: int) -> Iterator[R]:
    """Yields `read(item)` for each item, in order, with at most `ahead` of them begun before they are asked for.

    Threads, because scripts without a `__main__` guard cannot spawn processes, and Pillow releases the lock while it decodes.
    `items` is consumed lazily. An error of `read` is raised when its item's turn comes. Closing the generator drops what was begun.
    """
    queue: deque[Future[R]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="read-ahead")
    coming = iter(items)
    try:
        queue.extend(pool.submit(read, item) for item in islice(coming, max(1, ahead)))
        while queue:
            result = queue.popleft().result()
            queue.extend(pool.submit(read, item) for item in islice(coming, 1))
            yield result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
