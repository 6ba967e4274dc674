"""Models that go out as jobs: by `python -m cvwidgets.project.model_exports FOLDER`, in a process that outlives the page."""

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
from cvwidgets.machine import let_threads_rest
from cvwidgets.project.counting import Stopped, counting
from cvwidgets.project.exports import EXPORTS, RESULT
from cvwidgets.project.single import SingleJobs
from cvwidgets.project.work import PROGRESS, REQUEST

if TYPE_CHECKING:
    from cvwidgets.model import Model
    from cvwidgets.project.model_writing import Format, Quantize
    from cvwidgets.project.runs import Runs
    from cvwidgets.records import JobStatus
    from cvwidgets.store import Store

JOBS = "outward"
"""What the names of their folders in `work/` begin with."""
DRAFTS = "drafts"


@dataclass(frozen=True, slots=True)
class ModelExporting:
    """A model on its way out, into `folder`: how it stands, and on how many of how many images it was tried.

    `result` holds the fields of `ModelExport` when it is done. `job` is its name among `project.jobs`.
    """

    job: str
    version: int
    folder: Path
    format: Format
    quantize: Quantize | None
    status: JobStatus
    done: int
    of: int
    result: dict[str, Any] | None


class ModelExports:
    """The exports of models that a page started; what they write lies in the project's folder `exports/`. One at a time."""

    def __init__(self, store: Store, runs: Runs) -> None:
        self._store = store
        self._runs = runs
        self._jobs = SingleJobs(store.folder, JOBS, "cvwidgets.project.model_exports")

    def start(self, model: Model, format: Format, *, quantize: Quantize | None) -> ModelExporting:
        """Starts one; see `Models.start_exporting`."""
        from cvwidgets.project.model_writing import check_request

        project = self._store.folder
        if self._store.read_only:
            raise ReadOnlyProject(f"The project {project.name!r} cannot be written to; an export is kept in it. Export from a script.")
        check_request(format, quantize)
        with self._jobs.starting() as running:
            if running is not None:
                raise ExportError(f"Model {model_exporting(running).version} goes out; one at a time. Wait for its end, or cancel it.")
            for drafts in (project / "work").glob(f"{JOBS}-*/{DRAFTS}"):  # what a killed one left
                shutil.rmtree(drafts, ignore_errors=True)
            place = free_place(project, model.version, format, quantize)
            asked = {"folder": str(place), "version": model.version, "format": format, "quantize": quantize}
            return model_exporting(self._jobs.start(asked, title=f"Export model {model.version} as {place.name}"))

    def latest(self) -> ModelExporting | None:
        """The one started last; None when there was none."""
        latest = self._jobs.latest()
        return model_exporting(latest) if latest else None


def free_place(project: Path, version: int, format: str, quantize: str | None) -> Path:
    """A folder in the project's `exports/` for a model in this form; numbered where it went out so before."""
    name = "-".join(["model", str(version), format, *([quantize] if quantize else [])])
    names = [name, *(f"{name}-{number}" for number in range(2, 1000))]
    return next(place for one in names if not (place := project / EXPORTS / one).exists())


def model_exporting(folder: Path) -> ModelExporting:
    """How the export in a job's folder stands."""
    asked, told = jobs.read_facts(folder / REQUEST) or {}, jobs.last_line(folder / PROGRESS) or {}
    return ModelExporting(
        job=f"work/{folder.name}",
        version=asked.get("version", 0),
        folder=Path(asked.get("folder", "")),
        format=asked.get("format", "safetensors"),
        quantize=asked.get("quantize"),
        status=jobs.status(folder),
        done=told.get("done", 0),
        of=told.get("of", 0),
        result=jobs.read_facts(folder / RESULT),
    )


def main(folder: Path) -> None:
    """Does the export that is asked for; stopped before its end it leaves nothing behind."""
    let_threads_rest()
    from cvwidgets.project.model_writing import export_model
    from cvwidgets.project.project import Project

    asked = json.loads((folder / REQUEST).read_text("utf-8"))
    with Project(folder.parent.parent) as project:
        try:
            found = export_model(
                project._store,
                project.runs,
                project.models.get(asked["version"]),
                Path(asked["folder"]),
                format=asked["format"],
                quantize=asked["quantize"],
                tick=counting(folder),
                drafts=folder / DRAFTS,
            )
        except Stopped:
            return
    write_whole(folder / RESULT, json.dumps({**asdict(found), "folder": asked["folder"]}).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
