"""What was served: each request that a model answered, in `served/served.db`; its pictures, where they are logged, in `served/pictures/`.

A database of its own, which may be deleted at any time: requests come by the thousand, and are no decisions. Each call opens it afresh, so
that one deleted meanwhile is begun anew. It has no write-ahead log: several servers and those who look share it on a network folder too.
A picture is written whole before its row; a file without a row, left by a process that was killed, goes when a log is opened.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cvwidgets.errors import CatalogBusy, DiskFull, NewerCatalog, ProjectError
from cvwidgets.records import Prediction
from cvwidgets.store.driver import LOGS, connect, is_busy, is_damage
from cvwidgets.store.failures import disk_is_full, read_only

FOLDER, FILE, PICTURES = "served", "served.db", "pictures"
LEFT_FREE = 256 << 20
"""Bytes of the disk that the log may not take: decisions need room, and count for more."""
LOG_BYTES = 256 << 20
"""Bytes that the requests may take, about a million of them; the oldest go first."""
TOLD = 5
"""So many labels of each answer are kept."""

_FORMAT = 1
_ORPHAN_SECONDS = 3600.0
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TABLES = (
    "CREATE TABLE IF NOT EXISTS requests (id INTEGER PRIMARY KEY, at REAL NOT NULL, sha256 TEXT NOT NULL, model INTEGER NOT NULL, "
    "seconds REAL NOT NULL, label TEXT NOT NULL, confidence REAL NOT NULL, margin REAL NOT NULL, predictions TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS requests_at ON requests (at)",
    "CREATE TABLE IF NOT EXISTS pictures (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, at REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS lost (what TEXT PRIMARY KEY, count INTEGER NOT NULL)",
    f"PRAGMA user_version = {_FORMAT}",
)
_OLDEST = "SELECT id FROM requests ORDER BY at LIMIT (SELECT count(*) / 10 FROM requests)"
_TAKEN = "SELECT sha256, at, sum(size) OVER (ORDER BY at DESC, sha256) AS taken FROM pictures"
_BEYOND = f"SELECT sha256 FROM ({_TAKEN}) WHERE at < ? OR taken > ?"


@dataclass(frozen=True, slots=True)
class Entry:
    """One answered request on its way into the log: `at` in seconds since 1970, the picture's bytes unless they are not to be kept."""

    at: float
    sha256: str
    predictions: tuple[Prediction, ...]
    model: int
    seconds: float
    picture: bytes | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is kept: no request older than `days`, and the newest pictures of `picture_bytes` together."""

    days: float = 30.0
    picture_bytes: int = 2 << 30


class Served:
    """The log of one project, for any number of threads and processes."""

    def __init__(self, project: Path) -> None:
        self.folder = project / FOLDER
        self._project = project
        self._file = self.folder / FILE

    def append(self, entries: Sequence[Entry], *, lost: int, bounds: Bounds) -> None:
        """Keeps entries, all or none; what is beyond the bounds goes. `lost` counts requests since the last time that were not logged.

        Raises:
            DiskFull: there is less room left than the log may take.
            ReadOnlyProject: the project cannot be written to.
            CatalogBusy: another process held the log all the time.
            ProjectError: the log is damaged, or the disk fails.
        """
        with self._explaining():
            self._make_room()
            pictures = {entry.sha256: entry for entry in entries if entry.picture is not None}
            sizes = [(sha, self._keep(entry), entry.at) for sha, entry in pictures.items()]
            with closing(self._open_to_write()) as connection:
                gone = _append(connection, entries, sizes, lost, bounds)
            for sha256 in gone:
                self.picture(sha256).unlink(missing_ok=True)

    def picture(self, sha256: str) -> Path:
        """Where the picture of a request lies, if it was logged and is still kept.

        Raises:
            ValueError: it is no SHA-256, in lower-case hex.
        """
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256 in lower-case hex")
        return self.folder / PICTURES / sha256[:2] / sha256

    def sweep(self) -> None:
        """Removes pictures that no row knows, but for those that another server may be about to write down."""
        with self._explaining(), self.reading() as connection:
            if connection is None:
                return
            known = {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM pictures")}
            old = time.time() - _ORPHAN_SECONDS
            for path in (self.folder / PICTURES).glob("*/*"):
                with suppress(OSError):
                    if path.name not in known and path.stat().st_mtime < old:
                        path.unlink()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection that sees one moment of the log; None where there is none.

        Raises:
            ProjectError: it is damaged or cannot be read; CatalogBusy when another process holds it all the time.
        """
        with self._explaining():
            if not self._file.exists():
                yield None
                return
            with closing(self._open_to_read()) as connection:
                connection.execute("BEGIN")
                yield connection if self._format(connection) else None  # None: begun this moment, or emptied by other hands

    def _open_to_read(self) -> sqlite3.Connection:
        # One who was killed may have left a transaction half done: whoever may write takes it back.
        if os.access(self._file, os.W_OK) and os.access(self.folder, os.W_OK):
            return connect(self._file, "mode=rw")
        return connect(self._file, "mode=ro" if self._file.with_name(f"{FILE}-journal").exists() else "immutable=1")

    def _open_to_write(self) -> sqlite3.Connection:
        connection = connect(self._file, "mode=rwc")
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            self._format(connection)
            for statement in _TABLES:
                connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        return connection

    def _format(self, connection: sqlite3.Connection) -> int:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found > _FORMAT:
            raise NewerCatalog(f"The log {self._file} was written by a later version of cvwidgets (format {found}). Update cvwidgets.")
        return int(found)

    def _make_room(self) -> None:
        if not self._project.is_dir():
            raise ProjectError(f"The project folder {self._project} is not there any more; what is served is logged in it. Put it back.")
        self.folder.mkdir(exist_ok=True)
        if shutil.disk_usage(self.folder).free < LEFT_FREE:
            raise DiskFull(
                f"The disk of {self._project.name!r} has less than {LEFT_FREE >> 20} MB left; what is served is logged only while there is "
                "more. Free some space; serving goes on meanwhile."
            )

    def _keep(self, entry: Entry) -> int:
        """Writes a picture whole, unless it is there; returns its size."""
        path, data = self.picture(entry.sha256), entry.picture or b""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{entry.sha256[:8]}-{secrets.token_hex(8)}")
            try:
                part.write_bytes(data)
                part.replace(path)
            except OSError:
                part.unlink(missing_ok=True)
                raise
        return len(data)

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise self._explained(error) from error

    def _explained(self, error: OSError | sqlite3.Error) -> ProjectError:
        if disk_is_full(self._project):
            return DiskFull(f"The disk of {self._project.name!r} is full; what is served cannot be logged. Free some space.")
        if isinstance(error, sqlite3.Error) and is_busy(error):
            return CatalogBusy(f"The log {self._file} was held by another process for too long; writing takes a moment. End the other one.")
        if isinstance(error, sqlite3.Error) and is_damage(error):
            return ProjectError(f"The log {self._file} is damaged ({error}); it holds nothing else. Move it away, and a new one is begun.")
        if isinstance(error, PermissionError) or not os.access(self._project, os.W_OK):
            return read_only(self._project)
        return ProjectError(f"The log {self._file} cannot be read or written ({error}). Check its disk, then try again.")

    def remove(self) -> None:
        """Forgets all that was served: requests and pictures.

        Raises:
            ProjectError: it cannot be removed.
        """
        with self._explaining():
            for name in (FILE, *(f"{FILE}{log}" for log in LOGS)):
                (self.folder / name).unlink(missing_ok=True)
            shutil.rmtree(self.folder / PICTURES, ignore_errors=True)


