"""The killing tool: processes that import, decide or train are killed (−9) at random moments, and everything is looked at afterwards."""

from __future__ import annotations

import hashlib
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psutil

from cvwidgets import Project
from cvwidgets.project import Run
from tests.store.invariants import check_invariants

IMPORT = "import sys; from cvwidgets import Project; print('go', flush=True); Project(sys.argv[1]).images.add(sys.argv[2])"
TAKE_IN = IMPORT.replace("sys.argv[2]", "sys.argv[2], copy=True")
DECIDE = """
import itertools, sys
from cvwidgets import Project
project = Project(sys.argv[1])
everything = project.images.select()
print("go", flush=True)
for turn in itertools.count():
    for decide in (lambda: everything.assign("red" if turn % 2 else "blue"), everything.trash, project.journal.undo):
        print(decide().id, flush=True)
"""


class Killer:
    """Kills what runs at moments that follow from a seed; `kills` counts those that were not too late."""

    def __init__(self, seed: int) -> None:
        self._moment = random.Random(seed)
        self.kills = 0

    def run(self, script: str, *arguments: Path, longest: float) -> list[str]:
        """Runs a script and kills it at most so many seconds after it said that it begins; returns the lines that it said since."""
        with subprocess.Popen([sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            timer = self._soon(process.kill, longest)
            said = process.stdout.read()
        timer.cancel()
        self.kills += process.returncode == -signal.SIGKILL
        return said[: said.rfind("\n") + 1].splitlines()

    def training(self, run: Run, *, longest: float) -> None:
        """Kills the process of a run at most so many seconds from now."""
        found = [process for process in psutil.process_iter(["cmdline"]) if str(run.folder) in (process.info["cmdline"] or [])]
        for process in found:
            timer = self._soon(process.kill, longest)
            process.wait()
            timer.cancel()
        self.kills += run.status().state == "lost"

    def _soon(self, kill: Callable[[], None], longest: float) -> threading.Timer:
        timer = threading.Timer(self._moment.uniform(0, longest), kill)
        timer.start()
        return timer


def check_everything(folder: Path) -> None:
    """Whatever was killed: the catalog and its back-ups are whole, files have their bytes, and the project opens and answers."""
    with Project(folder) as project:
        images = project.images.get(project.images.select().ids)
        assert [image.path for image in images if not image.path.is_file()] == []
        assert len(project.journal.acts(limit=1000)) > 0 or not images
        assert all(epoch.number for run in project.runs.list() for epoch in run.epochs())
    for path in (folder / "images").glob("*/*"):
        assert path.stem == hashlib.sha256(path.read_bytes()).hexdigest(), "an original that was taken in is whole"
    for database in [folder / "cache" / "thumbnails.db", *(folder / "backups").glob("*.db")]:
        if database.exists():
            with closing(sqlite3.connect(database)) as connection:
                assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)], database.name
    check_invariants(folder)
