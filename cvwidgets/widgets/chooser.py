"""The chooser of folders and files, which shows nothing outside its root, whatever the page asks of it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from ipyfilechooser import FileChooser
from ipyfilechooser.errors import ParentPathError
from ipywidgets import Layout, Widget

from cvwidgets.errors import SourceError

SEPARATOR = "/"
UP = "↑ up"
FILES_SHOWN = 500
"""So many files of a folder are listed; more than that are chosen with their folder."""


class Chooser(FileChooser):
    """ipyfilechooser below one root: links that lead out of it are not listed, and what a page sends leads nowhere else.

    The parts of it are widgets of their own, whose traits a page can set to anything; so every path is resolved and looked at again
    before it is listed or chosen. Names are shown as text alone: the line of ipyfilechooser that shows the choice would be read as HTML.

    Args:
        root: The folder to begin in, and to stay below if `bound`.
        choose: Told the path that was chosen.
        words: What stands on the button that opens it.
    """

    def __init__(self, root: Path, *, bound: bool, choose: Callable[[Path | None], None], words: str = "Browse …") -> None:
        self._root = root.resolve()
        self._bound = bound
        self._folder = self._root
        self._map_disp_to_name: dict[str, str] = {}
        super().__init__(
            str(self._root),
            sandbox_path=str(self._root) if bound else None,
            select_desc=words,
            change_desc="Choose another …",
            dir_icon=SEPARATOR,
            dir_icon_append=True,
            layout=Layout(width="100%"),
        )
        self._label.layout.display = "none"
        self._select.layout.width = "auto"
        self._dircontent.rows = 12
        # The field for a file's name is for saving; what is in it is the file that is marked in the list.
        self._filename.layout.display = "none"
        self._gb.layout.grid_template_areas = "'pathlist pathlist' 'dircontent dircontent'"
        self.register_callback(lambda chooser: choose(chooser.choice))

    @property
    def choice(self) -> Path | None:
        """What is chosen, if it lies below the root still."""
        return self._below(Path(self.selected)) if self.selected else None

    def go_to(self, root: Path) -> None:
        """Begins anew in another root."""
        self._root = root.resolve()
        self._sandbox_path = str(self._root) if self._bound else None
        self.reset(path=str(self._root))

    def _below(self, path: Path) -> Path | None:
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            resolved = path.resolve(strict=True)
            if not self._bound or resolved.is_relative_to(self._root):
                return resolved
        return None

    def _set_form_values(self, path: str, filename: str) -> None:
        folder = self._below(Path(path))
        if folder is None or not folder.is_dir():
            folder, filename = self._root, ""
        plain = filename if folder == self._folder and self._is_listed_file(folder, filename) else ""
        self._folder = folder
        # What is set first is not what may be shown: the page is told when all is as it should be.
        with self._dircontent.hold_sync(), self._pathlist.hold_sync(), contextlib.suppress(OSError):
            super()._set_form_values(str(folder), plain)
            self._list(folder)
            self._name_places(folder)
        self._name_button()

    def _is_listed_file(self, folder: Path, name: str) -> bool:
        path = self._below(folder / name) if name and Path(name).name == name != os.pardir else None
        return path is not None and path.is_file()

    def _name_button(self) -> None:
        """Says what the button does: it opens the list, or takes what is marked in it."""
        if self._gb.layout.display is None:
            self._select.description = "Take this file" if self._filename.value else "Take this folder"
            self._select.disabled = False
        else:
            self._select.description = self._change_desc if self.selected else self._select_desc

    def _show_dialog(self) -> None:
        super()._show_dialog()
        self._name_button()

    def _on_cancel_click(self, button: Widget) -> None:
        super()._on_cancel_click(button)
        self._name_button()

    def _list(self, folder: Path) -> None:
        """Leaves out what leads outside, and shows the rest so that a page can read it."""
        listed = self._map_disp_to_name
        files = [shown for shown in listed if not shown.endswith(SEPARATOR)]
        left_out = set(files[FILES_SHOWN:])
        names = ((shown, name) for shown, name in listed.items() if shown not in left_out and name != os.pardir)
        inside = {UP: os.pardir} if os.pardir in listed.values() else {}
        inside |= {legible(shown): name for shown, name in names if self._below(folder / name)}
        chosen = self._map_disp_to_name.get(self._dircontent.value)
        self._map_disp_to_name = inside
        with _silent(self._dircontent, self._on_dircontent_select):
            self._dircontent.options = [*inside, *([f"… and {len(left_out):,} more files"] if left_out else [])]
            self._dircontent.value = next((shown for shown, name in inside.items() if name == chosen), None)

    def _name_places(self, folder: Path) -> None:
        """Shows the root by its name, and the folders below it by their way from there."""
        options = [(legible(place), place) for place in self._pathlist.options]
        if self._bound:
            places = [place for place in (folder, *folder.parents) if place.is_relative_to(self._root)]
            options = [(legible(str(place.relative_to(self._root.parent))), self._restrict_path(str(place))) for place in places]
        with _silent(self._pathlist, self._on_pathlist_select):
            self._pathlist.options = options
            self._pathlist.value = self._restrict_path(str(folder))

    def _on_dircontent_select(self, change: Mapping[str, str]) -> None:
        with contextlib.suppress(ParentPathError, KeyError, OSError):
            super()._on_dircontent_select(change)

    def _apply_selection(self) -> None:
        chosen = Path(self._expand_path(self._pathlist.value)) / self._filename.value
        if self._below(chosen) is None:
            return
        super()._apply_selection()


@contextlib.contextmanager
def _silent(widget: Widget, handler: Callable[..., None]) -> Iterator[None]:
    """Sets the value of a part without its being taken for a choice."""
    widget.unobserve(handler, names="value")
    try:
        yield
    finally:
        widget.observe(handler, names="value")


def folders_of(roots: Sequence[str | Path] | None) -> tuple[Path, ...]:
    """The roots that are there, those of the environment's CVWIDGETS_ROOTS where none are given, links resolved; none for anywhere.

    Raises:
        SourceError: none of the roots is a folder.
    """
    given = roots if roots is not None else [root for root in os.environ.get("CVWIDGETS_ROOTS", "").split(os.pathsep) if root]
    resolved = [Path(root).expanduser().resolve() for root in given]
    folders = tuple(root for root in resolved if root.is_dir())
    if given and not folders:
        raise SourceError(f"{legible(str(resolved[0]))} is no folder; pictures are chosen from folders that are there. Allow another.")
    return folders


def legible(name: str) -> str:
    """A name that can be sent: what is no UTF-8 on the disk would break the message."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
