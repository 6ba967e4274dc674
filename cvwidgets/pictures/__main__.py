"""A reading child, `python -m cvwidgets.pictures MEMORY_BYTES SECONDS`: reads the files that standard input names, as it is asked to.

It limits itself, answers on standard output, and ends when its input does. A hostile file may take it down, and nothing else.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import BinaryIO

from cvwidgets.pictures import wire

_GRACE_SECONDS = 5
_LONG_SECONDS = 0.05
_BUFFER = 1 << 17


def main(memory_bytes: int, seconds: float) -> None:
    """Answers until the input ends."""
    questions, answers = _own_pipes()
    if hasattr(os, "nice"):
        os.nice(10)
    from cvwidgets.pictures.answering import answer  # takes a third of a second of computing, which is in nobody's way now

    _be_modest(memory_bytes)
    wire.write(answers, {"ready": os.getpid()})
    answers.flush()
    _silence(2)
    while message := wire.receive(questions):
        head, path = message
        begun = time.monotonic()
        _limit_time(seconds + _GRACE_SECONDS)
        wire.write(answers, *answer(Path(os.fsdecode(path)), wire.Question(head["kind"], head["longest"])))
        _limit_time(0)
        # Answers to what was asked for together leave together, but for those that took long.
        if not head["left"] or time.monotonic() - begun > _LONG_SECONDS:
            answers.flush()


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Takes standard input and output for the talk alone, so that a decoder's chatter cannot break into it."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", _BUFFER)
    _silence(0)
    _silence(1)
    return questions, answers


def _silence(descriptor: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, descriptor)
    os.close(nothing)


def _be_modest(memory_bytes: int) -> None:
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


def _address_space() -> int:
    """Returns how many bytes of address space Python and its libraries take already."""
    sizes = Path("/proc/self/statm")
    return int(sizes.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") if sizes.exists() else 0


def _limit_time(seconds: float) -> None:
    """Lets the system end this process: the parent, whose task that is, may be dead itself."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
