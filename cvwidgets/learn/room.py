"""How much the cache of a project may hold: counted while it is written, trimmed when it is over."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

FORMS = ("exact-*", "wide-*")
"""The folders of decoded pictures; whatever else lies in a cache (its thumbnails) is counted and left alone."""
TRIMMED_TO = 0.9
"""The share of the room that is left in use by trimming, so that it is not done for every picture."""
Written = tuple[float, int, Path]
"""When a file was written (seconds since 1970), its bytes, and where it lies."""


class Room:
    """Keeps a cache's folder below a number of bytes, by removing the decoded pictures that were written first.

    While a run writes, only what other runs left goes: a run that threw out its own pictures would decode all of them again in every
    epoch. When nothing else is left, there is no room. Asked from many threads.

    Args:
        folder: The cache's folder, which others may write to and delete meanwhile; what they do is seen at the next run.
        limit: Bytes it may hold.
        needs: Whether the run itself needs a decoded file.
    """

    def __init__(self, folder: Path, limit: float, needs: Callable[[Path], bool]) -> None:
        self._folder, self._limit, self._needs = folder, limit, needs
        self._held: int | None = None
        self._only_own = False
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Counts `size` bytes that are about to be written; False when there is no room for them."""
        with self._lock:
            if self._held is None:
                self._held = sum(size for _, size, _ in _files([self._folder]))
                if self._held > self._limit:
                    self._trim(own=True)
            if self._held + size > self._limit and not self._only_own:
                self._trim(own=False)
            if self._held + size > self._limit:
                return False
            self._held += size
            return True

    def _trim(self, *, own: bool) -> None:
        """Removes decoded pictures, the oldest first and the run's own last, until the folder is clearly below its limit."""
        before = held = self._held or 0
        others: list[Written] = []
        mine: list[Written] = []
        for written in _files([folder for form in FORMS for folder in self._folder.glob(form)]):
            (mine if self._needs(written[2]) else others).append(written)
        for _, size, file in (*sorted(others), *(sorted(mine) if own else ())):
            if held <= TRIMMED_TO * self._limit:
                break
            with suppress(OSError):
                file.unlink()
                held -= size
        self._held, self._only_own = held, not others
        if held < before:
            log.info(
                "The cache in %s held %.2f GB, more than the %.2f GB of the settings: decoded pictures of %.2f GB were removed.",
                self._folder,
                before / 1e9,
                self._limit / 1e9,
                (before - held) / 1e9,
            )


def _files(folders: list[Path]) -> Iterator[Written]:
    """All files below the folders; what goes away meanwhile is left out."""
    ahead = [str(folder) for folder in folders]
    while ahead:
        with suppress(OSError), os.scandir(ahead.pop()) as listing:
            for entry in listing:
                if entry.is_dir(follow_symlinks=False):
                    ahead.append(entry.path)
                    continue
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    yield status.st_mtime, status.st_size, Path(entry.path)
