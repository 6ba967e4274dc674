"""The catalog's connections: who reads, who writes, and what holds when a transaction begins."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, ExceptionContext, create_engine, event, exc, func, select, update
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

from cvwidgets.errors import CatalogBusy, DamagedCatalog, ReadOnlyProject
from cvwidgets.store.driver import BUSY_SECONDS, CATALOG
from cvwidgets.store.failures import explain
from cvwidgets.store.tables import acts, meta

_WRITES = "cvwidgets_writes"
_CHANGED = update(meta).where(meta.c.key == "version").values(value=meta.c.value + 1)
_LAST_ACT = select(func.coalesce(func.max(acts.c.id), 0))
_OWN_ACTS = 1000
"""So many acts of its own a catalog remembers; those before them are taken back as the person's."""


class Catalog:
    """The SQLite database of one project, for any number of threads and processes.

    Each transaction has a connection to itself; those at rest wait in a pool. `connect` makes a bare one, `refusal` is why nothing
    can be changed. A catalog that is put in the place of this one (restored, or by hand) is the one that the next transaction sees.
    `own_acts` are the ids of the acts written through this object, the latest last: what this window did, as against the others.
    """

    def __init__(self, folder: Path, connect: Callable[[], sqlite3.Connection], *, refusal: ReadOnlyProject | None) -> None:
        self.folder = folder
        self._refusal = refusal
        self._connect = connect
        self.own_acts: deque[int] = deque(maxlen=_OWN_ACTS)
        self._condemned: DamagedCatalog | None = None
        # No limit: a thread that waited for another's connection could wait for one that waits for it.
        many = {"poolclass": QueuePool, "pool_size": 4, "max_overflow": -1, "pool_use_lifo": True}
        # One who only looks may look past the locks, and then sees others' changes in a new connection alone.
        pool: dict[str, Any] = {"poolclass": NullPool} if self.read_only else many
        self._engine = create_engine("sqlite://", creator=self._connect_anew, **pool)
        self._writing = self._engine.execution_options(**{_WRITES: True})
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "checkout", self._refuse_stale)
        event.listen(self._engine, "begin", _begin)
        event.listen(self._engine, "handle_error", self._explain)

    @property
    def read_only(self) -> bool:
        """Whether the catalog can only be looked at."""
        return self._refusal is not None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the catalog, whatever others write meanwhile.

        Raises:
            DamagedCatalog: the catalog cannot be read, or was condemned.
        """
        self.check()
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is the only one to write until it ends: all of it is kept, or nothing.

        Raises:
            ReadOnlyProject: the project can only be looked at.
            CatalogBusy: others wrote for longer than 15 s.
            DiskFull: there was no room; nothing was changed.
            DamagedCatalog: the catalog cannot be read, or was condemned.
        """
        self.check()
        if self._refusal is not None:
            raise copy(self._refusal)
        with self._writing.begin() as connection:
            before = connection.execute(_LAST_ACT).scalar_one()
            yield connection
            connection.execute(_CHANGED)
            added = connection.execute(select(acts.c.id).where(acts.c.id > before)).scalars().all()
        self.own_acts.extend(added)

    def version(self) -> int:
        """A number that grows with every change, by whatever process."""
        with self.read() as connection:
            return int(connection.execute(select(meta.c.value).where(meta.c.key == "version")).scalar_one())

    def condemn(self, error: DamagedCatalog) -> None:
        """Lets no transaction begin from now on: the catalog was found damaged, and writing to it would make that worse."""
        self._condemned = error

    def check(self) -> None:
        """Passes when the catalog was not condemned.

        Raises:
            DamagedCatalog: it was.
        """
        if self._condemned is not None:
            raise copy(self._condemned)

    def close(self) -> None:
        """Closes the connections; a later use opens new ones."""
        self._engine.dispose()

    def _connect_anew(self, record: ConnectionPoolEntry) -> sqlite3.Connection:
        record.info["process"], record.info["file"] = os.getpid(), _identity(self.folder / CATALOG)
        return self._connect()

    def _refuse_stale(self, connection: Any, record: Any, proxy: Any) -> None:  # noqa: ARG002
        # SQLite forbids to use a connection in a forked child; the pool then makes a new one (SQLAlchemy, "Connection Pooling").
        if record.info["process"] != os.getpid():
            record.dbapi_connection = proxy.dbapi_connection = None
            raise exc.DisconnectionError("This connection belongs to the parent process.")
        if record.info["file"] != _identity(self.folder / CATALOG):
            raise exc.DisconnectionError("Another catalog was put in the place of this one.")

    def _explain(self, context: ExceptionContext) -> None:
        if (error := explain(context.original_exception, self.folder)) is not None:
            raise error from context.original_exception


def _prepare(connection: sqlite3.Connection, record: Any) -> None:  # noqa: ARG001
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -32000")
    connection.create_function("file_has", 2, _file_has, deterministic=True)
    connection.create_function("text_has", 2, _text_has, deterministic=True)


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file has that name now."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


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
