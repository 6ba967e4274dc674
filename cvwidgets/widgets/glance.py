"""The data at a glance: how many of which label, how large, and what one should know before training."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from traitlets import Int, Unicode

from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project


class DataGlance(Face):
    """Shows what a project holds: labels by state, sizes, formats, and warnings in words.

    Args:
        project: Whose images.
    """

    stem = "glance"

    _changes = Int(0).tag(sync=True)
    """Kernel → page: another number when the figures are to be asked for again; only a page that shows them asks."""

    _folder = Unicode().tag(sync=True)
    """Kernel → page: the project's folder; panels over the same one ask each other to show images."""

    def __init__(self, project: Project, **traits: Any) -> None:
        self._project = project
        super().__init__(_folder=str(project.folder), **traits)
        WATCHER.add(self, project)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: the figures are no longer those shown."""
        if changed:
            self._changes += 1

    @action(background=True)
    def figures(self) -> dict[str, Any]:
        """The figures as they are now; counting a million images takes about a second."""
        return asdict(self._project.glance())
