"""The most memory that this process took so far: a fact of each epoch, and what a trial tells before a run."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


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
