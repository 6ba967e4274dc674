"""Locks that say who is alive: held by a living process, free at once when it dies, never inherited by its children.

The kind is `fcntl.lockf` (through portalocker, which has the like of it for Windows). It belongs to the process and the file: closing
*any* descriptor of the file in the process that holds it lets it go. So lock files hold nothing, nobody but this module opens them, and
it knows all that this process holds, by what the files are and not by their names: a link must not lead to the same file unnoticed.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from cvwidgets.errors import JobError

if TYPE_CHECKING:
    from portalocker.portalocker import BaseLocker

_guard = threading.RLock()  # what is collected meanwhile may let go of a lock of its own
_held: dict[tuple[int, int], int] = {}
_FLAGS = getattr(os, "O_CLOEXEC", 0)


class Lock:
    """One lock file, taken at most once per process at a time; as a context manager it is held for the block."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._file: tuple[int, int] | None = None

    def take(self, *, seconds: float = 1.0) -> bool:
        """Takes the lock, trying for so long; False when another process (or another part of this one) holds it all the time.

        A little patience is always needed: who looks whether a lock is held holds a shared one for that moment.

        Raises:
            OSError: the file cannot be made.
            JobError: the file system knows no locks.
        """
        until = time.monotonic() + seconds
        while not (taken := self._try()) and time.monotonic() < until:
            time.sleep(0.02)
        return taken

    def hold(self) -> None:
        """Takes the lock that is never held for long.

        Raises:
            OSError: the file cannot be made.
            JobError: another process held it for 10 s, or the file system knows no locks.
        """
        if not self.take(seconds=10):
            raise JobError(
                f"{self.path} is held by another process; it should be free within moments. End the process that hangs, then try again."
            )

    def release(self) -> None:
        """Lets the lock go; nothing happens when it is not held by this object."""
        with _guard:
            if self._file is not None:
                os.close(_held.pop(self._file))
                self._file = None

    def _try(self) -> bool:
        with _guard:
            if _identity(self.path) in _held:
                return False
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | _FLAGS, 0o666)
            if _lock(descriptor, self.path, shared=False) and (file := _identity(self.path)) is not None:
                _held[file], self._file = descriptor, file
                return True
            os.close(descriptor)
            return False

    def __enter__(self) -> Self:
        self.hold()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def is_held(path: Path) -> bool:
    """Whether a living process (this one included) holds the lock file; asking never disturbs the holder.

    Raises:
        JobError: the file system knows no locks.
    """
    with _guard:  # for the whole look: closing the file between another thread's taking and keeping it would let that lock go
        if _identity(path) in _held:
            return True
        try:
            descriptor = os.open(path, os.O_RDONLY | _FLAGS)
        except (FileNotFoundError, NotADirectoryError):
            return False
        try:
            # A shared lock, so that two who look at once do not take each other for the holder; Windows has exclusive ones alone.
            return not _lock(descriptor, path, shared=os.name == "posix")
        finally:
            os.close(descriptor)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return facts.st_dev, facts.st_ino


def _lock(descriptor: int, path: Path, *, shared: bool) -> bool:
    from portalocker import AlreadyLocked, LockException, LockFlags

    kind = LockFlags.SHARED if shared else LockFlags.EXCLUSIVE
    try:
        _locker().lock(descriptor, kind | LockFlags.NON_BLOCKING)
    except AlreadyLocked:
        return False
    except LockException as error:
        raise JobError(
            f"{path} cannot be locked ({error.__cause__ or error}); jobs need a file system with locks. Keep the project on a local disk."
        ) from error
    return True


def _locker() -> BaseLocker:
    from portalocker import portalocker

    kind: type[BaseLocker] = portalocker.LockfLocker if os.name == "posix" else portalocker.MsvcrtLocker
    return kind()
