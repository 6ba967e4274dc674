"""What a list holds that was chosen, and which of its columns is which, before it is taken in."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import Widget, widget_serialization
from traitlets import Dict, Instance

from cvwidgets.errors import SourceError
from cvwidgets.widgets.chooser import Chooser, legible
from cvwidgets.widgets.importing import ShowsImport
from cvwidgets.widgets.messages import action

if TYPE_CHECKING:
    from cvwidgets.project import ListLook

CELL = 120
"""So many characters of a cell are shown."""
FURTHER = 100
"""So many further columns are shown."""


class LooksAtLists(ShowsImport):
    """The part of a panel with a chosen `_source` that shows the first lines of a list, and hears which columns it is to be read by."""

    _source: Path | None

    _pictures = Instance(Widget, allow_none=True).tag(sync=True, **widget_serialization)
    """Kernel → page: the chooser of the folder that a list's names are relative to."""

    _list = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: what the chosen list holds: its kind, headers, first rows, columns, how many of its first names are there; the further
    columns, and which of them are kept with the images."""

    def __init__(self, **traits: Any) -> None:
        self._images: Path | None = None
        self._columns: dict[str, str | Sequence[str]] = {}
        self._looking = threading.Lock()
        root = self._within[0] if self._within else Path.cwd()
        self._folders = Chooser(root, bound=bool(self._within), choose=self._choose_images, words="Another folder …")
        super().__init__(_pictures=self._folders, **traits)

    @action(background=True)
    def look_at_list(self, columns: dict[str, str], also: list[str] | None = None) -> None:
        """Looks at the chosen list anew, by these headers of "file", "label" and "part"; an empty one is none.

        `also` are the further columns that are kept with the images; those said before, if nothing is said.
        """
        with self._looking:  # one after the other, so that what is shown is what was asked last
            kept = self._columns.get("also") if also is None else also
            before, self._columns = self._columns, {what: header for what, header in columns.items() if header}
            if kept is not None:
                self._columns["also"] = kept
            try:
                self._look_at_list()
            except SourceError:
                self._columns = before
                raise

    def _begin_list(self, source: Path) -> None:
        """Shows a list that was just chosen, by the columns that are plain; the chooser of the pictures' folder begins beside it."""
        self._images, self._columns = None, {}
        if roots := [root for root in self._within if source.is_relative_to(root)]:
            self._folders.go_to(max(roots))
        self._folders.reset(path=str(source.parent))
        self._look_at_list()

    def _forget_list(self) -> None:
        self._images, self._columns, self._list = None, {}, None

    def _look_at_list(self) -> None:
        if (source := self._source) is None:
            return
        look = self._project.collect.look_at_list(source, columns=self._columns or None, images=self._images, within=self._within)
        if self._source is source:
            self._list = {**_facts(look), "folder": self._called(look.folder)}

    def _called(self, place: Path) -> str:
        """What is chosen, by its way from the root's name on; by all of its path when there are no roots."""
        roots = [root.parent for root in self._within if place.is_relative_to(root)]
        return legible(str(place.relative_to(max(roots)) if roots else place))

    def _list_options(self) -> Mapping[str, Any]:
        """What an import of the chosen list is told: the columns as the page shows them, whether they were plain or asked for."""
        if self._list is None or self._list["kind"] != "names":
            return {}
        return {"columns": self._columns or self._list["columns"], "images": self._images}

    def _choose_images(self, chosen: Path | None) -> None:
        with self._looking:
            self._images = chosen if chosen is None or chosen.is_dir() else chosen.parent
            if self._list is not None:
                self._look_at_list()


def _facts(look: ListLook) -> dict[str, Any]:
    rows = [[cell[:CELL] for cell in row] for row in look.rows]
    return {**asdict(look), "rows": rows, "columns": dict(look.columns), "further": look.further[:FURTHER]}
