"""A look into a project from outside: what it holds and what it looks like, without opening, changing or making anything."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from cvwidgets.store.checking import has_content
from cvwidgets.store.driver import CATALOG, connect, is_busy

# By labels, through the narrow index of memberships: 100,000 kept images take 9 ms so, 60 ms otherwise. Every image has a membership; what
# is New under Unsorted (label 0) has no other one that counts.
_COUNTS = """
    SELECT unsorted + new + kept + trashed, unsorted + new, kept FROM (SELECT
        (SELECT count(*) FROM memberships WHERE label_id = 0 AND state = 'new') AS unsorted,
        (SELECT count(DISTINCT image_id) FROM memberships AS m WHERE label_id IN (SELECT id FROM labels WHERE id <> 0) AND state = 'new'
            AND NOT EXISTS (SELECT 1 FROM memberships AS k WHERE k.image_id = m.image_id AND k.state = 'kept')) AS new,
        (SELECT count(*) FROM memberships WHERE label_id IN (SELECT id FROM labels) AND state = 'kept') AS kept,
        (SELECT count(DISTINCT image_id) FROM memberships AS m WHERE label_id IN (SELECT id FROM labels) AND state = 'trashed'
            AND NOT EXISTS (SELECT 1 FROM memberships AS o WHERE o.image_id = m.image_id AND o.state <> 'trashed')) AS trashed)
"""
_FIRST = "SELECT (SELECT min(image_id) FROM memberships WHERE label_id = labels.id AND state = ?) AS id FROM labels WHERE NOT gone"
_COVER = f"SELECT sha256 FROM images JOIN ({_FIRST}) USING (id) WHERE sha256 IS NOT NULL LIMIT ?"
"""One image of each label, found by the index."""


@dataclass(frozen=True, slots=True)
class Peeked:
    """What a project holds; all zero with a `problem`, a short sentence, when it cannot be looked at or opened."""

    images: int = 0
    new: int = 0
    kept: int = 0
    problem: str | None = None


def peek(folder: Path) -> Peeked:
    """How many images a project has, how many of them are new and how many kept."""
    from cvwidgets.store.opening import REVISIONS

    try:
        with closing(_open(folder / CATALOG)) as connection:
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            if revision not in REVISIONS:
                return Peeked(problem="A later version of cvwidgets wrote it. Update cvwidgets to open it.")
            return Peeked(*connection.execute(_COUNTS).fetchone())
    except (sqlite3.Error, TypeError) as error:  # TypeError: a catalog without a revision
        return Peeked(problem=_problem(error))


def find_cover(folder: Path, most: int) -> list[bytes]:
    """Up to `most` thumbnails (JPEG) of a project, of different labels, kept ones first; what its cache does not have is left out."""
    with suppress(sqlite3.Error):
        with closing(_open(folder / CATALOG)) as connection:
            shas = [sha for state in ("kept", "new") for (sha,) in connection.execute(_COVER, (state, most))][:most]
        with closing(connect(folder / "cache" / "thumbnails.db", "mode=ro", seconds=0.2)) as cache:
            rows = [cache.execute("SELECT jpeg FROM thumbnails WHERE sha256 = ?", (sha,)).fetchone() for sha in shas]
        return [row[0] for row in rows if row]
    return []


def _open(path: Path) -> sqlite3.Connection:
    """A connection that reads. A catalog without a log and its index is taken as it lies there: else files would be left beside it."""
    is_open = has_content(path.with_name(f"{CATALOG}-wal")) and path.with_name(f"{CATALOG}-shm").exists()
    return connect(path, "mode=ro" if is_open or has_content(path.with_name(f"{CATALOG}-journal")) else "immutable=1", seconds=0.5)


def _problem(error: Exception) -> str:
    if isinstance(error, sqlite3.Error) and is_busy(error):
        return "Another process holds its catalog. Look again in a moment."
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):  # the first: a table is not there
        return "Its catalog is damaged. Open it to see the way back."
    if code == sqlite3.SQLITE_READONLY:  # a journal that only a writer may roll back
        return "It was not closed as it should. Open it to bring it in order."
    return f"Its catalog cannot be read ({error}). Check its permissions and its disk."
