"""Models: best checkpoints of runs, registered with a version; one of them is in production."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from cvwidgets.clock import now
from cvwidgets.errors import NoModel
from cvwidgets.records import Model
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.places import Places
from cvwidgets.store.tables import models


class Models:
    """The registered models of a project, by versions that count from 1."""

    def __init__(self, catalog: Catalog, places: Places) -> None:
        self._catalog = catalog
        self._places = places

    def register(self, *, run: str, folder: Path, labels: Sequence[str]) -> Model:
        """Gives the model in a folder a version; a run's folder that has one keeps it, with the labels of now."""
        kept = self._places.keep(folder)
        with self._catalog.write() as connection:
            same = connection.execute(select(models.c.version).where(models.c.run == run, models.c.folder == kept)).scalar()
            version = same or (connection.execute(select(func.max(models.c.version))).scalar() or 0) + 1
            facts = {"labels": json.dumps(list(labels), ensure_ascii=False), "created": now()}
            if same:
                connection.execute(update(models).where(models.c.version == same).values(**facts))
            else:
                connection.execute(insert(models).values(version=version, run=run, folder=kept, production=False, **facts))
        return self._get(version)

    def promote(self, version: int) -> Model:
        """Puts a model into production; the one that was there leaves it.

        Raises:
            NoModel: there is no such version.
        """
        self._get(version)
        with self._catalog.write() as connection:
            connection.execute(update(models).where(models.c.production).values(production=False))
            connection.execute(update(models).where(models.c.version == version).values(production=True))
        return self._get(version)

    def production(self) -> Model | None:
        """The model in production, or None."""
        return next((model for model in self.list() if model.production), None)

    def list(self) -> list[Model]:
        """All models, by version."""
        with self._catalog.read() as connection:
            return [self._as_model(row) for row in connection.execute(select(models).order_by(models.c.version))]

    def _get(self, version: int) -> Model:
        if (found := next((model for model in self.list() if model.version == version), None)) is None:
            raise NoModel(f"There is no model of version {version}; a registered one is needed. List the models to see them.")
        return found

    def _as_model(self, row: Row[Any]) -> Model:
        labels = tuple(json.loads(row.labels))
        return Model(row.version, row.run, self._places.find(row.folder), labels, row.created, bool(row.production))
