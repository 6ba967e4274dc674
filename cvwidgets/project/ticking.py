"""Steady reports from work whose steps may take long: the work runs in a thread, the reports come by the clock."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator


def ticking(steps: Generator[None, None, None] | Iterator[None], *, seconds: float) -> Iterator[None]:
    """Runs all steps in a thread of its own and yields every `seconds` until they ended; closing it stops after the step under way.

    Raises:
        Exception: whatever a step raised.
    """
    stopped = threading.Event()

    def run() -> None:
        for _ in steps:
            if stopped.is_set():
                break
        if isinstance(steps, Generator):
            steps.close()

    from concurrent.futures import ThreadPoolExecutor, wait

    with ThreadPoolExecutor(1, thread_name_prefix="steps") as pool:
        work = pool.submit(run)
        try:
            while not wait([work], timeout=seconds).done:
                yield
        finally:
            stopped.set()
        work.result()
