"""The wall of thumbnails on which everything is looked at and judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict

from cvwidgets.errors import DecisionError
from cvwidgets.records import UNSORTED
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.sources import DECISIONS, ViewSource, within
from cvwidgets.widgets.wall import Wall
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    import pandas as pd

    from cvwidgets.project import Project, View

LOOK = ("tile_size", "advance", "on_tiles")
"""What of a wall is as the user likes it, whatever it shows; the next page has it again."""


class ImageGrid(Wall):
    """Shows any number of images as a wall that scrolls, with selection by mouse and keyboard.

    Over a view of a project, the selected are judged by key or button: keep, trash, label, back to new; each is one act, and can be
    undone. A view that knows more of its images, such as a distance, can be put in that order and narrowed to a range here. Beside the
    widget the notebook keeps a picture of the first images, for whoever opens it without a kernel: nbconvert and GitHub show it, and
    JupyterLab while it does not trust the notebook.

    Args:
        source: Paths of files, a table with a column `path` (and perhaps `label`), or a view (`project.images.select(…)`).
        project: The view's own project, if not named; with it changes by others show within two seconds, and Undo is there.
        tile_size: Side of a tile in pixels, 64 to 320.
        height: Height of the wall in pixels.
    """

    stem = "grid"

    advance = Bool(False).tag(sync=True, page=True)
    """Both ways: whether a decision about one image goes on to the next."""

    _keys = Dict().tag(sync=True)
    """Kernel → page: the labels that have a key, by its letter or digit."""

    _last = Dict().tag(sync=True)
    """Kernel → page: the last act in words, and whether there is something to undo and redo."""

    def __init__(self, source: View | pd.DataFrame | Iterable[str | Path] = (), *, project: Project | None = None, **traits: Any) -> None:
        super().__init__(source, project or getattr(source, "project", None), **traits)
        if self._project is not None:
            self.look(changed=True)
            WATCHER.add(self, self._project)

    def take_over(self, left: Mapping[str, Any]) -> None:
        """Looks as a wall on another page was left; what makes no sense in it is passed over."""
        if isinstance(size := left.get("tile_size"), int):
            self.tile_size = min(max(size, 64), 320)
        if isinstance(advance := left.get("advance"), bool):
            self.advance = advance
        if isinstance(names := left.get("on_tiles"), list):
            self.on_tiles = [name for name in self._offered if name in names]

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: shows what others decided, in place."""
        if changed and self._project is not None:
            self._facts += 1
            self._last = last_act(self._project)
            self._keys = {label.hotkey: label.name for label in self._project.labels.list() if label.hotkey}

    @action(background=True)
    def labels(self) -> dict[str, Any]:
        """The names of all labels that one may keep for."""
        names = [label.name for label in self._need_project().labels.list() if label.name != UNSORTED]
        return {"labels": names}

    @action(background=True)
    def decide(self, kind: str, label: str | None, version: int, ranges: list[list[int]]) -> dict[str, Any]:
        """Decides about the selected as one act; a label that is new is added first."""
        if (source := self.of_version(version)) is None:
            raise DecisionError("The images shown have changed since they were selected; nothing was decided. Select them again.")
        if not isinstance(source, ViewSource) or kind not in DECISIONS:
            raise DecisionError("Here images can be looked at only; decisions need the images of a project. Show a view of a project.")
        chosen = within(ranges, len(source))
        if not chosen:
            raise DecisionError("No image is selected; a decision needs at least one. Select some first.")
        if kind == "assign" and label:
            self._add_label(label)
        act = source.decide(kind, label, chosen)
        self._decided()
        return {"sentence": act.sentence}

    @action(background=True)
    def undo(self) -> dict[str, Any]:
        """Takes the last act back."""
        act = self._need_project().journal.undo()
        self._decided()
        return {"sentence": act.sentence}

    @action(background=True)
    def redo(self) -> dict[str, Any]:
        """Does again what was undone."""
        act = self._need_project().journal.redo()
        self._decided()
        return {"sentence": act.sentence}

    def _decided(self) -> None:
        self.look(changed=True)
        WATCHER.nudge()

    def _add_label(self, name: str) -> None:
        if self._project is not None and name.casefold() not in {label.name.casefold() for label in self._project.labels.list()}:
            self._project.labels.add(name)

    def _need_project(self) -> Project:
        if self._project is None:
            raise DecisionError("This grid belongs to no project; labels and Undo need one. Give it one: ImageGrid(view, project=project).")
        return self._project


def last_act(project: Project) -> dict[str, Any]:
    """What was done last, in words, and whether there is a way back and forth."""
    # What an import finds out afterwards (the same picture twice, a broken one) is no news beside what came in.
    newest = next((act for act in project.journal.acts(20) if act.kind not in ("merge", "refused")), None)
    standing = project.journal.last()
    return {
        "sentence": newest.sentence if newest else "",
        "undo": standing.sentence if standing else "",
        "redo": project.journal.last_undone() is not None,
    }
