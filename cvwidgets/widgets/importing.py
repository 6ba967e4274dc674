"""How the import of a project stands, a search among them: told, stopped and tried again by the panels that start one; one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Dict, List, Unicode

from cvwidgets import jobs
from cvwidgets.errors import SourceError
from cvwidgets.project import SearchReport
from cvwidgets.records import UNSORTED
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.chooser import legible
from cvwidgets.widgets.messages import Answer, action
from cvwidgets.widgets.refused import picture_of

if TYPE_CHECKING:
    from cvwidgets.project import Project, Work
    from cvwidgets.records import JobStatus, Label

SHOWN = 200
"""So many refused files are listed on the page; their number is always whole."""


class ShowsImport(Face):
    """The part of a panel of a `_project` that follows its latest import, and lets the next one begin when that has ended."""

    _project: Project
    _within: Sequence[Path] = ()
    """The folders out of which no refused file is shown; none for anywhere."""
    _tells = True
    """Whether the page is told how the import stands; where another panel beside this one tells it, it need not be."""

    _closed = Unicode("").tag(sync=True)
    """Kernel → page: why nothing can be taken in now; empty when it can."""

    _labels = List(Unicode()).tag(sync=True)
    """Kernel → page: the names of labels, to choose from."""

    _import = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: how the import that runs, or ran last, stands."""

    def __init__(self, **traits: Any) -> None:
        self._work: Work | None = None
        self._ended = False
        super().__init__(**traits)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: how the import stands, and which labels there are."""
        latest = self._project.images.adding()
        if latest is not None and (self._work is None or latest.folder != self._work.folder):
            self._work, self._ended = latest, False
        if self._work is not None and not self._ended:
            status = self._work.status()
            if self._tells:
                self._import = _facts(self._work, status)
            self._ended = jobs.is_over(status)
        self._closed = self._why_closed()
        if changed:
            self._show_labels(self._project.labels.list())

    @action
    def stop(self) -> None:
        """Asks the import to stop; what is in stays in."""
        if self._work:
            self._work.stop()

    @action(background=True)
    def retry(self) -> None:
        """Starts the last import once more."""
        self._check_open()
        self._project.images.retry_adding()
        self.look(changed=True)

    @action(background=True)
    def refused_picture(self, number: int) -> Answer:
        """A small picture of a refused file, if anything of it can be shown; empty if not."""
        refused = self._work.report().refused if self._work else ()
        return Answer({}, [picture_of(refused[number], self._within) if 0 <= number < len(refused) else b""])

    def _show_labels(self, labels: Sequence[Label]) -> None:
        self._labels = [label.name for label in labels if label.name != UNSORTED]

    def _why_closed(self) -> str:
        if self._project.read_only:
            return "The project can only be looked at; nothing can be added to it."
        if self._work and not self._ended:
            return f"{'A search' if self._work.is_search else 'An import'} is under way; the next one can begin when it has ended."
        return ""

    def _check_open(self) -> None:
        self.look(changed=False)
        if why := self._why_closed():
            raise SourceError(why)


def _facts(work: Work, status: JobStatus) -> dict[str, Any]:
    report = work.report()
    refused = [{"path": legible(one.path), "reason": legible(one.reason)} for one in report.refused[:SHOWN]]
    return {
        **{name: value for name, value in asdict(report).items() if name != "refused"},
        "refused": refused,
        "refused_count": len(report.refused),
        "name": work.folder.name,
        "search": work.is_search,
        "look": {"labels": [work.searched_for or UNSORTED], "states": ["new"]} if work.is_search else None,
        "sentence": report.sentence if isinstance(report, SearchReport) else "",
        "state": status.state,
        "reason": status.reason,
        "seconds_left": work.seconds_left(),
        "again": work.can_be_tried_again(),
        "sources": [legible(source) for source in work.sources],
    }
