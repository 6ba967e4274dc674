"""What is known of where images came from: what a search brought, whom to thank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from cvwidgets.store.facts import as_dict, known_facts
from cvwidgets.store.places import Places
from cvwidgets.store.tables import images, sources
from cvwidgets.store.tree import read_tree


def count_brought(connection: Connection, queries: Sequence[str], providers: Sequence[str], since: str) -> int:
    """How many images are here that these queries found at these providers since a moment (ISO 8601, UTC)."""
    query = _here(select(func.count(sources.c.image_id.distinct())))
    found = sources.c.query.in_(queries), sources.c.provider.in_(providers), sources.c.at >= since
    return int(connection.execute(query.where(*found)).scalar_one())


def attributions(connection: Connection, places: Places) -> list[dict[str, Any]]:
    """One row for each source of the web of each image that is not in the trash, by image: file, label and all that is known of it."""
    tree = read_tree(connection)
    facts = {row.id: as_dict(row, tree, places) for row in connection.execute(known_facts())}
    told = _here(select(sources)).where(or_(sources.c.address.like("http%"), sources.c.page.is_not(None), sources.c.provider.is_not(None)))
    return [
        {**row._mapping, "file": facts[row.image_id]["path"], "label": facts[row.image_id]["label"]}
        for row in connection.execute(told.order_by(sources.c.image_id, sources.c.id))
        if row.image_id in facts and facts[row.image_id]["state"] != "trashed"
    ]


def _here(query: Select[Any]) -> Select[Any]:
    return query.select_from(sources.join(images, images.c.id == sources.c.image_id)).where(images.c.gone.is_(None))
