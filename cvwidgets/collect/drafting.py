"""A picture on its way from the web: a draft on disk, which gets its name when its content was found to be a picture."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from cvwidgets.collect.addresses import shown
from cvwidgets.errors import DiskFull, UnexpectedContent, UnreadablePicture
from cvwidgets.records import Header

PREFIX = ".draft-"
"""Begins the names of drafts, as of all drafts in a project, where those of a process that was killed are cleared away."""

_SUFFIXES = {"JPEG": ".jpg", "MPO": ".jpg", "TIFF": ".tif", "JPEG2000": ".jp2", "HEIF": ".heic", "DIB": ".bmp"}
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A picture that was fetched: `path` is its file, `address` the one that gave it after all redirects, `type` the format of its content.

    `size` is in bytes; `sha256` is lower-case hex.
    """

    path: Path
    address: str
    type: str
    size: int
    sha256: str


class Draft:
    """A file that is written piece by piece; at the end of its `with` nothing is left of it, unless it got its name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path: Path | None = None
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()
        if self.path:
            self.path.unlink(missing_ok=True)

    def begin(self) -> None:
        """Begins at the start; what an earlier try wrote is gone."""
        self._close()
        with _room(self._folder):
            if self.path is None:
                descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=PREFIX)
                self.path, self._file = Path(name), os.fdopen(descriptor, "wb")
            else:
                self._file = self.path.open("wb")
        self._digest, self._size = hashlib.sha256(), 0

    def write(self, piece: bytes) -> None:
        """Adds a piece."""
        assert self._file
        with _room(self._folder):
            self._file.write(piece)
        self._digest.update(piece)
        self._size += len(piece)

    def whole(self) -> Path:
        """All is written; returns where it lies, to be looked at."""
        assert self.path
        with _room(self._folder):
            self._close()
        return self.path

    def keep(self, address: str, header: Header | UnreadablePicture) -> Fetched:
        """Gives it its name, if its content is a picture.

        Raises:
            UnexpectedContent: it is none.
        """
        assert self.path
        if isinstance(header, UnreadablePicture):
            raise UnexpectedContent(f"What '{shown(address)}' gives is no picture that can be used. {header}")
        suffix = _SUFFIXES.get(header.format, f".{header.format.lower()}")
        path = self.path.with_name(self.path.name.removeprefix(PREFIX) + suffix)
        self.path.rename(path)
        return Fetched(path, address, header.format, self._size, self._digest.hexdigest())

    def _close(self) -> None:
        if self._file:
            self._file.close()


@contextmanager
def _room(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise DiskFull(f"The disk of '{folder}' has no room for what is fetched; some is needed. Free some space and go on.") from error
