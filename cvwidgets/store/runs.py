"""Runs: which snapshot was trained by which recipe, and the folder where the run writes what comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, insert, select

from cvwidgets.clock import now
from cvwidgets.errors import UnknownRun
from cvwidgets.records import Snapshot
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.failures import disk_full, disk_is_full
from cvwidgets.store.splits import current_scheme
from cvwidgets.store.tables import memberships, runs, snapshots, splits

_RUNS = select(runs, snapshots.c.train, snapshots.c.valid, snapshots.c.test).outerjoin(snapshots, snapshots.c.id == runs.c.snapshot_id)


@dataclass(frozen=True, slots=True)
class RunRow:
    """What the catalog knows of a run; all else is in its folder.

    `name` is its number ("0001"), `recipe` JSON values, `images` how many of its snapshot are to train, to choose by and to test;
    `continues` names the run whose weights it began with.
    """

    name: str
    folder: Path
    recipe: Mapping[str, Any]
    snapshot: str | None
    images: tuple[int, int, int] | None
    continues: str | None
    by: str
    created: str


class Runs:
    """The runs of a project, numbered from 1; none is ever overwritten."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._folder = catalog.folder / "runs"

    def add(self, *, recipe: Mapping[str, Any], snapshot: Snapshot | None, continues: str | None = None, by: str) -> RunRow:
        """Begins a run: gives it a number and a folder with `recipe.json` and `run.json`, from which the training works.

        `run.json` names the snapshot and the cache relative to the run's folder. A folder without its run (from a process that
        was killed between the two) is passed over, its number unused.

        Raises:
            UnknownRun: the run to continue does not exist.
            DiskFull: there was no room.
        """
        continued = int(self.get(continues).name) if continues is not None else None
        values = {
            "recipe": json.dumps(recipe),
            "snapshot_id": snapshot.id if snapshot else None,
            "continues": continued,
            "by": by,
            "created": now(),
        }
        with self._catalog.write() as connection:
            number = (connection.execute(select(func.max(runs.c.number))).scalar() or 0) + 1
            while (folder := self._folder / f"{number:04}").exists():
                number += 1
            connection.execute(insert(runs).values(number=number, **values))
            self._write(folder, recipe, snapshot, continues)
        return self.get(f"{number:04}")

    def list(self) -> list[RunRow]:
        """All runs, oldest first."""
        with self._catalog.read() as connection:
            return [self._as_row(row) for row in connection.execute(_RUNS.order_by(runs.c.number))]

    def count_fresh(self) -> int | None:
        """How many images are kept that are in no part of the newest run: new since, or left out of it; None before the first run."""
        with self._catalog.read() as connection:
            if connection.execute(select(func.max(runs.c.number))).scalar() is None:
                return None
            parted = select(splits.c.image_id).where(splits.c.scheme == current_scheme(connection))
            query = select(func.count()).where(memberships.c.state == "kept", memberships.c.image_id.not_in(parted))
            return int(connection.execute(query).scalar_one())

    def get(self, name: str) -> RunRow:
        """The run of this name.

        Raises:
            UnknownRun: there is none.
        """
        with self._catalog.read() as connection:
            number = int(name) if name.isdecimal() and len(name) < 10 else 0
            row = connection.execute(_RUNS.where(runs.c.number == number)).first()
        if row is None:
            raise UnknownRun(f"There is no run {name!r}; the name of one is needed, such as '0001'. List the runs to see them.")
        return self._as_row(row)

    def _write(self, folder: Path, recipe: Mapping[str, Any], snapshot: Snapshot | None, continues: str | None) -> None:
        facts = {
            "snapshot": f"../../snapshots/{snapshot.id}" if snapshot else None,
            "cache": "../../cache",
            "continues": f"../{continues}" if continues is not None else None,
            "left_out": list(snapshot.left_out) if snapshot else [],
        }
        try:
            folder.mkdir(parents=True)
            for name, values in (("recipe.json", recipe), ("run.json", facts)):
                (folder / name).write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            if disk_is_full(self._catalog.folder):
                raise disk_full(self._catalog.folder) from error
            raise

    def _as_row(self, row: Row[Any]) -> RunRow:
        return RunRow(
            name=f"{row.number:04}",
            folder=self._folder / f"{row.number:04}",
            recipe=json.loads(row.recipe),
            snapshot=row.snapshot_id,
            images=(row.train, row.valid, row.test) if row.train is not None else None,
            continues=f"{row.continues:04}" if row.continues is not None else None,
            by=row.by,
            created=row.created,
        )
