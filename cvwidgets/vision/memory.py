"""Memory for one batch after another: kept by the process between them instead of being fetched from the system anew each time."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Of mallopt(3)."""


def give_back_memory() -> None:
    """Gives the system what is free of all that was computed with, after a piece of work that will not come again; elsewhere nothing."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


@cache
def keep_freed_memory() -> None:
    """Lets glibc keep freed blocks of up to 32 MB, and 64 MB in all for each thread, for what is asked of it next; elsewhere nothing.

    A forward pass frees and asks for some MB a hundred times. glibc gives them back to the system as often, above all in threads other than
    the first, and the system hands them out again page by page: for atto a quarter of the time (7.7 of 32 ms of processor time an image,
    afterwards none). The two thresholds are the highest that glibc comes to by itself when larger and larger blocks are freed (malloc.c:
    DEFAULT_MMAP_THRESHOLD_MAX and twice that).
    """
    with suppress(OSError, AttributeError, TypeError):  # macOS, Windows, musl
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, 32 << 20)
        mallopt(_TRIM_THRESHOLD, 64 << 20)
