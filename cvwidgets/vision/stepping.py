"""A long computation of a library, one step at a time: a generator that may be left, though the library knows no such thing."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import TypeVar

T = TypeVar("T")


class _Left(Exception):
    """Nobody waits for the result any more."""


def stepwise(work: Callable[[Callable[[], None]], T]) -> Generator[None, None, T]:
    """Runs `work(pause)` and yields whenever it calls `pause()`; its result is the generator's, what it raises comes out here.

    It works in a thread of its own, which rests while the generator does: two never compute at once. When the generator is closed the
    thread ends at its next `pause()`.
    """
    rests, goes_on, left = Semaphore(0), Semaphore(0), False

    def pause() -> None:
        rests.release()
        goes_on.acquire()
        if left:
            raise _Left

    with ThreadPoolExecutor(1, thread_name_prefix="stepwise") as thread:
        future = thread.submit(work, pause)
        future.add_done_callback(lambda _: rests.release())
        try:
            while True:
                rests.acquire()
                if future.done():
                    return future.result()
                yield
                goes_on.release()
        finally:
            left = True
            goes_on.release()
