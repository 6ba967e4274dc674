"""What persons said of findings: that a label is right after all, that look-alikes are different; remembered, undone like acts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Select, and_, func, insert, literal, null, select

from cvwidgets.errors import DecisionError
from cvwidgets.records import Act
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.journal import UNDONE, begin_act, finish_act
from cvwidgets.store.picked import Ids, pick, picked
from cvwidgets.store.tables import acts, images, memberships, verdicts

_KEPT = and_(memberships.c.image_id == verdicts.c.image_id, memberships.c.state == "kept")
_BECAME = func.coalesce(images.c.survivor_id, images.c.id)


class Verdicts:
    """Each verdict is an act of the journal and holds for as long as that act is not undone; it changes no image."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def confirm(self, ids: Ids, *, by: str) -> Act:
        """Notes that the kept labels of these images are right. It holds until an image is kept for another label.

        Raises:
            DecisionError: none of them is kept.
            UnknownImage: an id was never given.
        """
        with self._catalog.write() as connection:
            pick(connection, ids)
            act = begin_act(connection, "confirm", by=by)
            kept = and_(memberships.c.image_id == picked.c.id, memberships.c.state == "kept")
            rows = select(literal(act), picked.c.id, memberships.c.label_id).join(memberships, kept)
            if not _note(connection, rows):
                raise DecisionError("None of these images is kept; a label can only be right for one that is. Keep them instead.")
            return finish_act(connection, act, "{images} confirmed as labeled")

    def separate(self, ids: Ids, *, by: str) -> Act:
        """Notes that these images, however alike, all show something different.

        Raises:
            DecisionError: there are fewer than two.
            UnknownImage: an id was never given.
        """
        with self._catalog.write() as connection:
            pick(connection, ids)
            act = begin_act(connection, "separate", by=by)
            if _note(connection, select(literal(act), picked.c.id, null())) < 2:
                raise DecisionError("That is one image; two or more are needed to be different from each other. Select them together.")
            return finish_act(connection, act, "{images} noted as different")

    def confirmed(self) -> npt.NDArray[np.int64]:
        """The images whose kept label was said to be right, rising."""
        query = select(verdicts.c.image_id).distinct().join(memberships, _KEPT).join(acts, acts.c.id == verdicts.c.act_id)
        query = query.where(memberships.c.label_id == verdicts.c.label_id, ~UNDONE).order_by(verdicts.c.image_id)
        with self._catalog.read() as connection:
            return np.array(connection.execute(query).scalars().all(), dtype=np.int64)

    def separated(self) -> list[npt.NDArray[np.int64]]:
        """The sets of images that were said to be different, in the order of the acts; one that was merged is the image it became."""
        query = select(verdicts.c.act_id, _BECAME).distinct().join(acts, acts.c.id == verdicts.c.act_id)
        query = query.join(images, images.c.id == verdicts.c.image_id).where(acts.c.kind == "separate", ~UNDONE)
        sets: dict[int, list[int]] = {}
        with self._catalog.read() as connection:
            for act, image in connection.execute(query.order_by(verdicts.c.act_id, _BECAME)):
                sets.setdefault(act, []).append(image)
        return [np.array(ids, dtype=np.int64) for ids in sets.values()]


def _note(connection: Connection, rows: Select[Any]) -> int:
    """Writes the verdicts on the picked images; returns how many."""
    return connection.execute(insert(verdicts).from_select([column.name for column in verdicts.columns], rows)).rowcount
