"""How a job stands, told from its folder alone by anyone who looks, and the ways to wait for it, to listen and to stop it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cvwidgets.jobs.facts import END, HOLD, LOG, REQUEST, STARTING, STOP, read_facts
from cvwidgets.jobs.line import ahead_of
from cvwidgets.jobs.lines import parse, read_on
from cvwidgets.jobs.lock import is_held
from cvwidgets.records import JobStatus

_PAUSE = 0.2


def status(folder: Path) -> JobStatus:
    """How the job in `folder` stands now: its facts say so as long as it holds its lock, its end afterwards."""
    for _ in range(2):
        # The lock first: a job writes its end before it lets go. Twice: another may be started in the folder between the two looks.
        held, starting = is_held(folder / HOLD), is_held(folder / STARTING)
        end = read_facts(folder / END)
        request = read_facts(folder / REQUEST) or {}
        if end is not None:
            return _status(folder, request, state=end["state"], reason=end["reason"], started=end["started"], ended=end["ended"])
        if held and "started" in request:
            return _status(folder, request, state="running", started=request["started"])
        if held or starting:
            before = ahead_of(Path(request["ticket"])) if "ticket" in request else ()
            return _status(folder, request, state="waiting", ahead=len(before), waits_for=before)
    found = (
        "ended without a word; it was killed (mostly because the memory ran out), or the computer went down" if request else "never began"
    )
    reason = f"The job {found}. Its log, if there is one, is {folder / LOG}. Start it again."
    return _status(folder, request, state="lost", reason=reason, started=request.get("started"))


def _status(folder: Path, request: dict[str, Any], **facts: Any) -> JobStatus:
    return JobStatus(**facts, title=request.get("title", ""), log=folder / LOG)


def is_over(status: JobStatus) -> bool:
    """Whether nothing more is to come from the job."""
    return status.state not in ("waiting", "running")


def ask_to_stop(folder: Path) -> None:
    """Asks the job to stop: at once while it waits in line, else when it next looks. A job that is over is left as it is.

    Raises:
        OSError: the folder cannot be written to.
    """
    if not is_over(status(folder)):
        (folder / STOP).touch()


def asked_to_stop(folder: Path) -> bool:
    """Whether somebody asked the job in `folder` to stop; for the work itself, which looks as often as it can."""
    return (folder / STOP).exists()


def wait(folder: Path, *, seconds: float | None = None, stop: Callable[[], bool] = lambda: False) -> JobStatus:
    """Waits until the job is over, for `seconds` at most or until `stop` says so, and returns how it stands then."""
    until = None if seconds is None else time.monotonic() + seconds
    while not is_over(found := status(folder)) and (until is None or time.monotonic() < until) and not stop():
        time.sleep(_PAUSE / 2)
    return found


def follow(folder: Path, file: str = "epochs.jsonl") -> Iterator[dict[str, Any]]:
    """Yields the facts that the job has written and writes, line by line, until the job is over and the file is read to its end.

    The file may come later, or not at all; a line is taken when it is complete; what is no JSON object (torn by a power cut) is left
    out. Leaving the loop leaves the job alone.
    """
    position = 0
    while True:
        over = is_over(status(folder))  # before the reading, so that nothing written last is missed
        lines, position = read_on(folder / file, position)
        yield from parse(lines)
        if over:
            return
        time.sleep(_PAUSE)
