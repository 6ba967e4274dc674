"""What runs in processes of its own, and what ended: how far, how long, how it ended, its log; in one place."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from traitlets import List

from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project

SHOWN = 20
"""So many jobs are listed, the newest first."""


class JobsPanel(Face):
    """Lists the jobs of a project: imports and trainings that run, with Cancel and the time left, and how the last ones ended.

    Args:
        project: Whose jobs.
    """

    stem = "jobs"

    _jobs = List().tag(sync=True)
    """Kernel → page: the jobs, newest first, as facts."""

    def __init__(self, project: Project, **traits: Any) -> None:
        self._project = project
        super().__init__(**traits)
        WATCHER.add(self, project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:  # noqa: ARG002 - jobs write files, which the journal does not count
        """Told by the watcher: how the jobs stand."""
        self._jobs = [asdict(job) for job in self._project.jobs.list(SHOWN)]

    def busy(self) -> dict[str, Any]:
        """How many jobs run, how far they are together (0..1), and how far the training among them is; None while nobody knows.

        A server and what watches folders are no work that ends, and count as none of them: `serving` says whether a server is on.
        """
        live = [job for job in self._jobs if job["state"] in ("waiting", "running")]
        run = [job for job in live if job["kind"] not in ("serving", "watching")]
        share = sum(job["share"] or 0.0 for job in run) / len(run) if run else None
        training = next((job["share"] for job in run if job["kind"] == "training"), None)
        return {"count": len(run), "share": share, "training": training, "serving": any(job["kind"] == "serving" for job in live)}

    @action(background=True)
    def stop(self, name: str) -> None:
        """Asks a job to stop; what it has done stays."""
        self._project.jobs.stop(name)
        WATCHER.nudge()

    @action(background=True)
    def read_log(self, name: str) -> dict[str, Any]:
        """The end of what a job wrote for those who want to know more."""
        return {"log": self._project.jobs.log(name)}
