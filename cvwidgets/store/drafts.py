"""Drafts: what is written beside its place before it gets its name; those of a process that was killed are cleared away."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

PREFIX = ".draft-"
_OLD_SECONDS = 7 * 24 * 3600
"""No draft is written for so long, not even by a computer that sleeps in the middle of it."""


def sweep(folder: Path) -> None:
    """Removes drafts that nobody writes any more."""
    for draft in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if time.time() - draft.stat().st_mtime > _OLD_SECONDS:
                shutil.rmtree(draft) if draft.is_dir() else draft.unlink()


def make_durable(path: Path) -> None:
    """Makes what was written to a file, or renamed in a folder, survive a power cut; folders where the platform lets them be synced."""
    if path.is_dir() and os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