def _append(
    connection: sqlite3.Connection, entries: Sequence[Entry], pictures: Sequence[tuple[str, int, float]], lost: int, bounds: Bounds
) -> list[str]:
    """Writes within the transaction that is begun, and ends it; returns whose pictures are no longer kept."""
    connection.executemany(
        "INSERT INTO requests (at, sha256, model, seconds, label, confidence, margin, predictions) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [_row(entry) for entry in entries if entry.predictions],
    )
    connection.executemany("INSERT INTO pictures VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at", pictures)
    if lost:
        connection.execute("INSERT INTO lost VALUES ('requests', ?) ON CONFLICT DO UPDATE SET count = count + excluded.count", (lost,))
    gone = _forget(connection, bounds)
    connection.execute("COMMIT")
    return gone


def _row(entry: Entry) -> tuple[float, str, int, float, str, float, float, str]:
    first, *others = sorted(entry.predictions, key=lambda one: -one.probability)
    margin = first.probability - (others[0].probability if others else 0.0)
    told = [[one.label, round(one.probability, 5)] for one in (first, *others)[:TOLD]]
    facts = json.dumps(told, ensure_ascii=False)
    return entry.at, entry.sha256, entry.model, entry.seconds, first.label, first.probability, margin, facts


def _forget(connection: sqlite3.Connection, bounds: Bounds) -> list[str]:
    """Lets go of what is beyond the bounds; returns whose pictures are no longer kept."""
    old = time.time() - bounds.days * 86_400
    connection.execute("DELETE FROM requests WHERE at < ?", (old,))
    pages, free, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size"))
    if (pages - free) * size > LOG_BYTES:
        connection.execute(f"DELETE FROM requests WHERE id IN ({_OLDEST})")
    if connection.execute("SELECT min(at) < ? OR sum(size) > ? FROM pictures", (old, bounds.picture_bytes)).fetchone()[0]:
        gone = [sha256 for (sha256,) in connection.execute(_BEYOND, (old, bounds.picture_bytes))]
        connection.executemany("DELETE FROM pictures WHERE sha256 = ?", [(sha256,) for sha256 in gone])
        return gone
    return []
