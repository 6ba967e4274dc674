"""Files that come from the browser in parts, put together in a folder that goes away with the widget."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from threading import Lock

from cvwidgets.errors import SourceError

LARGEST = 512 * 1024 * 1024
"""Bytes of one file."""


class Uploads:
    """Puts the parts of files together; parts of one file come in order, files may come side by side."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cvwidgets-")
        self._arrived: dict[str, int] = {}
        self._lock = Lock()

    def take(self, upload: str, name: str, part: int, of: int, data: bytes | memoryview) -> Path | None:
        """Writes one part; the file when it was the last, None before.

        Args:
            upload: Tells the files apart; any word of the page's choice.
            name: The file's name where it came from; only its suffix is used.
            part: Number of this part, from 0.
            of: How many parts there are.
            data: The bytes of this part.

        Raises:
            SourceError: the parts come out of order, or the file is too large.
        """
        with self._lock:
            if not upload.isalnum() or part != self._arrived.get(upload, 0) or not 0 <= part < of:
                raise SourceError("The parts of a file came out of order; it was not taken. Drop it again.")
            path = Path(self._folder.name) / f"{upload[:40]}{suffix_of(name)}"
            if part == 0:
                path.unlink(missing_ok=True)
            with path.open("ab") as file:
                file.write(data)
                size = file.tell()
            self._arrived[upload] = part + 1
            if size > LARGEST:
                path.unlink()
                del self._arrived[upload]
                raise SourceError(f"'{name}' is larger than 512 MB, which is too much to send through a page. Choose it with the chooser.")
            if part + 1 < of:
                return None
            del self._arrived[upload]
            return path


def suffix_of(name: str) -> str:
    """The suffix of a file's name, if it is a short plain one; names come from anywhere and are trusted with nothing else."""
    suffix = PurePosixPath(PureWindowsPath(name).name).suffix.lower()
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= 8 else ""
