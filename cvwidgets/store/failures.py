"""What the driver's errors mean for the user: the one place where they become ours."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from cvwidgets.errors import CatalogBusy, DamagedCatalog, DiskFull, ProjectError, ReadOnlyProject
from cvwidgets.store.backups import newest_good
from cvwidgets.store.driver import CATALOG, is_busy, is_damage

_FULL_BELOW = 1 << 20
"""Bytes left on a disk that is taken for full: SQLite reports some failed writes only as an input/output error."""


def explain(error: BaseException, folder: Path) -> ProjectError | None:
    """The error of ours for a driver's error on the catalog of a project, or None when it is a programming mistake."""
    if not isinstance(error, sqlite3.DatabaseError):
        return None
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if is_busy(error):
        return CatalogBusy(
            f"The catalog of {folder.name!r} was held by another process for too long; "
            "a decision needs it for a moment. Wait for the other one and try again; nothing was changed."
        )
    if code == sqlite3.SQLITE_FULL or (code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and disk_is_full(folder)):
        return disk_full(folder)
    if code == sqlite3.SQLITE_CANTOPEN and not (folder / CATALOG).exists():
        return ProjectError(f"The project folder {folder} holds no catalog any more; it was there before. Put it back, then open it again.")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return read_only(folder)
    if is_damage(error):
        return damaged(folder, str(error))
    if code == sqlite3.SQLITE_IOERR:
        return ProjectError(f"The catalog of {folder.name!r} could not be read or written ({error}). Check its disk, then open it again.")
    return None


def disk_is_full(folder: Path) -> bool:
    """Whether the disk of a folder has no room left."""
    try:
        return shutil.disk_usage(folder).free < _FULL_BELOW
    except OSError:
        return False


def disk_full(folder: Path) -> DiskFull:
    """The sentence for a full disk."""
    return DiskFull(f"The disk of {folder.name!r} is full; saving needs some room. Free some space and try again; nothing was changed.")


def without_room(folder: Path) -> ReadOnlyProject:
    """The sentence for a project that was opened on a full disk."""
    return ReadOnlyProject(
        f"The disk of {folder.name!r} was full when the project was opened; a change needs some room. Free some space, then open it again."
    )


def read_only(folder: Path) -> ReadOnlyProject:
    """The sentence for a project that can only be looked at."""
    return ReadOnlyProject(
        f"The project {folder.name!r} cannot be written to; a change needs that. "
        "Look at it as it is, or copy it to a folder of your own and open that."
    )


def damaged(folder: Path, found: str) -> DamagedCatalog:
    """The error for a catalog that cannot be read, with the way back if there is one."""
    backup = newest_good(folder)
    way_back = f"Restore the back-up of {backup.made.astimezone():%Y-%m-%d %H:%M}" if backup else "Put a copy of it back in its place"
    return DamagedCatalog(
        f"The catalog {folder / CATALOG} cannot be read ({found}); a catalog of cvwidgets is needed. "
        f"{way_back}; pictures, runs and models in the folder are untouched.",
        backup=backup.path if backup else None,
    )
