"""Opening a catalog: beginning one, bringing an older one up to date, or finding that it can only be looked at."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection, create_engine, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from cvwidgets.errors import NewerCatalog, ProjectError, ReadOnlyProject
from cvwidgets.records import UNSORTED
from cvwidgets.store.backups import list_backups
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.checking import has_content, note_unclean_end
from cvwidgets.store.driver import CATALOG, connect
from cvwidgets.store.failures import damaged, disk_full, disk_is_full, explain, read_only, without_room
from cvwidgets.store.tables import UNSORTED_ID, labels, meta, metadata

REVISIONS = ("0001", "0002", "0003", "0004")
"""All revisions of the catalog, oldest first; each has its file in `migrations/versions`."""

_REVISION_TABLE = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
"""As Alembic makes it, which is imported only when an older catalog must change."""


def open_catalog(folder: Path, *, create: bool, network: bool = False) -> Catalog:
    """Opens the catalog of a project folder, beginning it where there is none and `create` says so; see `open_store`.

    On a network folder it does without the write-ahead log, as soon as nobody else has it open.
    """
    path = folder / CATALOG
    if not path.exists():
        if list_backups(folder):
            raise damaged(folder, "it is not there")
        if not create:
            raise ProjectError(f"{folder} holds no project; a folder with a {CATALOG} is needed. Choose another folder, or begin one here.")
        _begin_project(folder, "DELETE" if network else "WAL")
    note_unclean_end(folder)
    try:
        refusal, revision = _look(path)
    except sqlite3.Error as error:
        raise explain(error, folder) or damaged(folder, str(error)) from error
    if revision not in REVISIONS:
        raise NewerCatalog(
            f"The project {folder.name!r} was written by a later version of cvwidgets (catalog {revision}); "
            f"this one reads up to {REVISIONS[-1]}. Update cvwidgets and open it again."
        )
    if network and refusal is None:
        _leave_log(path)
    catalog = Catalog(folder, lambda: _fill_up(_connect_to_look(path)) if refusal else connect(path, "mode=rw"), refusal=refusal)
    # One that can only be looked at is read as it is: so far no migration did more than add tables.
    if revision != REVISIONS[-1] and refusal is None:
        _bring_up_to_date(catalog)
    return catalog


def fill(connection: Connection) -> None:
    """Creates the tables of a new catalog, with what is always in them."""
    metadata.create_all(connection)
    connection.exec_driver_sql(_REVISION_TABLE)
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (REVISIONS[-1],))
    connection.execute(insert(meta).values(key="version", value=0))
    connection.execute(insert(labels).values(id=UNSORTED_ID, name=UNSORTED, folded=UNSORTED.casefold(), gone=False))


def migrate(connection: Connection) -> None:
    """Brings an older catalog up to date, within the transaction of `connection`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _bring_up_to_date(catalog: Catalog) -> None:
    """Migrates a catalog that can be written to, as a whole or not at all; others wait meanwhile.

    SQLite has a table made anew by dropping it, which foreign keys would take for the deletion of its rows: here they are off.
    """
    try:
        with closing(connect(catalog.folder / CATALOG, "mode=rw")) as connection:
            engine = create_engine("sqlite://", creator=lambda: connection, poolclass=NullPool)
            with engine.begin() as wrapped:
                wrapped.exec_driver_sql("BEGIN IMMEDIATE")
                migrate(wrapped)
    except DBAPIError as error:
        raise explain(error.orig or error, catalog.folder) or error from error


def _begin_project(folder: Path, journal: str) -> None:
    """Makes a whole catalog beside its place, then puts it there: whoever looks sees none or all of it."""
    if folder.exists() and not folder.is_dir():
        raise ProjectError(f"{str(folder)!r} is a file; a project is a folder. Name another place for it.")
    draft = folder / f".{CATALOG}-{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA journal_mode = {journal}")
            engine = create_engine("sqlite://", creator=lambda: connection, poolclass=NullPool)
            with engine.begin() as wrapped:
                wrapped.exec_driver_sql("BEGIN")
                fill(wrapped)
        _put_in_place(draft, folder / CATALOG)
    except (OSError, sqlite3.Error) as error:
        if disk_is_full(folder if folder.exists() else folder.parent):
            raise disk_full(folder) from error
        raise read_only(folder) from error
    finally:
        for leftover in folder.glob(f"{draft.name}*"):
            leftover.unlink(missing_ok=True)


def _put_in_place(draft: Path, path: Path) -> None:
    """Gives the draft its name, unless another process was quicker: then that one's catalog stays."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links (exFAT)
        if not path.exists():
            draft.rename(path)


def _look(path: Path) -> tuple[ReadOnlyProject | None, str]:
    """Why the catalog can only be looked at, if so, and its revision."""
    refusal = read_only(path.parent)
    # Never open the catalog as a file to try: closing it would drop the locks that this process holds on it (POSIX).
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        try:
            with closing(connect(path, "mode=rw")) as connection:
                return None, _revision(connection, path)
        except sqlite3.OperationalError as error:
            if disk_is_full(path.parent):
                refusal = without_room(path.parent)
            elif error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise
    with closing(_connect_to_look(path)) as connection:
        return refusal, _revision(connection, path)


def _leave_log(path: Path) -> None:
    """Turns the write-ahead log off, which needs memory that all users of the catalog share; with others in it, it stays for now.

    A catalog without it stays so on a local disk too: another computer may have it open through the network, and would follow.
    """
    with suppress(sqlite3.OperationalError), closing(connect(path, "mode=rw", seconds=0)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _connect_to_look(path: Path) -> sqlite3.Connection:
    """A connection to a catalog that cannot be written to.

    What was not yet moved from the write-ahead log is seen by mode=ro alone, which needs the log's index to be there too;
    without a log, or with an empty one, only immutable=1 opens such a catalog.
    """
    if has_content(path.with_name(f"{CATALOG}-wal")):
        connection = connect(path, "mode=ro")
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            return connection
        except sqlite3.OperationalError:
            connection.close()
            if disk_is_full(path.parent):
                raise
    return connect(path, "immutable=1")


def _fill_up(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, in which an older catalog has the tables that it lacks, empty, in memory alone."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in metadata.sorted_tables:
        if table.name not in there:
            connection.execute("PRAGMA temp_store = MEMORY")  # set to something else later, it would drop the table
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            connection.execute(f'CREATE TEMP TABLE "{table.name}" ({names})')
    return connection


def _revision(connection: sqlite3.Connection, path: Path) -> str:
    try:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # no such table
            raise damaged(path.parent, "it is another kind of database") from error
        raise
