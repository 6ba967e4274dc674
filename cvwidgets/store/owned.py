"""Files that the project owns: originals from archives, uploads and the web, kept by content under `images/`."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cvwidgets.store.drafts import PREFIX, make_durable, sweep
from cvwidgets.store.failures import disk_full, disk_is_full, read_only

_CHUNK = 1 << 20
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


class Owned:
    """The originals in `images/ab/<sha256>.<suffix>`; the same bytes are kept once."""

    def __init__(self, folder: Path) -> None:
        self._project = folder
        self._folder = folder / "images"
        self._swept = False

    def put(self, stream: BinaryIO, name: str) -> Path:
        """Keeps the bytes of a stream; returns where they lie now, for good. Of `name` only the suffix is used.

        A file is there whole or not at all: it is written beside its place, made durable, then renamed.

        Raises:
            DiskFull: there was no room; nothing is left behind.
            ReadOnlyProject: the project can only be looked at.
        """
        self._make_ready()
        try:
            descriptor, draft = tempfile.mkstemp(dir=self._folder, prefix=PREFIX)
        except OSError as error:
            raise self._explained() from error
        try:
            with open(descriptor, "wb") as file:
                sha256 = _copy(stream, file)
            return self._place(Path(draft), sha256, name)
        except OSError as error:
            if disk_is_full(self._folder):
                raise disk_full(self._project) from error
            raise
        finally:
            Path(draft).unlink(missing_ok=True)

    @contextmanager
    def drafting(self) -> Iterator[Path]:
        """A folder for files on their way here, gone at the end; that of a process that was killed is cleared away as drafts are.

        Raises:
            DiskFull: there was no room.
            ReadOnlyProject: the project can only be looked at.
        """
        self._make_ready()
        try:
            folder = Path(tempfile.mkdtemp(dir=self._folder, prefix=PREFIX))
        except OSError as error:
            raise self._explained() from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _place(self, draft: Path, sha256: str, name: str) -> Path:
        folder = self._folder / sha256[:2]
        folder.mkdir(exist_ok=True)
        if (known := next(folder.glob(f"{sha256}*"), None)) is not None:
            return known
        suffix = Path(name).suffix.lower()
        path = folder / (sha256 + (suffix if _SUFFIX.fullmatch(suffix) else ""))
        draft.chmod(0o644)
        draft.replace(path)
        make_durable(folder)
        return path

    def _make_ready(self) -> None:
        try:
            self._folder.mkdir(exist_ok=True)
            if not self._swept:
                sweep(self._folder)
                self._swept = True
        except OSError as error:
            raise self._explained() from error

    def _explained(self) -> Exception:
        return disk_full(self._project) if disk_is_full(self._project) else read_only(self._project)


def _copy(stream: BinaryIO, file: BinaryIO) -> str:
    """Copies a stream to disk, durably; returns the SHA-256 of its bytes."""
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest()
