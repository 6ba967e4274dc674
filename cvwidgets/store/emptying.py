"""Emptying the trash: images leave for good and the project's own files of them are deleted; what they were stays known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from sqlalchemy import Connection, Select, delete, func, insert, literal, null, select, update

from cvwidgets.records import Act, TrashContent
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.filing import REPLACED, VANISHED
from cvwidgets.store.journal import begin_act, finish_act
from cvwidgets.store.picked import given, pick, picked
from cvwidgets.store.places import Places
from cvwidgets.store.tables import cells, changes, files, images, memberships
from cvwidgets.store.thumbnails import Thumbnails

KIND = "empty trash"
_BATCH = 200
"""So many files are deleted while nobody else can write to the catalog."""

_EMPTIED = select(images.c.id).where(images.c.gone == "emptied")


class Trash:
    """The images that are in the trash and nowhere else: how many, and the one act that cannot be undone."""

    def __init__(self, catalog: Catalog, places: Places, thumbnails: Thumbnails) -> None:
        self._catalog = catalog
        self._places = places
        self._thumbnails = thumbnails

    def look(self) -> TrashContent:
        """What emptying would remove; files that an interrupted emptying left count too."""
        there = files.c.problem.is_(None) | files.c.problem.not_in((VANISHED, REPLACED))
        going = files.c.image_id.in_(_leaving()) | files.c.image_id.in_(_EMPTIED)
        with self._catalog.read() as connection:
            return TrashContent(
                images=_count(connection, _leaving()),
                bytes=connection.execute(select(func.coalesce(func.sum(files.c.size), 0)).where(files.c.owned, there, going)).scalar_one(),
                unread=_count(connection, _leaving(read=False)),
            )

    def empty(self, *, by: str) -> Act:
        """Takes all images out that are in the trash and nowhere else. Cannot be undone.

        One transaction: the images leave, with what the user's own columns say; hashes, sources and history stay, so that the same bytes
        are never offered again. Then the files that the project owns of them are deleted, and their thumbnails; files elsewhere are never
        touched. Killed in between, the next emptying deletes what is left over. Images that were not read whole yet stay in the trash.

        Raises:
            ReadOnlyProject: the project can only be looked at.
        """
        with self._catalog.write() as connection:
            act = begin_act(connection, KIND, by=by)
            pick(connection, [])
            connection.execute(insert(picked).from_select(["id"], _leaving()))
            shas = list(connection.execute(select(images.c.sha256).join(picked, picked.c.id == images.c.id)).scalars())
            _take_out(connection, act)
            done = finish_act(connection, act, "Trash emptied: {images} removed for good")
        self._thumbnails.remove(shas)
        delete_files(self._catalog, self._places)
        return done


def delete_files(catalog: Catalog, places: Places, image_ids: Sequence[int] | None = None) -> None:
    """Deletes the files that the project owns of images that left with the emptied trash: of these, or of all.

    A file and its row go in one transaction, in which nobody can give the file to an image that lives. One that cannot be deleted now
    is left for the next time.
    """
    query = select(files.c.id, files.c.path).where(files.c.owned, files.c.image_id.in_(_EMPTIED)).order_by(files.c.id).limit(_BATCH)
    if image_ids is not None:
        query = query.where(files.c.image_id.in_(given(image_ids)))
    with catalog.read() as connection:
        if connection.execute(query.limit(1)).first() is None:
            return
    last = 0
    while True:
        with catalog.write() as connection:
            rows = connection.execute(query.where(files.c.id > last)).all()
            deleted = [row.id for row in rows if _delete(places, row.path)]
            connection.execute(delete(files).where(files.c.id.in_(given(deleted))))
        if len(rows) < _BATCH:
            return
        last = rows[-1].id


def _delete(places: Places, kept: str) -> bool:
    """Deletes a file of the project's `images/`, and no other; whether it is gone."""
    parts = PurePosixPath(kept).parts
    if parts[0] != "images" or ".." in parts:
        return False
    try:
        places.find(kept).unlink()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return True


def _take_out(connection: Connection, act: int) -> None:
    """Notes that all rows of the picked images end, and that these left."""
    mine = memberships.c.image_id.in_(select(picked.c.id))
    before = [memberships.c.state, memberships.c.claimed, memberships.c.act_id]
    ended = select(literal(act), memberships.c.image_id, memberships.c.label_id, *before, null(), null(), null()).where(mine)
    connection.execute(insert(changes).from_select([column.name for column in changes.columns], ended))
    connection.execute(update(images).where(images.c.id.in_(select(picked.c.id))).values(gone="emptied"))
    connection.execute(delete(cells).where(cells.c.image_id.in_(select(picked.c.id))))


def _leaving(*, read: bool = True) -> Select[tuple[int]]:
    """The images that are in the trash and nowhere kept or new, and were read whole (or not)."""
    elsewhere = select(memberships.c.image_id).where(memberships.c.state != "trashed")
    trashed = select(memberships.c.image_id).where(memberships.c.state == "trashed", memberships.c.image_id.not_in(elsewhere))
    known = images.c.settled & images.c.sha256.is_not(None)
    return select(images.c.id).where(images.c.id.in_(trashed), known if read else ~known)


def _count(connection: Connection, ids: Select[tuple[int]]) -> int:
    return connection.execute(select(func.count()).select_from(ids.subquery())).scalar_one()
