"""Imports as jobs: started here, done by `python -m cvwidgets.project.work FOLDER` in a process of its own, followed from anywhere."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from cvwidgets import jobs
from cvwidgets.records import ImportReport, JobStatus, Refused, State

REQUEST = "request.json"
PROGRESS = "progress.jsonl"


class Work:
    """An import in a process of its own, known by its folder; any number of pages and kernels may watch it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def sources(self) -> list[str]:
        """What is taken in: folders, archives, files."""
        return list(json.loads((self.folder / REQUEST).read_text("utf-8"))["sources"])

    def status(self) -> JobStatus:
        """How the work stands."""
        return jobs.status(self.folder)

    def stop(self) -> None:
        """Asks the work to stop; what is in stays in."""
        jobs.ask_to_stop(self.folder)

    def reports(self) -> Iterator[ImportReport]:
        """The reports from the first one on, as they are written, until the work ended."""
        refused: list[Refused] = []
        for row in jobs.follow(self.folder, PROGRESS):
            yield _report(row, refused)

    def report(self) -> ImportReport:
        """The latest report, without waiting; all zero when none was written yet."""
        refused: list[Refused] = []
        latest = ImportReport()
        for row in jobs.read_lines(self.folder / PROGRESS):
            latest = _report(row, refused)
        return latest


class WorkFolders:
    """The folders of a project's imports, in `work/`."""

    def __init__(self, project: Path) -> None:
        self._folder = project / "work"

    def start_adding(self, sources: Sequence[Path], *, label: str | None, state: State | None, copy: bool, by: str) -> Work:
        """Writes down what is asked, and starts the process that does it."""
        folder = self._folder / f"add-{time.time_ns()}"
        folder.mkdir(parents=True)
        paths = [str(source.expanduser().absolute()) for source in sources]
        request = {"sources": paths, "label": label, "state": state, "copy": copy, "by": by}
        (folder / REQUEST).write_text(json.dumps(request), "utf-8")
        title = f"Add {Path(paths[0]).name}" + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")
        jobs.start(folder, "cvwidgets.project.work", [str(folder)], title=title)
        return Work(folder)

    def latest(self) -> Work | None:
        """The import started last."""
        folders = sorted(self._folder.glob("add-*")) if self._folder.is_dir() else []
        return Work(folders[-1]) if folders else None


def _report(row: dict[str, Any], refused: list[Refused]) -> ImportReport:
    """A line of the progress file as a record; lines hold only what was refused since the line before."""
    refused += [Refused(**item) for item in row["refused"]]
    return ImportReport(**{**row, "notes": tuple(row["notes"]), "refused": tuple(refused)})


def main(folder: Path) -> None:
    """Does the import that `request.json` asks for, and writes each report as a line; stops when the file `stop` is there."""
    from cvwidgets.project.project import Project

    request = json.loads((folder / REQUEST).read_text("utf-8"))
    with Project(folder.parent.parent, by=request.pop("by")) as project:
        reports = project.images.add_iter(*request.pop("sources"), **request)
        with closing(reports), (folder / PROGRESS).open("a", encoding="utf-8", buffering=1) as progress:  # type: ignore[type-var]
            said = 0
            for report in reports:
                progress.write(json.dumps(asdict(replace(report, refused=report.refused[said:]))) + "\n")
                said = len(report.refused)
                if jobs.asked_to_stop(folder):
                    break


if __name__ == "__main__":
    main(Path(sys.argv[1]))
