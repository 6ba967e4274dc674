"""The memberships of a few images in memory while an import works them out, written as one act in the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from cvwidgets.store.journal import UNDOABLE
from cvwidgets.store.merging import Rows, Standing
from cvwidgets.store.picked import given
from cvwidgets.store.tables import acts, changes, memberships


class Ledger:
    """What images have as memberships now, and what they shall have; `write` makes it so as part of an act."""

    def __init__(self, connection: Connection, image_ids: Sequence[int] = ()) -> None:
        self._connection = connection
        self._before: dict[int, Rows] = {image_id: {} for image_id in image_ids}
        self._load(image_ids)
        self._after = dict(self._before)

    def __getitem__(self, image_id: int) -> Rows:
        if image_id not in self._after:
            self._before[image_id] = {}
            self._load([image_id])
            self._after[image_id] = self._before[image_id]
        return self._after[image_id]

    def __setitem__(self, image_id: int, rows: Rows) -> None:
        _ = self[image_id]
        self._after[image_id] = rows

    def begin(self, image_id: int, rows: Rows) -> None:
        """Sets the memberships of an image that has none yet."""
        self._before[image_id] = {}
        self._after[image_id] = rows

    def write(self, act: int) -> int:
        """Makes the memberships what they shall be, notes each row that changes in the journal; returns of how many images."""
        noted = [self._change(act, image_id, label) for image_id, label in self._differing()]
        if noted:
            self._connection.execute(insert(changes), noted)
            self._apply(noted)
        return len({row["image_id"] for row in noted})

    def _differing(self) -> Iterable[tuple[int, int]]:
        for image_id, before in self._before.items():
            after = self._after[image_id]
            yield from ((image_id, label) for label in {**before, **after} if before.get(label) != after.get(label))

    def _change(self, act: int, image_id: int, label: int) -> dict[str, Any]:
        sides = {"before": self._before[image_id].get(label), "after": self._after[image_id].get(label)}
        values = {f"{side}_{name}": getattr(row, name, None) for side, row in sides.items() for name in ("state", "claimed", "act")}
        return {"act_id": act, "image_id": image_id, "label_id": label, **values}

    def _apply(self, noted: list[dict[str, Any]]) -> None:
        """Rows that end first, rows that end as kept last: an image has one kept label at most."""
        key = (memberships.c.image_id == bindparam("image"), memberships.c.label_id == bindparam("label"))
        if ended := [{"image": row["image_id"], "label": row["label_id"]} for row in noted if row["after_state"] is None]:
            self._connection.execute(delete(memberships).where(*key), ended)
        statement = upsert(memberships)
        statement = statement.on_conflict_do_update(
            index_elements=["image_id", "label_id"], set_={name: statement.excluded[name] for name in ("state", "claimed", "act_id")}
        )
        for kept in (False, True):
            rows = [
                {
                    "image_id": row["image_id"],
                    "label_id": row["label_id"],
                    "state": row["after_state"],
                    "claimed": row["after_claimed"],
                    "act_id": row["after_act"],
                }
                for row in noted
                if row["after_state"] is not None and (row["after_state"] == "kept") == kept
            ]
            if rows:
                self._connection.execute(statement, rows)

    def _load(self, image_ids: Sequence[int]) -> None:
        if not image_ids:
            return
        row = memberships.c
        query = select(row.image_id, row.label_id, row.state, row.claimed, row.act_id, acts.c.kind).join(acts, acts.c.id == row.act_id)
        for image_id, label, state, claimed, act, kind in self._connection.execute(query.where(row.image_id.in_(given(image_ids)))):
            self._before[image_id][label] = Standing(state, claimed, act, kind in UNDOABLE)
