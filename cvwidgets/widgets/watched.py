"""The folders that a project watches, as a part of a panel: listed, paused, left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import List

from cvwidgets import jobs
from cvwidgets.errors import SourceError
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.chooser import legible
from cvwidgets.widgets.messages import action

if TYPE_CHECKING:
    from cvwidgets.project import Project, Watched


class ShowsWatched(Face):
    """The part of a panel of a `_project` that lists its watched folders."""

    _project: Project
    _within: Sequence[Path] = ()
    """The folders by which the others are named; none for all of their path."""

    _watched = List().tag(sync=True)
    """Kernel → page: the watched folders, each with what comes of it: label, last look, how many came, what is in the way."""

    @action(background=True)
    def go_on_watching(self) -> None:
        """Starts the process that looks, if there are folders to look at and none does."""
        self._project.collect.folders.go_on(within=self._within)
        self._look_at_watched()

    @action(background=True)
    def pause_watching(self, name: str, paused: bool) -> None:
        """Looks at a folder no more, or again."""
        self._project.collect.folders.pause(self._watched_called(name), paused=paused, within=self._within)
        self._look_at_watched()

    @action(background=True)
    def unwatch(self, name: str) -> None:
        """Watches a folder no more; what came stays."""
        self._project.collect.unwatch(self._watched_called(name))
        self._look_at_watched()

    def _look_at_watched(self) -> None:
        """How the watching goes; the process is started again where it had just ended as there was nothing to look at."""
        found = self._project.collect.watched()
        job = self._project.collect.folders.latest_job() if any(not one.paused and not one.alive for one in found) else None
        if job is not None and jobs.status(job).state == "done":
            self._project.collect.folders.go_on(within=self._within)
            found = self._project.collect.watched()
        self._watched = [self._facts(one) for one in found]

    def _facts(self, one: Watched) -> dict[str, Any]:
        roots = [root.parent for root in self._within if one.folder.is_relative_to(root)]
        state = "paused" if one.paused else "watched" if one.alive else "ended"
        return {
            "key": one.key,
            "name": legible(str(one.folder.relative_to(max(roots)) if roots else one.folder)),
            "label": legible(one.label or ""),
            "as": one.state or "",
            "state": state,
            "looked": one.told.looked,
            "came": one.told.came,
            "refused": one.told.refused,
            "waiting": one.told.waiting,
            "problem": legible(one.told.problem),
        }

    def _watched_called(self, key: str) -> Path:
        for one in self._project.collect.watched():
            if one.key == key:
                return one.folder
        raise SourceError("This folder is watched no more; one of the list is needed. Look at the list again.")
