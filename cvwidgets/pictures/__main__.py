"""A reading child, `python -m cvwidgets.pictures MEMORY_BYTES SECONDS`: reads the files that standard input names, as it is asked to.

It limits itself, answers on standard output, and ends when its input does. A hostile file may take it down, and nothing else.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from cvwidgets.pictures import wire
from cvwidgets.pictures.confining import be_modest, limit_time, own_pipes, silence

_GRACE_SECONDS = 5
_LONG_SECONDS = 0.05


def main(memory_bytes: int, seconds: float) -> None:
    """Answers until the input ends."""
    questions, answers = own_pipes()
    if hasattr(os, "nice"):
        os.nice(10)
    from cvwidgets.pictures.answering import answer  # takes a third of a second of computing, which is in nobody's way now

    be_modest(memory_bytes)
    wire.write(answers, {"ready": os.getpid()})
    answers.flush()
    silence(2)
    while message := wire.receive(questions):
        head, path = message
        begun = time.monotonic()
        limit_time(seconds + _GRACE_SECONDS)
        wire.write(answers, *answer(Path(os.fsdecode(path)), wire.Question(head["kind"], head["longest"])))
        limit_time(0)
        # Answers to what was asked for together leave together, but for those that took long.
        if not head["left"] or time.monotonic() - begun > _LONG_SECONDS:
            answers.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
