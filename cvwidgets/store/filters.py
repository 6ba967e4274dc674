"""Filters that were saved with a name. They know their labels by id, so that a renamed or moved label is still the one that was meant."""

from __future__ import annotations

import json
from contextlib import suppress

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from cvwidgets.errors import FilterError
from cvwidgets.filter import Filter, SavedFilter, checked_name
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.tables import labels, settings
from cvwidgets.store.tree import folded, read_tree

_PREFIX = "filter:"


class Filters:
    """The saved filters of a project, in the table of its settings. Names differ, letter case aside."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def list(self) -> tuple[SavedFilter, ...]:
        """All of them by name, with the names that their labels have now; a deleted label has the name that it had last.

        Those that hold what this version does not know are left out.
        """
        with self._catalog.read() as connection:
            rows = connection.execute(select(settings.c.value).where(settings.c.key.startswith(_PREFIX, autoescape=True))).scalars().all()
            names = _all_paths(connection) if rows else {}
        found = []
        for value in rows:
            with suppress(FilterError, KeyError):
                kept = json.loads(value)
                asked = {**kept["filter"], "labels": [names[i] for i in kept["filter"].get("labels", [])]}
                found.append(SavedFilter(kept["name"], Filter.from_json(asked)))
        return tuple(sorted(found, key=lambda saved: folded(saved.name)))

    def save(self, name: str, wanted: Filter) -> None:
        """Keeps a filter under a name; one of that name is replaced.

        Raises:
            FilterError: the name cannot be one.
            UnknownLabel: there is no label of that name.
        """
        name = checked_name(name)
        with self._catalog.write() as connection:
            tree = read_tree(connection)
            asked = {**wanted.to_json(), "labels": [tree.find(label) for label in wanted.labels]}
            value = json.dumps({"name": name, "filter": asked}, ensure_ascii=False)
            row = upsert(settings).values(key=_key(name), value=value)
            connection.execute(row.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

    def delete(self, name: str) -> None:
        """Forgets a saved filter; no image is changed by that.

        Raises:
            FilterError: there is none of that name.
        """
        with self._catalog.write() as connection:
            if not connection.execute(delete(settings).where(settings.c.key == _key(name))).rowcount:
                raise FilterError(f"There is no saved filter {name!r}; the name of one is needed. Choose one of those that are listed.")


def _key(name: str) -> str:
    return _PREFIX + folded(name.strip())


def _all_paths(connection: Connection) -> dict[int, str]:
    """The slash path of each label that ever was, by id."""
    rows = {row.id: row for row in connection.execute(select(labels.c.id, labels.c.parent_id, labels.c.name))}

    def path(label_id: int) -> str:
        row = rows[label_id]
        return str(row.name) if row.parent_id is None else f"{path(row.parent_id)}/{row.name}"

    return {label_id: path(label_id) for label_id in rows}
