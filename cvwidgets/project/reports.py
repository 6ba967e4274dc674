"""Reports of runs: written here and now, or as jobs by `python -m cvwidgets.project.reports FOLDER`, in processes of their own."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets import jobs
from cvwidgets.errors import DiskFull, ReadOnlyProject, RunError
from cvwidgets.files import is_disk_full, write_whole
from cvwidgets.project.counting import Stopped, counting
from cvwidgets.project.exports import EXPORTS
from cvwidgets.project.single import SingleJobs
from cvwidgets.project.work import PROGRESS, REQUEST

if TYPE_CHECKING:
    from cvwidgets.project.run import Run
    from cvwidgets.project.runs import Runs
    from cvwidgets.records import JobStatus
    from cvwidgets.store import Store


@dataclass(frozen=True, slots=True)
class Reporting:
    """A report in a process of its own: of which run, into which file, how it stands, how many of how many pictures are made.

    `job` is its name among `project.jobs`; `size` is in bytes, None until the file is there.
    """

    job: str
    run: str
    file: Path
    status: JobStatus
    done: int
    of: int
    size: int | None


class Reports:
    """The reports of a project, in its folder `exports/` unless another file is named."""

    def __init__(self, store: Store, runs: Runs) -> None:
        self._store = store
        self._runs = runs
        self._jobs = SingleJobs(store.folder, "report", "cvwidgets.project.reports")

    def write(self, run: Run, file: Path | None, tick: Callable[[int, int], None] | None) -> Path:
        """Writes one here and now; see `Run.report`."""
        from cvwidgets.project.reporting import gather
        from cvwidgets.report import render

        place = self.place(run) if file is None else file.expanduser().absolute()
        if place.suffix.lower() not in (".html", ".htm") or place.is_dir():
            raise RunError(f"A report is one HTML file, and {place.name!r} is no name of one. Name a file that ends with .html.")
        page = render(gather(self._store, run, self._runs.get, tick))
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_whole(place, page.encode(errors="replace"))
        except OSError as error:
            if is_disk_full(error):
                raise DiskFull(f"The disk has no room for the report {place.name!r}. Free some space and write it again.") from error
            raise RunError(
                f"The report cannot be written into {str(place.parent)!r} ({error.strerror}); it needs a folder for it. Name another file."
            ) from error
        return place

    def start(self, run: Run) -> Reporting:
        """Starts one as a job; see `Runs.start_report`."""
        if self._store.read_only:
            raise ReadOnlyProject(
                f"The project {self._store.folder.name!r} cannot be written to; a report is kept in it. Write it from a script, elsewhere."
            )
        with self._jobs.starting() as running:
            if running is not None:
                raise RunError(
                    f"The report of run {reporting(running).run} is being written; one at a time. Wait for its end, or cancel it."
                )
            asked = {"run": run.name, "file": str(self.place(run))}
            return reporting(self._jobs.start(asked, title=f"Report of run {run.name}"))

    def latest(self) -> Reporting | None:
        """The one started last; None when there was none."""
        latest = self._jobs.latest()
        return reporting(latest) if latest else None

    def place(self, run: Run) -> Path:
        """Where the report of a run lies unless another file is named, or will."""
        name = re.sub(r"[^\w.-]+", "-", self._store.folder.name).strip(".-") or "project"
        return self._store.folder / EXPORTS / f"{name[:80]}-run-{run.name}.html"


def reporting(folder: Path) -> Reporting:
    """How the job in a folder stands."""
    asked, told = jobs.read_facts(folder / REQUEST) or {}, jobs.last_line(folder / PROGRESS) or {}
    file, status = Path(asked.get("file", "")), jobs.status(folder)
    return Reporting(
        job=f"work/{folder.name}",
        run=asked.get("run", ""),
        file=file,
        status=status,
        done=told.get("done", 0),
        of=told.get("of", 0),
        size=file.stat().st_size if status.state == "done" and file.is_file() else None,
    )


def main(folder: Path) -> None:
    """Writes the report that is asked for; stopped before its end it leaves nothing."""
    from cvwidgets.project.project import Project

    asked = json.loads((folder / REQUEST).read_text("utf-8"))
    with Project(folder.parent.parent) as project:
        try:
            project.runs.report(asked["run"], asked["file"], tick=counting(folder))
        except Stopped:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
