"""Looking for what is wrong, as a job: started here, done by `python -m cvwidgets.project.exploring FOLDER` in a process of its own."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cvwidgets import jobs
from cvwidgets.errors import ReadOnlyProject
from cvwidgets.jobs.lines import last_line
from cvwidgets.project.counting import PACE_SECONDS, Stopped, heed
from cvwidgets.project.single import SingleJobs
from cvwidgets.project.work import PROGRESS, REQUEST
from cvwidgets.records import JobStatus

STAGES = {
    "embeddings": ("Looking at the images", 70),
    "faults": ("Judging light and sharpness", 5),
    "duplicates": ("Comparing look-alikes", 12),
    "mistakes": ("Questioning the labels", 5),
    "map": ("Drawing the map", 8),
}
"""What is done, in this order: in words, and its share of the time."""


@dataclass(frozen=True, slots=True)
class Exploration:
    """How far looking for what is wrong is: the words of its stage and the share that is done in all, 0..1; None where nothing was told."""

    status: JobStatus
    words: str
    share: float | None


class Explorations:
    """The jobs that look for what is wrong in a project, in `work/`; one at a time."""

    def __init__(self, project: Path, *, read_only: bool) -> None:
        self._project = project
        self._read_only = read_only
        self._jobs = SingleJobs(project, "explore", "cvwidgets.project.exploring")

    def start(self, *, by: str) -> Path:
        """Starts one, unless one runs; returns its folder.

        Raises:
            JobError: it did not begin, or another process was starting one all the time.
            ReadOnlyProject: the project can only be looked at.
        """
        if self._read_only:
            raise ReadOnlyProject(
                f"The project {self._project.name!r} cannot be written to; looking for what is wrong keeps its findings there. "
                "Copy it to a folder of your own and open that."
            )
        with self._jobs.starting() as running:
            return running or self._jobs.start({"by": by}, title="Explore the images")

    def latest(self) -> Path | None:
        """The folder of the one started last."""
        return self._jobs.latest()

    def stop(self) -> None:
        """Asks the one that runs to stop; what it found is kept."""
        if (latest := self.latest()) is not None:
            jobs.ask_to_stop(latest)

    def status(self) -> Exploration | None:
        """How the one started last stands, None where there is none."""
        latest = self.latest()
        return None if latest is None else progress_of(latest)


def progress_of(folder: Path) -> Exploration:
    """How the job in a folder stands."""
    status, line = jobs.status(folder), last_line(folder / PROGRESS)
    if line is None:
        return Exploration(status, "", None)
    names = [*STAGES]
    at = names.index(line["stage"]) if line["stage"] in STAGES else 0
    before = sum(weight for _, weight in [*STAGES.values()][:at])
    words, weight = STAGES[names[at]]
    return Exploration(status, words, (before + weight * line["share"]) / sum(weight for _, weight in STAGES.values()))


def teller(folder: Path) -> Callable[[str, float], None]:
    """Writes how far a stage is, a few times a second at most; raises `Stopped` once somebody asked for that."""
    said: dict[str, float] = {}

    def tell(stage: str, share: float) -> None:
        if time.monotonic() - said.get(stage, -PACE_SECONDS) < PACE_SECONDS and share < 1:
            return
        said[stage] = time.monotonic()
        with (folder / PROGRESS).open("a", encoding="utf-8") as progress:
            progress.write(json.dumps({"stage": stage, "share": round(share, 4)}) + "\n")
        heed(folder)

    return tell


def main(folder: Path) -> None:
    """Does all stages, each only for what is new; stops between two steps of one when somebody asks."""
    from cvwidgets.project.project import Project
    from cvwidgets.project.stages import Stages

    request: dict[str, Any] = json.loads((folder / REQUEST).read_text("utf-8"))
    tell = teller(folder)
    with Project(folder.parent.parent, by=request["by"]) as project:
        try:
            Stages(project, tell).run()
        except Stopped:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
