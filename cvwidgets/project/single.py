"""Jobs of a kind of which a project has one at a time: each in a folder of its own in `work/`, started under a lock."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cvwidgets import jobs
from cvwidgets.files import write_whole
from cvwidgets.jobs.lock import Lock
from cvwidgets.project.work import REQUEST


class SingleJobs:
    """The jobs of a kind, done by `python -m module FOLDER`; what was asked of one lies in its folder."""

    def __init__(self, project: Path, kind: str, module: str) -> None:
        self._work = project / "work"
        self._kind = kind
        self._module = module

    def latest(self) -> Path | None:
        """The folder of the one started last; None when there was none."""
        folders = sorted(self._work.glob(f"{self._kind}-*"))
        return folders[-1] if folders else None

    @contextmanager
    def starting(self) -> Iterator[Path | None]:
        """Keeps other kernels from starting one meanwhile; gives the folder of the one that runs, None where none does.

        Raises:
            JobError: another process was starting one all the time.
        """
        self._work.mkdir(exist_ok=True)
        with Lock(self._work / f".{self._kind}"):  # until a job has a lock of its own its folder reads as that of one that is lost
            latest = self.latest()
            yield latest if latest is not None and not jobs.is_over(jobs.status(latest)) else None

    def start(self, asked: Mapping[str, Any], *, title: str, nice: int = 10) -> Path:
        """Starts one, within `starting` alone; returns its folder.

        Raises:
            JobDidNotStart: its process did not come up.
            DiskFull: there is no room for its files.
        """
        folder = self._work / f"{self._kind}-{time.time_ns()}"
        folder.mkdir()
        write_whole(folder / REQUEST, json.dumps(asked).encode())
        jobs.start(folder, self._module, [str(folder)], title=title, nice=nice)
        return folder
