"""Drafts: what is written beside its place before it gets its name; those of a process that was killed are cleared away."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from pathlib import Path

PREFIX = ".draft-"
_OLD_SECONDS = 24 * 3600
"""No draft is written for so long."""


def sweep(folder: Path) -> None:
    """Removes drafts that nobody writes any more."""
    for draft in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if time.time() - draft.stat().st_mtime > _OLD_SECONDS:
                shutil.rmtree(draft) if draft.is_dir() else draft.unlink()
