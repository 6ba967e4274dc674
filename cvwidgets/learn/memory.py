"""The memory of a process that trains: the most that it took so far, and keeping what was freed for the next step."""

from __future__ import annotations

import ctypes
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


_MMAP_MAX, _TRIM_THRESHOLD, _TOP_PAD = -4, -1, -2
"""The numbers of glibc's parameters, as in its malloc.h."""


def keep_freed() -> None:
    """Lets this process keep what it frees for what it allocates next; for one that computes and ends. Where glibc is not, nothing.

    Each step asks for the same large blocks. By default glibc gives each back and fetches it anew, zeroed page by page by the kernel, which
    took as long as the computing itself when the last layer of MobileNetV2 was learnt. Source: mallopt(3).
    """
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):  # another C library has no such function
        set_parameter = ctypes.CDLL(None).mallopt
        for parameter, value in ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, 2**31 - 1), (_TOP_PAD, 2**28)):
            set_parameter(parameter, value)


def most_memory() -> int | None:
    """The most bytes of main memory that this process held at once, its libraries included; None where the system does not tell."""
    with suppress(OSError, ValueError, IndexError):
        # getrusage counts what the process was forked from as well: a small child of a large notebook kernel would seem as large as it.
        status = Path("/proc/self/status").read_text("utf-8")
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def most_device_memory(device: torch.device) -> int | None:
    """The most bytes of a GPU's memory that tensors of this process held at once; None where the device has no memory of its own."""
    if device.type != "cuda":
        return None
    import torch

    return torch.cuda.max_memory_allocated(device)


@dataclass(slots=True)
class Gauge:
    """Tells with every step how much the memory is at most; read once a second, as a reading takes 25 µs, and more on a GPU."""

    device: torch.device
    main: int | None = None
    own: int | None = None
    read_at: float = float("-inf")

    def read(self) -> tuple[int | None, int | None]:
        """The most bytes of main memory, and of the device's own, as they were at most a second ago; None where nobody tells."""
        if (now := time.monotonic()) - self.read_at >= 1:
            self.main, self.own, self.read_at = most_memory(), most_device_memory(self.device), now
        return self.main, self.own
