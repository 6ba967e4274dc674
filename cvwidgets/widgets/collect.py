"""Where pictures come in: a folder, an archive or files, chosen or dropped."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipyfilechooser import FileChooser
from ipywidgets import Layout, Widget, widget_serialization
from traitlets import Dict, Instance, List, Unicode

from cvwidgets.errors import SourceError
from cvwidgets.records import UNSORTED, Refused
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.uploads import Uploads, suffix_of
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project, Work

SHOWN = 200
"""So many refused files are listed on the page; their number is always whole."""
ARCHIVES = {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar"}


class CollectPanel(Face):
    """Takes pictures into a project: choose a folder or a file below the roots allowed, or drop files; the work goes on without the page.

    Args:
        project: Where they go.
        roots: Folders the chooser may show; those in the environment's CVWIDGETS_ROOTS, else anywhere.
    """

    stem = "collect"

    _chooser = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the chooser of folders and files."""

    _roots = List(Unicode()).tag(sync=True)
    """Kernel → page: the folders that may be chosen from; empty for anywhere."""

    _chosen = Unicode("").tag(sync=True)
    """Kernel → page: what is chosen now."""

    _labels = List(Unicode()).tag(sync=True)
    """Kernel → page: the names of labels, to choose from."""

    _import = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: how the import that runs, or ran last, stands."""

    def __init__(self, project: Project, *, roots: list[str | Path] | None = None, **traits: Any) -> None:
        self._project = project
        self._uploads = Uploads()
        self._received: dict[str, str] = {}
        given = roots if roots is not None else [root for root in os.environ.get("CVWIDGETS_ROOTS", "").split(os.pathsep) if root]
        allowed = [str(Path(root).expanduser().resolve()) for root in given]
        start = allowed[0] if allowed else str(Path.cwd())
        chooser = FileChooser(
            start,
            sandbox_path=start if allowed else None,
            select_desc="Choose",
            dir_icon="/",
            dir_icon_append=True,
            layout=Layout(width="100%"),
        )
        chooser.show_only_dirs = True
        chooser.register_callback(self._choose)
        super().__init__(_chooser=chooser, _roots=allowed, **traits)
        WATCHER.add(self, project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: how the import stands, and which labels there are."""
        self._import = _status(self._project.images.adding())
        if changed:
            self._labels = [label.name for label in self._project.labels.list() if label.name != UNSORTED]

    @action
    def kind(self, folders: bool) -> None:
        """Lets folders be chosen, or files."""
        self._chooser.show_only_dirs = folders
        self._chooser.reset()
        self._chosen = ""

    @action
    def root(self, number: int) -> None:
        """Goes to another of the roots."""
        if not 0 <= number < len(self._roots):
            raise SourceError("That folder is not among those allowed. Choose one of the list.")
        self._chooser.sandbox_path = None
        self._chooser.reset(path=self._roots[number])
        self._chooser.sandbox_path = self._roots[number]
        self._chosen = ""

    @action(background=True)
    def add(self, label: str | None, state: str | None, copy: bool) -> dict[str, Any]:
        """Starts to take in what is chosen; what goes on is told by `_import`."""
        if not self._chosen:
            raise SourceError("Nothing is chosen yet. Choose a folder or a file first.")
        source = self._allowed(Path(self._chosen))
        self._project.images.start_adding([source], label=label or None, state=_state(state), copy=copy)
        self.look(changed=True)
        return {"source": str(source)}

    @action
    def stop(self) -> None:
        """Asks the import to stop; what is in stays in."""
        if work := self._project.images.adding():
            work.stop()

    @action(background=True)
    def upload(self, upload: str, name: str, part: int, of: int, buffers: list) -> dict[str, Any]:
        """Takes a part of a dropped file; `receive` takes the files into the project when all are here."""
        if suffix_of(name) in ARCHIVES:
            raise SourceError(f"'{name}' is an archive; only pictures can be dropped. Choose it with the chooser above.")
        if path := self._uploads.take(upload, name, part, of, buffers[0] if buffers else b""):
            self._received[str(path)] = name
        return {}

    @action(background=True)
    def receive(self) -> dict[str, Any]:
        """Takes all dropped files into the project, as New under Unsorted until they are judged."""
        received, self._received = self._received, {}
        if not received:
            return {"added": 0, "known": 0, "refused": []}
        try:
            report = self._project.images.add(*received, copy=True)
        finally:
            for path in received:
                Path(path).unlink(missing_ok=True)
        WATCHER.nudge()
        refused = [asdict(Refused(received.get(one.path, one.path), one.reason)) for one in report.refused]
        return {"added": report.added, "known": report.known, "refused": refused}

    def _choose(self, chooser: FileChooser) -> None:
        self._chosen = chooser.selected or ""

    def _allowed(self, source: Path) -> Path:
        resolved = source.resolve()
        if self._roots and not any(resolved.is_relative_to(root) for root in self._roots):
            raise SourceError(f"{source} lies outside the folders allowed here ({', '.join(self._roots)}). Choose something below them.")
        return resolved


def _state(state: str | None) -> Any:
    return state if state in ("new", "kept") else None


def _status(work: Work | None) -> dict[str, Any] | None:
    if work is None:
        return None
    status, report = work.status(), work.report()
    refused = [{"path": one.path, "reason": one.reason} for one in report.refused[:SHOWN]]
    return {
        **{name: value for name, value in asdict(report).items() if name != "refused"},
        "refused": refused,
        "refused_count": len(report.refused),
        "state": status.state,
        "reason": status.reason,
        "sources": work.sources,
    }
