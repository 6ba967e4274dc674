"""A reading child, `python -m cvwidgets.pictures MEMORY_BYTES SECONDS`: examines the files that standard input names, or their headers.

It limits itself, answers on standard output, and ends when its input does. A hostile file may take it down, and nothing else.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from pathlib import Path
from typing import BinaryIO

from cvwidgets.errors import UnreadablePicture, UnreadNow
from cvwidgets.pictures import wire
from cvwidgets.pictures.examining import examine
from cvwidgets.pictures.opening import NO_MEMORY
from cvwidgets.pictures.reader import read_header

_GRACE_SECONDS = 5


def main(memory_bytes: int, seconds: float) -> None:
    """Answers until the input ends."""
    questions, answers = _own_pipes()
    _be_modest(memory_bytes)
    wire.send(answers, {"ready": os.getpid()})
    _silence(2)
    while message := wire.receive(questions):
        _limit_time(seconds + _GRACE_SECONDS)
        _answer(answers, Path(os.fsdecode(message[1])), whole=message[0]["whole"])
        _limit_time(0)


def _answer(answers: BinaryIO, path: Path, *, whole: bool) -> None:
    try:
        head, body = wire.pack_facts(examine(path)) if whole else (wire.pack_header(read_header(path)), b"")
    except UnreadablePicture as error:
        wire.send(answers, {"reason": str(error), "memory": str(error) == NO_MEMORY, "now": isinstance(error, UnreadNow)})
    else:
        wire.send(answers, head, body)


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Takes standard input and output for the talk alone, so that a decoder's chatter cannot break into it."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
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
    if hasattr(os, "nice"):
        os.nice(10)
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
