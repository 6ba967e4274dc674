"""What people say of runs, and what they do with those that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Unicode

from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import action

if TYPE_CHECKING:
    from cvwidgets.project import Project


class KeepsRuns(Face):
    """The part of a panel of a `_project` in which its runs are named, deleted and brought back."""

    _project: Project

    _run = Unicode("").tag(sync=True)
    """Kernel → page: name of the run that is shown; empty when there is none."""

    @action(background=True)
    def describe_run(self, run: str, title: str | None = None, note: str | None = None, pinned: bool | None = None) -> None:
        """Gives a run a title, a note, or a pin."""
        self._project.runs.get(run).describe(title=title, note=note, pinned=pinned)
        self.look(changed=True)

    @action(background=True)
    def delete_run(self, run: str) -> None:
        """Takes a run out of the list; its files stay until the deleted ones are emptied."""
        self._project.runs.get(run).delete()
        if run == self._run:
            self._run = ""
        self.look(changed=True)

    @action(background=True)
    def restore_run(self, run: str) -> None:
        """Brings a deleted run back."""
        self._project.runs.get(run).restore()
        self.look(changed=True)

    @action(background=True)
    def empty_runs(self) -> dict[str, Any]:
        """Removes the files of deleted runs for good, and says how many bytes that freed."""
        freed = self._project.runs.empty()
        self.look(changed=True)
        return {"freed": freed}

    @action(background=True)
    def read_log(self, run: str) -> dict[str, Any]:
        """The end of what a run wrote, for those who want to know why it ended."""
        folder = self._project.runs.get(run).folder
        return {"log": self._project.jobs.log(folder.relative_to(self._project.folder).as_posix())}
