"""The driver's bare connections to files that SQLite keeps."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

CATALOG = "catalog.db"
BUSY_SECONDS = 15.0
LOGS = ("-wal", "-shm", "-journal")
"""What SQLite appends to a database's name for the files it keeps beside it."""


def connect(path: Path, mode: str, *, seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection for any thread, which begins no transaction by itself.

    Args:
        path: The database; where it is missing, none is made.
        mode: How to open it, as part of an SQLite address: "mode=rw", "mode=ro", or "immutable=1" for a file that nobody writes to.
        seconds: So long it waits for the locks of others.
    """
    address = f"file:{quote(os.fsencode(path))}?{mode}"
    return sqlite3.connect(address, uri=True, timeout=seconds, isolation_level=None, check_same_thread=False)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether an error says that others hold the database."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that a file is damaged, or no database."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
