"""A run as one file for others: written in a process of its own, then downloaded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from traitlets import Dict

from cvwidgets import jobs
from cvwidgets.errors import RunError
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.chooser import legible
from cvwidgets.widgets.messages import Answer, action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project, Reporting, Run


class ReportPanel(Face):
    """Writes a run that is over as one HTML file, which opens anywhere, and gives it to the browser to keep.

    Args:
        project: Whose runs.
        run: The run to begin with; none by default.
    """

    stem = "reporting"

    _report = Dict().tag(sync=True)
    """Kernel → page: the `run`, whether it is `over`, why nothing can be written (`why`), the `file` that is there (name, path, size, when)
    or None, and `job`: how the report that is being written, or was written last of this run, stands."""

    def __init__(self, project: Project, run: Run | None = None, **traits: Any) -> None:
        self._project = project
        self._run = run
        super().__init__(**traits)
        WATCHER.add(self, project)
        self.look(changed=True)

    def show(self, run: Run) -> None:
        """Shows another run."""
        self._run = run
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:  # noqa: ARG002 - a run's files change without the catalog
        """Told by the watcher: whether the run is over, and how its report stands."""
        run, latest = self._run, self._project.runs.reporting()
        self._report = {} if run is None else _facts(self._project, run, latest)

    @action(background=True)
    def write(self, run: str) -> None:
        """Starts writing the report of a run."""
        self._project.runs.start_report(run)
        self.look(changed=True)
        WATCHER.nudge()

    @action(background=True)
    def stop(self) -> None:
        """Asks the report that is being written to stop; nothing is left of it."""
        latest = self._project.runs.reporting()
        if latest is not None and not jobs.is_over(latest.status):
            self._project.jobs.stop(latest.job)

    @action(background=True)
    def download(self, run: str) -> Answer:
        """The report of a run, whole."""
        place = self._project.runs.report_place(run)
        try:
            return Answer({"name": place.name}, [place.read_bytes()])
        except OSError as error:
            raise RunError(f"The report {place.name!r} is not there any more ({error.strerror}). Write it again.") from error


def _facts(project: Project, run: Run, latest: Reporting | None) -> dict[str, Any]:
    place = project.runs.report_place(run)
    live = latest is not None and not jobs.is_over(latest.status)
    why = "The project can only be looked at." if project.read_only else ""
    if live and latest is not None and latest.run != run.name:
        why = f"The report of run {latest.run} is being written."
    mine = latest is not None and latest.run == run.name
    try:
        there = place.stat()
        when = datetime.fromtimestamp(there.st_mtime, UTC).isoformat()
        file = {"name": place.name, "path": legible(str(place)), "size": there.st_size, "when": when}
    except OSError:
        file = None
    return {"run": run.name, "over": jobs.is_over(run.status()), "why": why, "file": file, "job": _job(latest) if mine and latest else None}


def _job(latest: Reporting) -> dict[str, Any]:
    return {"state": latest.status.state, "reason": latest.status.reason, "done": latest.done, "of": latest.of}
