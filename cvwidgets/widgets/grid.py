"""The wall of thumbnails on which everything is looked at and judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, Int

from cvwidgets.errors import DecisionError
from cvwidgets.records import UNSORTED
from cvwidgets.widgets import lens
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import Answer, action
from cvwidgets.widgets.sheet import still_picture
from cvwidgets.widgets.sources import DECISIONS, Range, ViewSource, source_of, within
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    import pandas as pd

    from cvwidgets.project import Project, View


class ImageGrid(Face):
    """Shows any number of images as a wall that scrolls, with selection by mouse and keyboard.

    Over a view of a project, the selected are judged by key or button: keep, trash, label, back to new; each is one act, and can be
    undone. Beside the widget the notebook keeps a picture of the first images, for whoever opens it without a kernel: nbconvert and
    GitHub show it, and JupyterLab while it does not trust the notebook.

    Args:
        source: Paths of files, a table with a column `path` (and perhaps `label`), or a view (`project.images.select(…)`).
        project: The view's own project, if not named; with it changes by others show within two seconds, and Undo is there.
        tile_size: Side of a tile in pixels, 64 to 320.
        height: Height of the wall in pixels.
    """

    stem = "grid"

    selected = Dict({"version": 0, "ranges": []}).tag(sync=True, page=True)
    """Both ways: the selected positions as ranges [start, stop), of the wall of that version. `selection` says what stands there."""

    first = Int(0).tag(sync=True, page=True)
    """Both ways: position of the first image on the screen."""

    tile_size = Int(128, min=64, max=320).tag(sync=True, page=True)
    """Both ways: side of a tile, in pixels."""

    advance = Bool(False).tag(sync=True, page=True)
    """Both ways: whether a decision about one image goes on to the next."""

    height = Int(480, min=160, max=4000).tag(sync=True)
    """Kernel → page: height of the wall, in pixels."""

    _wall = Dict().tag(sync=True)
    """Kernel → page: version, count, whether one can decide here, and the words beneath it."""

    _facts = Int(0).tag(sync=True)
    """Kernel → page: another number when names, labels or states are to be asked for again."""

    _keys = Dict().tag(sync=True)
    """Kernel → page: the labels that have a key, by its letter or digit."""

    _last = Dict().tag(sync=True)
    """Kernel → page: the last act in words, and whether there is something to undo and redo."""

    def __init__(self, source: View | pd.DataFrame | Iterable[str | Path] = (), *, project: Project | None = None, **traits: Any) -> None:
        self._source = source_of(source)
        self._project = project or getattr(source, "project", None)
        super().__init__(**traits)
        self.show(self._source)
        if self._project is not None:
            self.look(changed=True)
            WATCHER.add(self, self._project)

    @property
    def selection(self) -> list[int] | list[Path]:
        """What is selected, in the order shown: ids of a view's images, or paths."""
        ranges = self.selected.get("ranges") if self.selected.get("version") == self._wall["version"] else []
        return self._source.keys(within(ranges, len(self._source)))

    def show(
        self,
        source: Any,
        *,
        showing: str = "",
        empty: str = "There are no images here.",
        first: int = 0,
        selected: Sequence[Range] = (),
    ) -> None:
        """Shows other images, or the same view asked for again.

        Args:
            source: As for the grid itself.
            showing: The words beneath the wall; how many images by default.
            empty: The words in its place when there are none.
            first: Position of the image that is first on the screen.
            selected: What is selected from the start, as ranges (start, stop) of positions.
        """
        self._source = source if hasattr(source, "keys") and hasattr(source, "decides") else source_of(source)
        version = self._wall.get("version", 0) + 1
        decides = self._source.decides and not (self._project is not None and self._project.read_only)
        with self.hold_sync():
            self.first = first
            self.selected = {"version": version, "ranges": [list(pair) for pair in selected]}
            self._wall = {"version": version, "count": len(self._source), "decides": decides, "showing": showing, "empty": empty}

    def extend(self, source: Any) -> None:
        """Shows a view that begins with what is shown and goes on: nothing moves, what is selected stays selected."""
        self._source = source_of(source)
        self._wall = {**self._wall, "count": len(self._source)}
        self._facts += 1

    def say(self, showing: str) -> None:
        """Changes the words beneath the wall, and nothing else."""
        self._wall = {**self._wall, "showing": showing}

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: shows what others decided, in place."""
        if changed and self._project is not None:
            self._facts += 1
            self._last = last_act(self._project)
            self._keys = {label.hotkey: label.name for label in self._project.labels.list() if label.hotkey}

    @action(background=True)
    def facts(self, version: int, start: int, stop: int) -> dict[str, Any]:
        """Name, label and state of some positions; nothing of a wall that is no longer shown."""
        if version != self._wall["version"]:
            return {"version": self._wall["version"], "facts": []}
        start = max(0, start)
        return {"version": version, "facts": self._source.facts(start, min(stop, start + 1000, len(self._source)))}

    @action(background=True)
    def pictures(self, version: int, positions: list[int]) -> Answer:
        """The thumbnails of at most 100 positions, as buffers; the reason where there is none."""
        if version != self._wall["version"]:
            return Answer({"version": self._wall["version"], "pictures": []})
        asked = [position for position in positions[:100] if 0 <= position < len(self._source)]
        found = self._source.thumbnails(asked)
        pictures = [{"position": at, "problem": one if isinstance(one, str) else None} for at, one in zip(asked, found, strict=True)]
        return Answer({"version": version, "pictures": pictures}, [b"" if isinstance(one, str) else one for one in found])

    @action(background=True)
    def picture(self, version: int, position: int, longest: int) -> Answer:
        """The picture at a position for the lens, as a buffer, its longest side at most so many pixels; the reason where there is none."""
        if version != self._wall["version"]:
            return Answer({"position": position, "longest": longest, "problem": "The images shown have changed. Close the lens."})
        return lens.picture(self._source, position, longest)

    @action(background=True)
    def details(self, version: int, position: int) -> dict[str, Any]:
        """All that is known of the image at a position, for the list beside the lens."""
        if version != self._wall["version"]:
            return {"problem": "The images shown have changed. Close the lens."}
        return lens.details(self._source, position, self._project)

    @action(background=True)
    def labels(self) -> dict[str, Any]:
        """The names of all labels that one may keep for."""
        names = [label.name for label in self._need_project().labels.list() if label.name != UNSORTED]
        return {"labels": names}

    @action(background=True)
    def decide(self, kind: str, label: str | None, version: int, ranges: list[list[int]]) -> dict[str, Any]:
        """Decides about the selected as one act; a label that is new is added first."""
        if version != self._wall["version"]:
            raise DecisionError("The images shown have changed since they were selected; nothing was decided. Select them again.")
        if not isinstance(self._source, ViewSource) or kind not in DECISIONS:
            raise DecisionError("Here images can be looked at only; decisions need the images of a project. Show a view of a project.")
        chosen = within(ranges, len(self._source))
        if not chosen:
            raise DecisionError("No image is selected; a decision needs at least one. Select some first.")
        if kind == "assign" and label:
            self._add_label(label)
        act = self._source.decide(kind, label, chosen)
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

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        data, metadata = bundle
        if sheet := still_picture(self._source):
            data["image/png"] = sheet
        return data, metadata


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
