"""How a job begins: a process of its own that outlives whoever started it."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.clock import now
from cvwidgets.errors import DiskFull, JobDidNotStart
from cvwidgets.files import is_disk_full
from cvwidgets.jobs.facts import END, HOLD, LOG, REQUEST, STARTING, STOP, reserve, write_facts
from cvwidgets.jobs.lock import Lock, is_held
from cvwidgets.jobs.log import shorten

if TYPE_CHECKING:
    import subprocess

_PATIENCE = 60.0
_OF_THE_KERNEL = {
    "JPY_PARENT_PID", "JPY_SESSION_NAME", "JPY_INTERRUPT_EVENT", "IPY_INTERRUPT_EVENT", "JUPYTER_TOKEN", "PYTHONINSPECT",
    "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR",
}  # fmt: skip


def start(
    folder: Path,
    module: str,
    arguments: Sequence[str] = (),
    *,
    title: str,
    line: str | None = None,
    nice: int = 10,
) -> None:
    """Starts `python -m module arguments…` as a job in `folder`, and returns once it lives by itself.

    The job survives the end of this process, writes its output to log.txt, waits for its turn in `line` (such as "cuda"; None: no
    waiting), and says in the end how it ended. A folder may be started in again when its job has ended. Everyone else finds it by
    its folder: see `status`, `follow`, `ask_to_stop`.

    Raises:
        JobDidNotStart: a job is running in the folder, or the new one ended before it took up its work.
        DiskFull: there is no room for the job's files.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        starting = Lock(folder / STARTING)
        if not starting.take():
            raise _busy(folder)
        try:
            _make_ready(folder, {"module": module, "arguments": list(arguments), "title": title, "line": line, "nice": nice})
            _await(_spawn(folder, nice), folder)
        finally:
            starting.release()
    except OSError as error:
        raise _not_written(folder, error) from error


def _busy(folder: Path) -> JobDidNotStart:
    return JobDidNotStart(f"A job is running in {folder}; a folder holds one job at a time. Wait for its end, or stop it.")


def _not_written(folder: Path, error: OSError) -> DiskFull | JobDidNotStart:
    if is_disk_full(error):
        return DiskFull(f"The disk is full; a job needs room for its files in {folder}. Free some space and start it again.")
    return JobDidNotStart(
        f"The job's files cannot be written ({error.strerror}); it needs {folder} to be a folder that can be written to. "
        "Change its permissions, or work on a copy."
    )


def _make_ready(folder: Path, request: Mapping[str, object]) -> None:
    """Clears the traces of an earlier job and writes what the new one shall do; only with the lock of starting."""
    hold = Lock(folder / HOLD)
    # A job that has written its end lets go a moment later.
    if not hold.take(seconds=10 if (folder / END).exists() else 1):
        raise _busy(folder)
    hold.release()
    write_facts(folder / REQUEST, {**request, "id": os.urandom(8).hex(), "asked": now()})
    reserve(folder / END)
    for name in (END, STOP):
        (folder / name).unlink(missing_ok=True)
    shorten(folder / LOG)


def _spawn(folder: Path, nice: int) -> subprocess.Popen[bytes]:
    import subprocess

    windows = 0
    if sys.platform == "win32":
        windows = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        windows |= subprocess.BELOW_NORMAL_PRIORITY_CLASS if nice > 0 else 0
    with (folder / LOG).open("ab") as log:  # append mode: `shorten` may cut the file under the job's feet
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "cvwidgets.jobs", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder.anchor,
            env=_environment(),
            close_fds=True,
            start_new_session=True,
            creationflags=windows,
        )


def _environment() -> dict[str, str]:
    """This process's environment without what belongs to a kernel, with paths that hold from any working folder."""
    environment = {name: value for name, value in os.environ.items() if name not in _OF_THE_KERNEL}
    paths = [str(Path(path).absolute()) for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    home = Path(__file__).parents[2]
    if home.name not in ("site-packages", "dist-packages"):  # a checkout that this process found by its working folder, say
        paths.append(str(home))
    changes = {"PYTHONPATH": os.pathsep.join(paths), "MPLBACKEND": "Agg", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    return {**environment, **changes, "PYTHONFAULTHANDLER": "1", "NO_COLOR": "1"}


def _await(child: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        code = child.poll()  # before the look at the facts: a job may be over already, and is then told from one that never began
        if is_held(folder / HOLD) or (folder / END).exists():
            break
        if code is not None or time.monotonic() > until:
            child.kill()
            found = f"ended at once with code {code}" if code is not None else f"said nothing for {_PATIENCE:.0f} seconds"
            reason = f"The job's process {found}; it should have taken up its work. Read its log at {folder / LOG}, then start it again."
            write_facts(folder / END, {"state": "failed", "reason": reason, "started": None, "ended": now()})
            raise JobDidNotStart(reason)
        time.sleep(0.02)
    # Its end is to be noticed by the system, so that no zombie stays while this process lives.
    threading.Thread(target=child.wait, name=f"end of job {child.pid}", daemon=True).start()
