"""Models on their way as jobs: registered or sent by `python -m cvwidgets.project.carrying FOLDER`, in a process that outlives the page."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cvwidgets import jobs
from cvwidgets.errors import ReadOnlyProject, RunError
from cvwidgets.files import write_whole
from cvwidgets.project.counting import Stopped, counting, heed
from cvwidgets.project.single import SingleJobs
from cvwidgets.project.work import PROGRESS, REQUEST
from cvwidgets.records import JobStatus

RESULT = "model.json"


@dataclass(frozen=True, slots=True)
class Carrying:
    """A model on its way: taken in from `what` (a folder, or a name of the hub), or sent there under that name.

    Of one that is sent, `done` bytes of the weights are on their way and `of` how many there are. `result`, when it is done, holds the
    `version` that was given, or the `address`. `job` is its name among `project.jobs`.
    """

    job: str
    kind: Literal["register", "send"]
    what: str
    version: int | None
    status: JobStatus
    done: int
    of: int
    result: dict[str, Any] | None


class Carriers:
    """The jobs that carry models, in `work/`; one at a time."""

    def __init__(self, project: Path, *, read_only: bool) -> None:
        self._project = project
        self._read_only = read_only
        self._jobs = SingleJobs(project, "model", "cvwidgets.project.carrying")

    def start(self, asked: dict[str, Any], *, title: str) -> Carrying:
        """Starts one; what is asked holds no token: the job has this process's environment.

        Raises:
            RunError: another one is under way.
            JobError: it did not begin.
            ReadOnlyProject: the project can only be looked at.
        """
        if self._read_only:
            raise ReadOnlyProject(
                f"The project {self._project.name!r} cannot be written to; what carries a model is written down there. Do it from a script."
            )
        with self._jobs.starting() as running:
            if running is not None:
                raise RunError("Another model is on its way; one at a time is taken in or sent. Wait for its end, or cancel it.")
            return carrying(self._jobs.start(asked, title=title))

    def latest(self) -> Carrying | None:
        """The one started last; None when there was none."""
        latest = self._jobs.latest()
        return carrying(latest) if latest else None


def carrying(folder: Path) -> Carrying:
    """How the job in a folder stands."""
    asked, told = jobs.read_facts(folder / REQUEST) or {}, jobs.last_line(folder / PROGRESS) or {}
    return Carrying(
        job=f"work/{folder.name}",
        kind=asked.get("kind", "register"),
        what=asked.get("what", ""),
        version=asked.get("version"),
        status=jobs.status(folder),
        done=told.get("done", 0),
        of=told.get("of", 0),
        result=jobs.read_facts(folder / RESULT),
    )


def main(folder: Path) -> None:
    """Registers or sends; stopped before its end it changes nothing, here or there."""
    from cvwidgets.project.project import Project

    asked = json.loads((folder / REQUEST).read_text("utf-8"))
    with Project(folder.parent.parent) as project:
        try:
            if asked["kind"] == "send":
                address = project.models.push_to_hub(asked["version"], asked["what"], private=asked["private"], tick=counting(folder))
                result: dict[str, Any] = {"address": address}
            else:
                source = Path(asked["what"]) if asked["is_folder"] else asked["what"]
                model = project.models.register(source, title=asked["title"], between=lambda: heed(folder))
                result = {"version": model.version, "labels": len(model.labels), "unlike": project.models.unlike(model)}
        except Stopped:
            return
    write_whole(folder / RESULT, json.dumps(result).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
