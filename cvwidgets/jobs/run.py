"""The inside of a job: what the process that `start` made does, from taking its lock to saying how it ended."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import runpy
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cvwidgets.clock import now
from cvwidgets.jobs.facts import END, HOLD, LOG, REQUEST, STOP, read_facts, write_facts, write_reserved
from cvwidgets.jobs.line import Ticket, ahead_of
from cvwidgets.jobs.lock import Lock
from cvwidgets.jobs.log import keep_short, shorten
from cvwidgets.jobs.reason import reason_of

_FAREWELL = 20.0


def run(folder: Path) -> int:
    """Does the work that `folder` asks for, and returns the exit code: 0 done or stopped, 1 failed, 2 never begun."""
    hold = Lock(folder / HOLD)
    request = read_facts(folder / REQUEST)
    if request is None or not hold.take(seconds=10):
        print(f"No work is asked for in {folder}, or another job has it.", file=sys.stderr)
        return 2
    _listen(folder)
    keep_short(folder / LOG)
    if hasattr(os, "nice"):
        os.nice(int(request["nice"]))
    facts = _work(folder, request)
    shorten(folder / LOG)
    write_reserved(folder / END, {**facts, "ended": now()})
    hold.release()  # the end of a process with torch in it takes its time; the job is over now
    faulthandler.dump_traceback_later(_FAREWELL, exit=True)  # nobody in line waits for a thread that never ends
    return 1 if facts["state"] == "failed" else 0


def _listen(folder: Path) -> None:
    """Takes the system's wish that the process ends as anyone's wish that the job stops."""
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK"):
        if number := getattr(signal, name, None):
            signal.signal(number, lambda *_: (folder / STOP).touch())


def _work(folder: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    started = None
    try:
        if _has_turn(folder, request):
            started = now()
            write_facts(folder / REQUEST, {**request, "started": started})
            _run_module(request["module"], request["arguments"])
    except BaseException as error:  # noqa: BLE001 - the door of the process: whatever ends a job is told to people in one sentence
        if not (isinstance(error, KeyboardInterrupt) and (folder / STOP).exists()):
            with contextlib.suppress(OSError):  # the log may be what fills the disk
                traceback.print_exc()
            return {"state": "failed", "reason": reason_of(error, log=folder / LOG), "started": started}
    return {"state": "stopped" if (folder / STOP).exists() else "done", "reason": None, "started": started}


def _has_turn(folder: Path, request: Mapping[str, Any]) -> bool:
    """Waits in line until it is this job's turn; False when it was asked to stop before. The turn ends with the process."""
    if request["line"] is not None:
        ticket = Ticket(request["line"], title=request["title"])
        write_facts(folder / REQUEST, {**request, "ticket": str(ticket.path)})
        while ahead_of(ticket.path) and not (folder / STOP).exists():
            time.sleep(0.2)
    return not (folder / STOP).exists()


def _run_module(module: str, arguments: list[str]) -> None:
    sys.argv = [module, *arguments]
    # Packages import their own parts: what runpy says of that would stand in every log.
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="runpy")
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code not in (None, 0):
            raise
