"""Models, registered with a version: best checkpoints of runs, and those trained elsewhere; one of them is in production."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from cvwidgets.clock import now
from cvwidgets.errors import NoModel
from cvwidgets.model import Model
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.places import Places
from cvwidgets.store.tables import models

ORIGIN = "registered.json"
"""In the folder of a model without a run: its `source` and `title`. The catalog holds neither, so that older ones need no change."""


class Models:
    """The registered models of a project, by versions that count from 1."""

    def __init__(self, catalog: Catalog, places: Places) -> None:
        self._catalog = catalog
        self._places = places

    def register(self, *, run: str | None, folder: Path, labels: Sequence[str]) -> Model:
        """Gives the model in a folder a version; one that has it keeps it, with the labels of now. One of no run holds `ORIGIN`."""
        kept = self._places.keep(folder)
        with self._catalog.write() as connection:
            same = connection.execute(select(models.c.version).where(models.c.run == (run or ""), models.c.folder == kept)).scalar()
            version = same or (connection.execute(select(func.max(models.c.version))).scalar() or 0) + 1
            facts = {"labels": json.dumps(list(labels), ensure_ascii=False), "created": now()}
            if same:
                connection.execute(update(models).where(models.c.version == same).values(**facts))
            else:
                connection.execute(insert(models).values(version=version, run=run or "", folder=kept, production=False, **facts))
        return self.get(version)

    def promote(self, version: int) -> Model:
        """Puts a model into production; the one that was there leaves it.

        Raises:
            NoModel: there is no such version.
        """
        self.get(version)
        with self._catalog.write() as connection:
            connection.execute(update(models).where(models.c.production).values(production=False))
            connection.execute(update(models).where(models.c.version == version).values(production=True))
        return self.get(version)

    def production(self) -> Model | None:
        """The model in production, or None."""
        return next((model for model in self.list() if model.production), None)

    def list(self) -> list[Model]:
        """All models, by version."""
        with self._catalog.read() as connection:
            return [self._as_model(row) for row in connection.execute(select(models).order_by(models.c.version))]

    def get(self, version: int) -> Model:
        """The model of a version.

        Raises:
            NoModel: there is no such version.
        """
        if (found := next((model for model in self.list() if model.version == version), None)) is None:
            raise NoModel(f"There is no model of version {version}; a registered one is needed. List the models to see them.")
        return found

    def _as_model(self, row: Row[Any]) -> Model:
        folder, labels = self._places.find(row.folder), tuple(json.loads(row.labels))
        source, title = (None, "") if row.run else _origin(folder)
        return Model(row.version, row.run or None, folder, labels, row.created, bool(row.production), source, title)


def _origin(folder: Path) -> tuple[str, str]:
    try:
        facts = json.loads((folder / ORIGIN).read_text("utf-8"))
        return str(facts["source"]), str(facts["title"])
    except (OSError, ValueError, KeyError, TypeError):  # its folder is gone or damaged: the version is listed all the same
        return "elsewhere", ""
