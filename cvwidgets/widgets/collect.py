"""Where pictures come in: a folder, an archive or files, chosen or dropped; and where what is kept goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import Widget, widget_serialization
from traitlets import Bool, Dict, Instance, List, Unicode

from cvwidgets.errors import SourceError
from cvwidgets.frames import is_video
from cvwidgets.project import missing_for_videos
from cvwidgets.widgets.base import inside
from cvwidgets.widgets.chooser import Chooser, folders_of, legible
from cvwidgets.widgets.drops import Drops
from cvwidgets.widgets.exports import ExportPanel
from cvwidgets.widgets.films import frames_of
from cvwidgets.widgets.listing import LooksAtLists
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.searching import SearchPanel
from cvwidgets.widgets.watched import ShowsWatched
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project
    from cvwidgets.records import Label


class CollectPanel(ShowsWatched, LooksAtLists):
    """Takes pictures into a project: choose a folder or a file below the roots allowed, drop files, watch a folder, or search the web; the
    work goes on without the page.

    Args:
        project: Where they go.
        roots: Folders the chooser may show; those in the environment's CVWIDGETS_ROOTS, else anywhere.
        allow_private: Let searches and lists fetch from addresses of this computer and its network too.

    Raises:
        SourceError: none of the roots is a folder.
    """

    stem = "collect"

    _chooser = Instance(Widget, allow_none=True).tag(sync=True, **widget_serialization)
    """Kernel → page: the chooser of folders and files."""

    _exports = Instance(Widget, allow_none=True).tag(sync=True, **widget_serialization)
    """Kernel → page: where what is kept goes out."""

    _search = Instance(Widget, allow_none=True).tag(sync=True, **widget_serialization)
    """Kernel → page: where the web is searched."""

    _roots = List(Unicode()).tag(sync=True)
    """Kernel → page: the folders that may be chosen from, to be shown; empty for anywhere."""

    _choice = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: what is chosen now, and what was counted in it so far; None when nothing is."""

    _empty = Bool(False).tag(sync=True)
    """Kernel → page: whether the project has no image at all."""

    _no_videos = Unicode().tag(sync=True)
    """Kernel → page: why no frames can be taken of videos here; empty when they can."""

    _cut_off = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: the sending that ended before its time: `name`, how many files `arrived`, and `of` how many; None without one."""

    def __init__(self, project: Project, *, roots: list[str | Path] | None = None, allow_private: bool = False, **traits: Any) -> None:
        self._project = project
        self._allow_private = allow_private
        self._drops = Drops(project, allow_private=allow_private)
        self._page = ""
        # What holds is kept here; the traits only show it, since a page could send others.
        self._within = folders_of(roots)
        self._source: Path | None = None
        self._files = Chooser(self._within[0] if self._within else Path.cwd(), bound=bool(self._within), choose=self._choose)
        with inside():
            self.exports = ExportPanel(project)
            self.searching = SearchPanel(project, allow_private=allow_private, alone=False)
        parts = {"_chooser": self._files, "_exports": self.exports, "_search": self.searching}
        shown = {"_roots": [legible(str(root)) for root in self._within], "_no_videos": missing_for_videos() or ""}
        super().__init__(**parts, **shown, **traits)
        self.keep_place(project.bookmarks)
        WATCHER.add(self, project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: how the import stands, which labels there are, what was being sent, and how the watched folders do."""
        super().look(changed=changed)
        self._look_at_watched()
        if self._page:
            self._drops.let_go(page=self._page)
        self._cut_off = self._drops.cut_off()

    def close(self) -> None:
        """Ends the widget; what was being sent to it is cut off."""
        self._drops.let_go()
        super().close()

    # ---- choosing

    @action
    def root(self, number: int) -> None:
        """Goes to another of the roots."""
        if not 0 <= number < len(self._within):
            raise SourceError("That folder is not among those allowed; one of them is needed. Choose one of the list.")
        self._files.go_to(self._within[number])
        self._choose(None)

    @action(background=True)
    def count(self) -> None:
        """Counts what is chosen, and tells it by `_choice` while it grows; ends when something else is chosen."""
        if (source := self._source) is None:
            return
        for survey in self._project.images.survey(source, within=self._within):
            if self._source is not source:
                return
            self._choice = {**self._shown(source), "survey": asdict(survey)}
            if survey.is_list:
                self._begin_list(source)

    @action(background=True)
    def add(self, label: str | None, state: str | None, copy: bool, frames: dict | None = None) -> None:
        """Starts to take in what is chosen, with frames of videos; what goes on is told by `_import`."""
        self._check_open()
        if self._source is None:
            raise SourceError("Nothing is chosen yet; a folder, an archive or a file is needed. Choose one first.")
        self._project.images.start_adding(
            [self._source],
            label=label or None,
            state=_state(state),
            copy=copy,
            within=self._within,
            allow_private=self._allow_private,
            frames=frames_of(frames),
            **self._list_options(),
        )
        self._choose(None)
        self._files.reset()
        self.look(changed=True)

    @action(background=True)
    def watch(self, label: str | None, state: str | None) -> None:
        """Watches the folder that is chosen: what is in it and what comes into it is added."""
        if self._source is None:
            raise SourceError("Nothing is chosen yet; a folder is needed. Choose one first.")
        self._project.collect.watch(self._source, label or None, state=_state(state) or "new", within=self._within)
        self._choose(None)
        self._files.reset()
        self.look(changed=True)

    def _choose(self, source: Path | None) -> None:
        self._source = source
        self._forget_list()
        self._choice = self._shown(source) if source else None

    def _shown(self, source: Path) -> dict[str, Any]:
        facts = {"folder": source.is_dir(), "video": is_video(source.name), "survey": None}
        return {"path": legible(str(source)), "name": self._called(source), **facts}

    # ---- dropping

    @action
    def come(self, page: str) -> None:
        """A page came, named by a word of its own; what the page before it was sending is cut off."""
        self._page = page

    @action(background=True)
    def drop(self, size: int, files: int, page: str) -> dict[str, Any]:
        """Makes a place for files that a page is about to send, of `size` bytes together; its name is the answer."""
        self._check_open()
        return {"drop": self._drops.begin(size, files, page)}

    @action(background=True)
    def upload(self, drop: str, upload: str, name: str, part: int, of: int, buffers: list) -> dict[str, Any]:
        """Takes a part of a dropped file."""
        self._drops.take(drop, upload, name, part, of, buffers[0] if buffers else b"")
        return {}

    @action(background=True)
    def receive(self, drop: str, label: str | None, state: str | None, frames: dict | None = None) -> dict[str, Any]:
        """Starts to take in what is complete of a drop, with frames of its videos; how many files that are."""
        files = self._drops.finish(drop, label=label or None, state=_state(state), frames=frames_of(frames))
        self.look(changed=True)
        return {"files": files}

    @action(background=True)
    def receive_cut_off(self, name: str, label: str | None, state: str | None) -> None:
        """Starts to take in what arrived of a sending that was cut off."""
        self._check_open()
        self._drops.take_in_cut_off(name, label=label or None, state=_state(state))
        self.look(changed=True)

    @action(background=True)
    def forget_cut_off(self, name: str) -> None:
        """Removes what arrived of a sending that was cut off."""
        self._drops.forget_cut_off(name)
        self.look(changed=False)

    def _show_labels(self, labels: Sequence[Label]) -> None:
        super()._show_labels(labels)
        self._empty = not any(label.new + label.kept + label.trashed for label in labels)


def _state(state: str | None) -> Any:
    return state if state in ("new", "kept") else None
