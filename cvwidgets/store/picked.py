"""The images that an act is about, as a temporary table, so that each step of the act is one statement whatever their number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    delete,
    func,
    insert,
    literal,
    select,
)

from cvwidgets.errors import UnknownImage
from cvwidgets.store.tables import images

Ids = Sequence[int] | npt.NDArray[np.int64]

picked = Table("picked", MetaData(), Column("id", Integer, primary_key=True), Column("label_id", Integer), prefixes=["TEMP"])
"""The images of the act under way, and for each the label that it is about (as far as the act has one)."""


def given(ids: Ids) -> Select[tuple[int]]:
    """The ids as a sub-select; they travel as one JSON text."""
    return given_texts(as_list(ids))


def given_texts(values: Sequence[Any]) -> Select[Any]:
    """Texts, or numbers, as a sub-select; they travel as one JSON text."""
    return select(func.json_each(literal(json.dumps(list(values)))).table_valued("value").c.value)


def pick(connection: Connection, ids: Ids) -> None:
    """Fills `picked` with the images of these ids; those merged since stand for the image that they were merged into.

    Images that turned out broken since, or left with the emptied trash, are left out.

    Raises:
        UnknownImage: an id was never given to an image.
    """
    picked.create(connection, checkfirst=False) if not _exists(connection) else connection.execute(delete(picked))
    chosen = given(ids).subquery()
    became = images.alias("became")
    living = (
        select(became.c.id)
        .join(images, became.c.id == func.coalesce(images.c.survivor_id, images.c.id))
        .where(images.c.id.in_(select(chosen.c.value)), became.c.gone.is_(None))
    )
    connection.execute(insert(picked).from_select(["id"], living.distinct()))
    if connection.execute(select(func.count()).select_from(picked)).scalar_one() < len(ids):
        _refuse_unknown(connection, ids)


def as_list(ids: Ids) -> list[int]:
    """The ids as Python numbers."""
    return [int(i) for i in np.asarray(ids, dtype=np.int64).tolist()]


def _exists(connection: Connection) -> bool:
    return bool(connection.exec_driver_sql("SELECT 1 FROM sqlite_temp_master WHERE name = 'picked'").first())


def _refuse_unknown(connection: Connection, ids: Ids) -> None:
    known = set(connection.execute(select(images.c.id).where(images.c.id.in_(given(ids)))).scalars())
    if unknown := [i for i in as_list(ids) if i not in known]:
        raise UnknownImage(f"There is no image {unknown[0]} in this project; an id that it gave is needed. Ask for the images anew.")
