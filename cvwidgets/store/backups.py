"""Back-ups of the catalog: three whole copies in the project's `backups`, in the order in which they were made, whatever the clock said."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cvwidgets.store.checking import FOLDER, find_damage
from cvwidgets.store.drafts import PREFIX, make_durable
from cvwidgets.store.driver import CATALOG, connect

KEPT = 3
STAMP = "%Y%m%dT%H%M%SZ"
_NAME = "catalog-"
_DAY = timedelta(days=1)
_SPARE = 1 << 20
_NUMBER = slice(60, 64)
"""Where the header of a database holds its user version (SQLite, "Database File Format"), which numbers the back-ups."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the catalog; a larger number was made later."""

    path: Path
    made: datetime
    number: int


def list_backups(project: Path) -> list[Backup]:
    """The back-ups, newest first; they may be damaged."""
    found = []
    for path in (project / FOLDER).glob(f"{_NAME}*.db"):
        with suppress(OSError, ValueError), path.open("rb") as file:
            made = datetime.fromisoformat(path.stem.removeprefix(_NAME)).replace(tzinfo=UTC)
            found.append(Backup(path, made, int.from_bytes(file.read(100)[_NUMBER])))
    return sorted(found, key=lambda backup: (backup.number, backup.made), reverse=True)


def newest_good(project: Path) -> Backup | None:
    """The newest back-up that is whole."""
    return next((backup for backup in list_backups(project) if _is_whole(backup.path)), None)


def is_due(project: Path) -> bool:
    """Whether the last back-up is more than a day old; one from the future was made by a wrong clock and counts as old."""
    last = next(iter(list_backups(project)), None)
    return last is None or not timedelta() <= datetime.now(UTC) - last.made < _DAY


@contextmanager
def sole(project: Path, *, seconds: float = 0) -> Iterator[None]:
    """Only one thread of one process at a time works at the back-ups of a project.

    The lock is SQLite's own, on an empty file: it holds between threads as between processes, and ends with its process.

    Raises:
        sqlite3.OperationalError: another one is at it for longer than `seconds`, or the folder cannot be written to.
        OSError: the folder cannot be made.
    """
    folder = project / FOLDER
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / ".lock", timeout=seconds, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def back_up(project: Path) -> str | None:
    """Makes a back-up and removes those too many, for the one who is `sole`; nothing is made where it would take the last of the disk.

    It gets its name when it is whole and durable. Returns what is wrong with the catalog, when the copy shows that it is damaged.

    Raises:
        sqlite3.Error: the catalog could not be copied.
        OSError: the copy could not be written.
    """
    catalog, folder = project / CATALOG, project / FOLDER
    if shutil.disk_usage(folder).free < 2 * catalog.stat().st_size + _SPARE:
        return None
    draft = folder / f"{PREFIX}{CATALOG}"
    draft.unlink(missing_ok=True)
    try:
        _copy(catalog, draft, number=max((backup.number for backup in list_backups(project)), default=0) + 1)
        if find_damage(draft, "immutable=1") is not None:
            return find_damage(catalog, "mode=rw")
        make_durable(draft)
        draft.replace(folder / f"{_NAME}{datetime.now(UTC):{STAMP}}.db")
        make_durable(folder)
    finally:
        draft.unlink(missing_ok=True)
    for old in list_backups(project)[KEPT:]:
        old.path.unlink(missing_ok=True)
    return None


def _copy(catalog: Path, draft: Path, *, number: int) -> None:
    """Copies one moment of the catalog, whatever others write meanwhile, to a file that needs no log beside it."""
    with closing(connect(catalog, "mode=rw")) as source, closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        copy.execute("PRAGMA synchronous = OFF")
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute(f"PRAGMA user_version = {number}")


def _is_whole(path: Path) -> bool:
    try:
        return find_damage(path, "immutable=1") is None
    except sqlite3.Error:
        return False
