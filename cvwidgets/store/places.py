"""How the catalog writes where a file lies: relative to the project inside it, absolute elsewhere."""

from __future__ import annotations

import os
from pathlib import Path


class Places:
    """Paths of one project, as kept and as found; a project that is moved takes the files inside along."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, path: Path) -> str:
        """The text to keep for a path."""
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 (no link is followed: the path stays as the user knows it)
        return absolute.relative_to(self.folder).as_posix() if absolute.is_relative_to(self.folder) else str(absolute)

    def find(self, kept: str) -> Path:
        """The absolute path for a text that `keep` gave."""
        return self.folder / kept
