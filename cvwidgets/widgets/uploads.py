"""Files that come from the browser in parts, put together in a folder: one that goes away with the widget, or one of a project."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from threading import Lock

from cvwidgets.errors import SourceError

LARGEST = 512 * 1024 * 1024
"""Bytes of one file."""


class Uploads:
    """Puts the parts of files together; parts of one file come in order, files may come side by side.

    Args:
        place: Where a file is to be put together, by the word that tells it apart and its name; a folder of its own by default.
    """

    def __init__(self, place: Callable[[str, str], Path] | None = None) -> None:
        if place is None:
            self._folder = tempfile.TemporaryDirectory(prefix="cvwidgets-")
        self._place = place or self._in_own_folder
        self._arrived: dict[str, tuple[int, Path]] = {}
        self._lock = Lock()

    def take(self, upload: str, name: str, part: int, of: int, data: bytes | memoryview) -> Path | None:
        """Writes one part; the file when it was the last, None before.

        Args:
            upload: Tells the files apart; any word of the page's choice.
            name: The file's name where it came from; nothing of it is trusted.
            part: Number of this part, from 0.
            of: How many parts there are.
            data: The bytes of this part.

        Raises:
            SourceError: the parts come out of order, or the file is too large.
        """
        with self._lock:
            known, path = self._arrived.get(upload, (0, None))
            if not (upload.isascii() and upload.isalnum()) or part != known or not 0 <= part < of:
                raise SourceError("The parts of a file came out of order; it was not taken. Drop it again.")
            path = path or self._place(upload, name)
            with path.open("ab" if part else "wb") as file:
                file.write(data)
                size = file.tell()
            self._arrived[upload] = part + 1, path
            if size > LARGEST:
                path.unlink()
                del self._arrived[upload]
                raise SourceError(f"'{name}' is larger than 512 MB, which is too much to send through a page. Choose it with the chooser.")
            if part + 1 < of:
                return None
            del self._arrived[upload]
            return path

    def _in_own_folder(self, upload: str, name: str) -> Path:
        return Path(self._folder.name) / f"{upload[:40]}{suffix_of(name)}"


def suffix_of(name: str) -> str:
    """The suffix of a file's name, if it is a short plain one; names come from anywhere and are trusted with nothing else."""
    suffix = PurePosixPath(PureWindowsPath(name).name).suffix.lower()
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= 8 else ""
