"""The catalog's connections: who reads, who writes, and what holds when a transaction begins."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, ExceptionContext, create_engine, event, exc, select, update
from sqlalchemy.pool import NullPool, QueuePool

from cvwidgets.errors import CatalogBusy
from cvwidgets.store.failures import explain, read_only
from cvwidgets.store.tables import meta

BUSY_SECONDS = 15.0
_WRITES = "cvwidgets_writes"
_CHANGED = update(meta).where(meta.c.key == "version").values(value=meta.c.value + 1)


class Catalog:
    """The SQLite database of one project, for any number of threads and processes.

    Each transaction has a connection to itself; those at rest wait in a pool. `connect` makes a bare one.
    """

    def __init__(self, folder: Path, connect: Callable[[], sqlite3.Connection], *, read_only: bool) -> None:
        self.folder = folder
        self.read_only = read_only
        # No limit: a thread that waited for another's connection could wait for one that waits for it.
        many = {"poolclass": QueuePool, "pool_size": 4, "max_overflow": -1, "pool_use_lifo": True}
        # One who only looks may look past the locks, and then sees others' changes in a new connection alone.
        pool: dict[str, Any] = {"poolclass": NullPool} if read_only else many
        self._engine = create_engine("sqlite://", creator=connect, **pool)
        self._writing = self._engine.execution_options(**{_WRITES: True})
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "checkout", _refuse_after_fork)
        event.listen(self._engine, "begin", _begin)
        event.listen(self._engine, "handle_error", self._explain)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the catalog, whatever others write meanwhile."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is the only one to write until it ends: all of it is kept, or nothing.

        Raises:
            ReadOnlyProject: the project can only be looked at.
            CatalogBusy: others wrote for longer than 15 s.
            DiskFull: there was no room; nothing was changed.
        """
        if self.read_only:
            raise read_only(self.folder)
        with self._writing.begin() as connection:
            yield connection
            connection.execute(_CHANGED)

    def version(self) -> int:
        """A number that grows with every change, by whatever process."""
        with self.read() as connection:
            return int(connection.execute(select(meta.c.value).where(meta.c.key == "version")).scalar_one())

    def close(self) -> None:
        """Closes the connections; a later use opens new ones."""
        self._engine.dispose()

    def _explain(self, context: ExceptionContext) -> None:
        if (error := explain(context.original_exception, self.folder)) is not None:
            raise error from context.original_exception


def _prepare(connection: sqlite3.Connection, record: Any) -> None:
    record.info["process"] = os.getpid()
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -32000")
    connection.create_function("file_has", 2, _file_has, deterministic=True)
    connection.create_function("text_has", 2, _text_has, deterministic=True)


def _refuse_after_fork(connection: Any, record: Any, proxy: Any) -> None:  # noqa: ARG001
    # SQLite forbids to use a connection in a forked child; the pool then makes a new one (SQLAlchemy, "Connection Pooling").
    if record.info["process"] != os.getpid():
        record.dbapi_connection = proxy.dbapi_connection = None
        raise exc.DisconnectionError("This connection belongs to the parent process.")


def _begin(connection: Connection) -> None:
    """Begins each transaction: the driver begins none itself (isolation_level None), because its own rules lose writes silently.

    The write lock is taken by short random waits. SQLite's busy handler waits longer and longer, so that whoever waited
    longest is the least likely to be next; here each one that waits has the same chance at any time.
    """
    if not connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql("BEGIN")
        return
    deadline = time.monotonic() + BUSY_SECONDS
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except CatalogBusy:
                if time.monotonic() > deadline:
                    raise
            time.sleep(random.uniform(0.001, 0.008))
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


def _file_has(path: str | bytes, key: str) -> bool:
    """Whether the name at the end of a path holds a text, which comes folded."""
    name = path.decode("utf-8", "replace") if isinstance(path, bytes) else path
    return key in name.rpartition("/")[2].casefold()


def _text_has(text: str | None, key: str) -> bool:
    """Whether a text holds another, which comes folded, letter case aside; SQLite's own comparison knows ASCII alone."""
    return text is not None and key in text.casefold()
