"""What lists and data sets tell of images in columns of the user's own, such as a patient, a camera or a site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from cvwidgets.recipe import COLUMN
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.columns import plain
from cvwidgets.store.picked import Ids, given
from cvwidgets.store.tables import cells, images, memberships, own_columns

Told = Sequence[tuple[str, str]]
"""The columns that say something of an image, with what they say."""

FEW, MANY = 1000, 10_000
"""So many kept images mostly tell that a column says the same of some; else as many more are looked at as tell it of any that one would
split by, though not of one that differs but for a few images."""


class Columns:
    """The columns of the user's own of one project."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def shared(self) -> list[str]:
        """The names of the columns that say the same of some kept images, of MANY at most, in the order in which they came."""
        with self._catalog.read() as connection:
            return [name for name, number in _numbered(connection).items() if _is_shared(connection, number)]

    def of(self, ids: Ids | None = None) -> dict[int, dict[str, str]]:
        """What the columns say of these images, or of all; those of which none says anything are left out."""
        query = select(cells.c.image_id, own_columns.c.name, cells.c.value).join(own_columns, own_columns.c.id == cells.c.column_id)
        query = query if ids is None else query.where(cells.c.image_id.in_(given(ids)))
        found: dict[int, dict[str, str]] = {}
        with self._catalog.read() as connection:
            for image_id, name, value in connection.execute(query.order_by(cells.c.image_id, cells.c.column_id)):
                found.setdefault(image_id, {})[name] = value
        return found


def beside(facts: dict[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
    """Facts of an image with what its columns say; one that is called like a fact is told as in a recipe, "column:size"."""
    return {**facts, **{COLUMN + name if name in facts else name: value for name, value in own.items()}}


def note_cells(connection: Connection, told: Sequence[tuple[int, Told]]) -> None:
    """Notes what is told of images, by id. What a column said of one before gives way; names of columns differ by more than their case."""
    if not told:
        return
    numbers = _number(connection, dict.fromkeys(name for _, some in told for name, _ in some))
    rows = [{"image_id": image_id, "column_id": numbers[name], "value": plain(value)} for image_id, some in told for name, value in some]
    _put(connection, rows)


def join_cells(connection: Connection, older: int, younger: int) -> None:
    """Gives an image what is told of another one that turned out to be the same; one that left for good gets nothing."""
    of_younger = cells.c.image_id == younger
    if rows := connection.execute(select(cells).where(of_younger)).all():
        if connection.execute(select(images.c.id).where(images.c.id == older, images.c.gone.is_(None))).first():
            _put(connection, [{**row._mapping, "image_id": older} for row in rows])
        connection.execute(delete(cells).where(of_younger))


def read_column(connection: Connection, name: str, ids: Ids) -> dict[int, str]:
    """What a column says of these images; those of which it says nothing are left out."""
    query = select(cells.c.image_id, cells.c.value).join(own_columns, own_columns.c.id == cells.c.column_id)
    return dict(connection.execute(query.where(own_columns.c.name == name, cells.c.image_id.in_(given(ids)))).tuples().all())


def columns_that_say(connection: Connection, ids: Ids) -> list[str]:
    """The names of the columns that say something of one of these images."""
    said = select(cells.c.column_id).where(cells.c.image_id.in_(given(ids)))
    query = select(own_columns.c.name).where(own_columns.c.id.in_(said)).order_by(own_columns.c.id)
    return list(connection.execute(query).scalars())


def _put(connection: Connection, rows: list[dict[str, Any]]) -> None:
    statement = upsert(cells)
    connection.execute(statement.on_conflict_do_update(set_={"value": statement.excluded.value}), rows)


def _numbered(connection: Connection) -> dict[str, int]:
    return dict(connection.execute(select(own_columns.c.name, own_columns.c.id).order_by(own_columns.c.id)).tuples().all())


def _number(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """The number of each column; those that are new get one."""
    known = {name.casefold(): number for name, number in _numbered(connection).items()}
    numbers: dict[str, int] = {}
    for name in names:
        kept = plain(name) or ""
        if (folded := kept.casefold()) not in known:
            known[folded] = connection.execute(
                insert(own_columns).values(name=kept, folded=folded).returning(own_columns.c.id)
            ).scalar_one()
        numbers[name] = known[folded]
    return numbers


def _is_shared(connection: Connection, number: int) -> bool:
    said = select(cells.c.value).join(memberships, memberships.c.image_id == cells.c.image_id)
    for most in (FEW, MANY):
        some = said.where(memberships.c.state == "kept", cells.c.column_id == number).limit(most).subquery()
        count, different = connection.execute(select(func.count(), func.count(some.c.value.distinct())).select_from(some)).one()
        if count > different or count < most:
            break
    return bool(count > different)
