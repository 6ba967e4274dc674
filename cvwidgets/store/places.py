"""How the catalog writes where a file lies: relative to the project inside it, absolute elsewhere."""

from __future__ import annotations

import os
from pathlib import Path


class Places:
    """Paths of one project, as kept and as found; a project that is moved takes the files inside along.

    All by text: a `Path` for each step would cost more than the catalog does.
    """

    def __init__(self, folder: Path) -> None:
        self._inside = os.path.join(folder, "")  # noqa: PTH118

    def keep(self, path: Path | str) -> str:
        """The text to keep for a path; no link is followed, so that it stays as the user knows it."""
        absolute = os.path.abspath(path)  # noqa: PTH100
        return absolute.removeprefix(self._inside).replace(os.sep, "/") if absolute.startswith(self._inside) else absolute

    def past(self, kept: str, sha256: str) -> str:
        """The text for a file that lay at `kept` until other bytes took its place: below a file, so that none can ever lie there."""
        return f"{kept}/{sha256}/{os.path.basename(kept)}"  # noqa: PTH119

    def text(self, kept: str) -> str:
        """The absolute path for a text that `keep` gave, as text."""
        return kept if os.path.isabs(kept) else self._inside + kept  # noqa: PTH117

    def find(self, kept: str) -> Path:
        """The absolute path for a text that `keep` gave."""
        return Path(self.text(kept))
