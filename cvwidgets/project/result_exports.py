"""Exports of what a model said, as jobs: started here, done by `python -m cvwidgets.project.result_exports FOLDER`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from cvwidgets.errors import ExportError, ReadOnlyProject
from cvwidgets.files import sweep_drafts, write_whole
from cvwidgets.project.counting import Stopped, counting
from cvwidgets.project.exports import EXPORTS, RESULT, Exporting, checked_name, exporting
from cvwidgets.project.result_writing import SUFFIXES, TABLES, Table
from cvwidgets.project.results import ResultFilter
from cvwidgets.project.single import SingleJobs
from cvwidgets.project.work import REQUEST


class ResultExports:
    """The exports of results that a page started, in `work/`; what they write lies in the project's folder `exports/`."""

    def __init__(self, project: Path, *, read_only: bool) -> None:
        self._project = project
        self._read_only = read_only
        self._jobs = SingleJobs(project, "results", "cvwidgets.project.result_exports")

    def start(self, analysis: str, name: str, form: Table, asked: ResultFilter, *, links: bool) -> Exporting:
        """Starts one; see `Analysis.start_export`."""
        if self._read_only:
            raise ReadOnlyProject(
                f"The project {self._project.name!r} cannot be written to; an export is kept in it. Export from a script."
            )
        if form not in TABLES:
            raise ExportError(f"There is no form {form!r} to write results as; {', '.join(TABLES)} are known. Choose one of these.")
        place = self._project / EXPORTS / (checked_name(name).removesuffix(SUFFIXES.get(form, "")) + SUFFIXES.get(form, ""))
        request = {"analysis": analysis, "folder": str(place), "form": form, "asked": asked.to_json(), "links": links}
        with self._jobs.starting() as running:
            if running is not None:
                raise ExportError(f"The export {exporting(running).name!r} is under way; one at a time. Wait for its end, or stop it.")
            if latest := self.latest():  # which is over, and may have been killed
                sweep_drafts(latest.folder)
            if place.exists():
                raise ExportError(
                    f"There is an export {place.name!r} already; each needs a name of its own. Choose another, or remove {place}."
                )
            return exporting(self._jobs.start(request, title=f"Export {place.name}"))

    def latest(self) -> Exporting | None:
        """The one started last; None when there was none."""
        latest = self._jobs.latest()
        return exporting(latest) if latest else None


def main(folder: Path) -> None:
    """Writes what is asked for; stopped between two rows it leaves nothing behind."""
    from cvwidgets.project.project import Project

    asked = json.loads((folder / REQUEST).read_text("utf-8"))
    with Project(folder.parent.parent) as project:
        analysis = project.analyses.get(asked["analysis"])
        try:
            found = analysis.export(
                asked["folder"], asked["form"], ResultFilter.from_json(asked["asked"]), links=asked["links"], tick=counting(folder)
            )
        except Stopped:
            return
    write_whole(folder / RESULT, json.dumps({**asdict(found), "place": asked["folder"]}).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
