"""What is known of images by the hash of their bytes and can be made again: their thumbnails, and when they were taken.

Each kind is packed into one file that may be deleted at any time, under a running process too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

Value = TypeVar("Value")

_BUSY_SECONDS = 5.0
_CHUNK = 500


class ByHash(Generic[Value]):
    """A cache: what cannot be read is missing, what cannot be written is dropped; a damaged file is begun anew.

    Each call opens the file afresh (0.2 ms), so that one deleted or replaced meanwhile is never written to.
    Its journal is no write-ahead log: a log left behind by a deleted file would be taken for the new one's.
    """

    _table: ClassVar[str]
    _column: ClassVar[str]

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, shas: Sequence[str]) -> dict[str, Value]:
        """What is there of these, by SHA-256."""
        found: dict[str, Value] = {}
        with self._damage_ends_it(), closing(self._open()) as connection:
            for start in range(0, len(shas), _CHUNK):
                chunk = shas[start : start + _CHUNK]
                marks = ",".join("?" * len(chunk))
                found.update(connection.execute(f"SELECT * FROM {self._table} WHERE sha256 IN ({marks})", list(chunk)))
        return found

    def put(self, items: Iterable[tuple[str, Value]]) -> None:
        """Keeps what is given, each with its SHA-256."""
        rows = list(items)
        for _ in range(2):  # the second time for a file that turned out damaged
            with self._damage_ends_it(), closing(self._open()) as connection, connection:
                connection.executemany(f"INSERT OR REPLACE INTO {self._table} VALUES (?, ?)", rows)
                return

    def remove(self, shas: Sequence[str]) -> None:
        """Takes these out again."""
        with self._damage_ends_it(), closing(self._open()) as connection, connection:
            connection.executemany(f"DELETE FROM {self._table} WHERE sha256 = ?", [(sha256,) for sha256 in shas])

    def _open(self) -> sqlite3.Connection:
        """A connection to the file, which is created with its folder where it is missing."""
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS)
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"CREATE TABLE IF NOT EXISTS {self._table} (sha256 TEXT PRIMARY KEY, {self._column} NOT NULL)")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _damage_ends_it(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                self._remove()

    def _remove(self) -> None:
        for path in (self._path, self._path.with_name(f"{self._path.name}-journal")):
            with suppress(OSError):
                path.unlink(missing_ok=True)


class Thumbnails(ByHash[bytes]):
    """The thumbnails, as JPEG bytes."""

    _table, _column = "thumbnails", "jpeg BLOB"


class Captures(ByHash[str]):
    """When images were taken, as their cameras say (see `records.Header`); empty for one that does not say."""

    _table, _column = "captures", "taken TEXT"
