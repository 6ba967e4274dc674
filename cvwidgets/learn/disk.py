"""Writing that survives kills, and says in one sentence when the disk is full."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from cvwidgets.errors import DiskFull


@contextmanager
def naming_full_disk(folder: Path) -> Iterator[None]:
    """Turns the ways in which writing says that there is no room into one sentence.

    Raises:
        DiskFull: there was no room; what was there before is still there.
    """
    try:
        yield
    except (OSError, SafetensorError) as error:
        full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "os error 28" in str(error)
        if not full:
            raise
        raise DiskFull(
            f"The disk has no room left for the run in {str(folder)!r}; what was learnt until the last save is kept. "
            "Free some space, then resume the run."
        ) from error


def replace(part: Path, file: Path) -> None:
    """Puts a file that was written under another name in its place, once its bytes are on the disk."""
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    part.replace(file)
