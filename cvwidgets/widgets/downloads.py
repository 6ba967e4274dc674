"""A folder of the project on its way to a page: as a zip, part by part, since a message holds some megabytes."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path
from threading import Lock
from typing import IO

from cvwidgets.errors import DiskFull, ExportError

PART = 2 * 1024 * 1024
"""Bytes of a part."""


class Download:
    """Packs a folder when its first part is asked for, and lets go of it with the last; what is packed lies beside the system's drafts."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._zip: IO[bytes] | None = None
        self._lock = Lock()

    def part(self, folder: Path, begin: int) -> tuple[bytes, int]:
        """The bytes from `begin` on, at most `PART` of them, and how many there are in all.

        Raises:
            ExportError: the folder is gone.
            DiskFull: there is no room to pack it.
        """
        with self._lock:
            if self._zip is None or folder != self._folder:
                self._let_go()
                self._folder, self._zip = folder, _packed(folder)
            of = self._zip.seek(0, 2)
            self._zip.seek(begin)
            data = self._zip.read(PART)
            if begin + len(data) >= of:
                self._let_go()
            return data, of

    def _let_go(self) -> None:
        if self._zip is not None:
            self._zip.close()
        self._zip = None


def _packed(folder: Path) -> IO[bytes]:
    files = sorted(path for path in folder.glob("*") if path.is_file())
    if not files:
        raise ExportError(f"The export {folder.name!r} is gone; downloading needs it. Export it again.")
    packed = tempfile.TemporaryFile(prefix="cvwidgets-")  # noqa: SIM115 - closed with the last part
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:  # weights do not get smaller
            for file in files:
                with file.open("rb") as source, archive.open(f"{folder.name}/{file.name}", "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target)
    except OSError as error:
        packed.close()
        raise DiskFull(f"{folder.name!r} cannot be packed ({error.strerror}). Free some space, or copy it from {folder}.") from error
    return packed
