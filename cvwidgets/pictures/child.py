"""One reading child, as its parent sees it: start it, ask it, notice its death, end it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import cvwidgets
from cvwidgets.errors import PictureError, UnreadablePicture, UnreadNow
from cvwidgets.pictures import wire

PACKAGE_HOME = Path(cvwidgets.__file__).absolute().parents[1]
_NOT_INHERITED = ("PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONWARNINGS", "PYTHONUNBUFFERED")
_NEVER = float("inf")
_BUFFER = 1 << 16
_KEEPING = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}
"""For glibc: memory of one picture is kept for the next. Given back and taken anew it cost a fifth of the time of a small one."""

_CRASHES = {getattr(signal, name, None) for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL", "SIGSYS")}


Answer = wire.Result | UnreadablePicture


class ChildDied(Exception):
    """The child ended within a file; `reason` is what to say of the file if there is no second try.

    `innocent` says that the file need not be why, so that it deserves one: another ended the child, or it had read files before.
    `answered` is what it said before of the files it was asked for together with that one.
    """

    def __init__(self, reason: UnreadablePicture, *, innocent: bool) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.innocent = innocent
        self.answered: list[Answer] = []


class Child:
    """A process that reads one file after the other. Not for two threads at once, but for `kill` and `time_out`."""

    def __init__(self, memory_bytes: int, seconds: float) -> None:
        """Starts the process.

        Raises:
            PictureError: it did not come up; the message holds its last words.
        """
        self.deadline = _NEVER
        """When (time.monotonic) the file under way has had its time; whoever watches calls `time_out` then."""
        self._memory_bytes = memory_bytes
        self._seconds = seconds
        self._served = 0
        self._timed_out = False
        # -P: a json.py in the current folder must not be imported in place of Python's.
        command = [sys.executable, "-P", "-m", "cvwidgets.pictures", str(memory_bytes), str(seconds)]
        self._process = subprocess.Popen(
            command,
            bufsize=_BUFFER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=PACKAGE_HOME,
            env=environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._questions, self._answers, self._errors = self._process.stdin, self._process.stdout, self._process.stderr
        self._wait_until_ready()

    def ask(self, paths: Sequence[Path], question: wire.Question) -> list[Answer]:
        """Asks the same of each file, however long it takes or until `time_out`; answers in their order.

        Raises:
            ChildDied: this child is of no more use; the error says whether another one may do better.
        """
        answers: list[Answer] = []
        self.deadline = time.monotonic() + self._seconds
        try:
            self._send(paths, question)
            for _ in paths:
                answers.append(self._receive())
                self.deadline = time.monotonic() + self._seconds
        except ChildDied as death:
            death.answered = answers
            raise
        finally:
            self.deadline = _NEVER
        return answers

    def _send(self, paths: Sequence[Path], question: wire.Question) -> None:
        asked = {"kind": question.kind, "longest": question.longest}
        try:
            for left, path in zip(range(len(paths) - 1, -1, -1), paths, strict=True):
                wire.write(self._questions, {**asked, "left": left}, os.fsencode(path.absolute()))
            self._questions.flush()
        except OSError as error:
            raise ChildDied(UnreadNow("The process that reads it ended before it could be asked."), innocent=True) from error

    def _receive(self) -> Answer:
        try:
            message = wire.receive(self._answers)
        except ValueError:
            message = None
        if message is None:
            raise self._obituary()
        head, body = message
        if head.get("memory"):
            # A child that read much before may hold memory that is not to be had again.
            raise self._died_by_the_file(self._too_much_memory())
        self._served += 1
        if "reason" not in head:
            return wire.unpack(head, body)
        return UnreadNow(head["reason"]) if head["now"] else UnreadablePicture(head["reason"])

    def time_out(self) -> None:
        """Kills the process because its file took too long; from any thread."""
        self._timed_out = True
        self.kill()

    def kill(self) -> None:
        """Ends the process at once, from any thread; `stop` must still be called by the thread that asks it."""
        self.deadline = _NEVER
        self._process.kill()

    def stop(self) -> None:
        """Ends the process when it waits for a file or is dead, and leaves no zombie and no open pipe."""
        _close(self._questions)
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:  # a fork of our process may hold the other end of its input open
            self._process.kill()
            self._process.wait()
        _close(self._answers)
        _close(self._errors)

    def _wait_until_ready(self) -> None:
        try:
            ready = wire.receive(self._answers) is not None
        except ValueError:
            ready = False
        if ready:
            return
        self._process.kill()
        words = self._errors.read().decode(errors="replace").strip()
        self.stop()
        raise PictureError(f"The process that reads pictures did not start: {words.splitlines()[-1] if words else 'it said nothing'}")

    def _obituary(self) -> ChildDied:
        code = self._process.wait()
        if self._timed_out:
            return self._died_by_the_file(f"Reading it took longer than {self._seconds:g} s.")
        if code < 0 and -code not in _CRASHES:
            # Ended from outside: by a person, a terminal that closed, or a system short of memory.
            return ChildDied(UnreadNow("Reading it was ended by the system, perhaps because memory ran out."), innocent=True)
        return self._died_by_the_file("Reading it made the decoder crash; it is probably damaged.")

    def _died_by_the_file(self, reason: str) -> ChildDied:
        return ChildDied(UnreadablePicture(reason), innocent=self._served > 0)

    def _too_much_memory(self) -> str:
        size = f"{self._memory_bytes / 1e9:.3g} GB" if self._memory_bytes >= 1e9 else f"{self._memory_bytes / 1e6:.3g} MB"
        return f"Reading it took more than {size} of memory."


def environment() -> dict[str, str]:
    """What such a process is told of ours: where the package lies, and to keep to one thread."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    search = os.pathsep.join(filter(None, (str(PACKAGE_HOME), kept.get("PYTHONPATH"))))
    # One thread: the pool is what works in parallel, and each thread of OpenBLAS would reserve memory.
    return {**kept, "PYTHONPATH": search, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **_KEEPING}


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(OSError):  # what was not yet written to a dead child
        pipe.close()
