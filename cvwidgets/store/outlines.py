"""What must be known of all images together to look for what is wrong with them, as arrays: hashes, sizes, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import and_, case, func, select

from cvwidgets.store.catalog import Catalog
from cvwidgets.store.tables import images, memberships

Numbers = npt.NDArray[np.int64]

NEW, KEPT, TRASHED = range(3)
NO_LABEL = -1
_STATE = 1 << 48


@dataclass(frozen=True, slots=True)
class Outline:
    """All images that were read whole, by rising id; arrays (n,).

    `ids`, `sizes` (bytes), `widths` and `heights` (pixels) int64, `phashes` uint64, `shas` the SHA-256 in hex. `states` int64: `NEW`,
    `KEPT` or `TRASHED`; an image in several places is kept before new before trashed. `labels` int64: the id of the label by which it
    stands so, `NO_LABEL` where it has none.
    """

    ids: Numbers
    shas: list[str]
    phashes: npt.NDArray[np.uint64]
    widths: Numbers
    heights: Numbers
    sizes: Numbers
    states: Numbers
    labels: Numbers

    def __len__(self) -> int:
        return len(self.ids)

    def positions(self, ids: Numbers) -> Numbers:
        """Where these images stand in the arrays; -1 for those that are not there."""
        at = np.searchsorted(self.ids, ids)
        at[at == len(self.ids)] = 0
        there = self.ids[at] == ids if len(self.ids) else np.zeros(len(ids), bool)
        return np.where(there, at, -1)


def outline(catalog: Catalog) -> Outline:
    """The outline of the images as they are now; a million take some seconds."""
    # Of an image in several places the first by state, then by label: packed into one number, the least.
    packed = case({"kept": 0, "new": 1, "trashed": 2}, value=memberships.c.state) * _STATE + memberships.c.label_id
    stands = select(memberships.c.image_id, func.min(packed).label("packed")).group_by(memberships.c.image_id).subquery()
    facts = (images.c.id, images.c.phash, images.c.width, images.c.height, images.c.size, images.c.sha256, stands.c.packed)
    query = select(*facts).join(stands, stands.c.image_id == images.c.id)
    query = query.where(and_(images.c.gone.is_(None), images.c.settled, images.c.phash.is_not(None))).order_by(images.c.id)
    with catalog.read() as connection:
        rows = connection.execute(query).all()
    ids, phashes, widths, heights, sizes, shas, told = zip(*rows, strict=True) if rows else ((),) * 7
    where = np.array(told, np.int64)
    labels = where % _STATE
    return Outline(
        ids=np.array(ids, np.int64),
        shas=list(shas),
        phashes=np.array(phashes, np.uint64),
        widths=np.array(widths, np.int64),
        heights=np.array(heights, np.int64),
        sizes=np.array(sizes, np.int64),
        states=np.array([KEPT, NEW, TRASHED])[where // _STATE],
        labels=np.where(labels == 0, NO_LABEL, labels),
    )
