"""Exports as jobs: started here, done by `python -m cvwidgets.project.exports FOLDER` in a process of its own, seen from anywhere."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets import jobs
from cvwidgets.errors import ExportError, ReadOnlyProject
from cvwidgets.files import write_whole
from cvwidgets.project.counting import Stopped, counting
from cvwidgets.project.outgoing import FORMS, Export, Form
from cvwidgets.project.single import SingleJobs
from cvwidgets.project.work import PROGRESS, REQUEST

if TYPE_CHECKING:
    from cvwidgets.records import JobStatus

EXPORTS, RESULT = "exports", "export.json"
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Exporting:
    """An export in a process of its own: where to, how it stands, how many of how many images are written; `result` when it is done.

    `job` is its name among `project.jobs`.
    """

    job: str
    name: str
    folder: Path
    form: Form
    status: JobStatus
    done: int
    of: int
    result: dict[str, Any] | None


class Exports:
    """The exports that a page started, in `work/`; what they write lies in the project's folder `exports/`, each under its name."""

    def __init__(self, project: Path, *, read_only: bool) -> None:
        self._project = project
        self._read_only = read_only
        self._jobs = SingleJobs(project, "export", "cvwidgets.project.exports")

    def start(self, name: str, form: Form, *, split: tuple[float, float, float] | None, seed: int, by: str) -> Exporting:
        """Starts one; see `Project.start_export`."""
        if self._read_only:
            raise ReadOnlyProject(
                f"The project {self._project.name!r} cannot be written to; an export is kept in it. Export from a script."
            )
        if form not in FORMS:
            raise ExportError(f"There is no form {form!r} to export as; {', '.join(FORMS)} are known. Choose one of these.")
        place = self._project / EXPORTS / checked_name(name)
        asked = {"folder": str(place), "form": form, "split": split, "seed": seed, "by": by}
        with self._jobs.starting() as running:
            if running is not None:
                raise ExportError(f"The export {exporting(running).name!r} is under way; one at a time. Wait for its end, or stop it.")
            for draft in (self._project / EXPORTS).glob(".*"):  # what a killed one left
                shutil.rmtree(draft, ignore_errors=True)
            if place.exists():
                raise ExportError(f"There is an export {name!r} already; each needs a name of its own. Choose another, or remove {place}.")
            return exporting(self._jobs.start(asked, title=f"Export {name}"))

    def latest(self) -> Exporting | None:
        """The export started last; None when there was none."""
        latest = self._jobs.latest()
        return exporting(latest) if latest else None


def checked_name(name: str) -> str:
    """A name that a folder may have on any system.

    Raises:
        ExportError: it is none.
    """
    bare = name.strip()
    if (
        not bare
        or len(bare) > LONGEST_NAME
        or bare.strip(".") == ""
        or bare[0] == "."
        or set(bare) & set('/\\:*?"<>|\0')
        or not bare.isprintable()
    ):
        raise ExportError(
            f"An export cannot be called {name[: 2 * LONGEST_NAME]!r}; a folder's name of 1 to {LONGEST_NAME} letters is needed, without "
            'any of / \\ : * ? " < > | and no dot before it. Choose another.'
        )
    return bare


def exporting(folder: Path) -> Exporting:
    """How the export in a job's folder stands."""
    asked, told = jobs.read_facts(folder / REQUEST) or {}, jobs.last_line(folder / PROGRESS) or {}
    place = Path(asked.get("folder", ""))
    return Exporting(
        job=f"work/{folder.name}",
        name=place.name,
        folder=place,
        form=asked.get("form", "imagefolder"),
        status=jobs.status(folder),
        done=told.get("done", 0),
        of=told.get("of", 0),
        result=jobs.read_facts(folder / RESULT),
    )


def main(folder: Path) -> None:
    """Does the export that is asked for; stopped between two images it leaves nothing behind."""
    from cvwidgets.project.project import Project

    asked = json.loads((folder / REQUEST).read_text("utf-8"))
    split = tuple(asked["split"]) if asked["split"] else None
    with Project(folder.parent.parent, by=asked["by"]) as project:
        try:
            found: Export = project.export(asked["folder"], asked["form"], split=split, seed=asked["seed"], tick=counting(folder))
        except Stopped:
            return
    write_whole(folder / RESULT, json.dumps({**asdict(found), "folder": asked["folder"]}).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
