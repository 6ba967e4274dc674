"""What a process does before it opens a stranger's file: it keeps its pipes for the talk alone, and limits itself."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from pathlib import Path
from typing import BinaryIO

_BUFFER = 1 << 17


def own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Takes standard input and output for the talk alone, so that a decoder's chatter cannot break into it."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", _BUFFER)
    silence(0)
    silence(1)
    return questions, answers


def silence(descriptor: int) -> None:
    """Lets what is written to a descriptor go nowhere."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, descriptor)
    os.close(nothing)


def be_modest(memory_bytes: int) -> None:
    """From now on this process takes at most so many bytes more than it has, leaves no core behind, and does not hear Ctrl-C."""
    warnings.simplefilter("ignore")
    # Ctrl-C in a terminal reaches all its processes; when to end is the parent's to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        import resource

        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        limit = memory_bytes + _address_space()
        try:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        except (ValueError, OSError):
            return  # macOS has the constant and no such limit; the time limit still holds


def limit_time(seconds: float) -> None:
    """Lets the system end this process after so many seconds, 0 for never: the parent, whose task that is, may be dead itself."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _address_space() -> int:
    """Returns how many bytes of address space Python and its libraries take already."""
    sizes = Path("/proc/self/statm")
    return int(sizes.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") if sizes.exists() else 0
