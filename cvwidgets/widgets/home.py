"""Where projects are found, opened and begun."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from traitlets import Dict, List, Unicode

from cvwidgets.errors import DamagedCatalog, ProjectError
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import Answer, action


class HomePanel(Face):
    """Lists the projects below the roots and those used lately, opens one, or begins another.

    Args:
        opened: Called with the folder of the project that was chosen.
        roots: Folders below which projects may lie; those in the environment's CVWIDGETS_ROOTS, else anywhere.
    """

    stem = "home"

    _places = List(Unicode()).tag(sync=True)
    """Kernel → page: the folders in which a new project may be begun, the usual one first."""

    _broken = Dict().tag(sync=True)
    """Kernel → page: folder and sentence of a project that could not be opened, and whether a back-up can be restored."""

    def __init__(self, opened: Callable[[Path], Any], *, roots: Sequence[str | Path] | None = None, **traits: Any) -> None:
        given = roots if roots is not None else [root for root in os.environ.get("CVWIDGETS_ROOTS", "").split(os.pathsep) if root]
        self.roots = [Path(root).expanduser().resolve() for root in given]
        self._opened = opened
        self._given: list[Path] = []
        super().__init__(_places=[str(place) for place in self._find_places()], **traits)

    def report(self, folder: Path, error: ProjectError) -> None:
        """Says on the page why a project could not be opened, with the way back where there is one."""
        backup = getattr(error, "backup", None)
        self._broken = {"folder": str(folder), "sentence": str(error), "restorable": backup is not None}

    def offer(self, folder: Path) -> None:
        """Lets a project be opened from the page wherever it lies: one that was named outside of it, in a cell or a command."""
        self._given.append(folder.resolve())

    @action(background=True)
    def projects(self) -> dict[str, Any]:
        """The projects below the roots, newest first, and the folders of those used lately, which may be among them."""
        from cvwidgets.project import find_projects, recent_projects

        recent = [folder for folder in recent_projects() if self._is_allowed(folder)]
        found = find_projects([*self._find_places(), *self.roots, *self._given, *recent])
        facts = [
            {"folder": str(one.folder), "name": one.name, "images": one.images, "new": one.new, "kept": one.kept}
            | {"changed": one.changed, "problem": one.problem}
            for one in found
            if self._is_allowed(one.folder)
        ]
        return {"projects": facts, "recent": [str(folder) for folder in recent]}

    @action(background=True)
    def recent(self) -> dict[str, Any]:
        """The folders of the projects used lately, the last one first."""
        from cvwidgets.project import recent_projects

        return {"recent": [str(folder) for folder in recent_projects() if self._is_allowed(folder)]}

    @action(background=True)
    def cover(self, folder: str) -> Answer:
        """Up to four small pictures of a project."""
        from cvwidgets.project import cover

        return Answer({}, cover(self._allow(folder)))

    @action(background=True)
    def open_project(self, folder: str) -> None:
        """Opens a project; a folder without one is refused."""
        path = self._allow(folder)
        if not (path / "catalog.db").exists():
            raise ProjectError(f"{path} holds no project; a folder with a catalog.db is needed. Choose another, or begin a new project.")
        self._show(path)

    @action(background=True)
    def begin(self, place: int, name: str) -> None:
        """Begins a project in one of the places, and opens it."""
        from cvwidgets.project import begin_project

        if not 0 <= place < len(self._places):
            raise ProjectError("That place is not among those offered. Choose one of the list.")
        self._opened(begin_project(self._find_places()[place], name))

    @action(background=True)
    def restore(self, folder: str) -> dict[str, Any]:
        """Puts the newest back-up in the place of a damaged catalog, and opens the project."""
        from cvwidgets.project import restore_catalog

        path = self._allow(folder)
        restored = restore_catalog(path)
        self._broken = {}
        self._show(path)
        return {"made": restored.made}

    def _show(self, folder: Path) -> None:
        try:
            self._opened(folder)
        except DamagedCatalog as error:
            self.report(folder, error)
            raise

    def _find_places(self) -> list[Path]:
        from cvwidgets.settings import read_settings

        usual = read_settings().projects
        places = [Path(usual).expanduser().resolve()] if usual else []
        places += [root for root in self.roots or [Path.cwd()] if root not in places]
        return [place for place in places if self._is_allowed(place)]

    def _is_allowed(self, path: Path) -> bool:
        resolved = path.resolve()
        return not self.roots or any(resolved.is_relative_to(allowed) for allowed in [*self.roots, *self._given])

    def _allow(self, folder: str) -> Path:
        from cvwidgets.project import within

        return within(Path(folder), [*self.roots, *self._given] if self.roots else [])
