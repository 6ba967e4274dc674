"""Which images files are of, and which label keeps each: asked for very many at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from sqlalchemy import Connection, func, select

from cvwidgets.store.arrays import Array, columns_of
from cvwidgets.store.places import Places
from cvwidgets.store.tables import files, images, memberships
from cvwidgets.store.tree import read_tree

_AT_ONCE = 5000


def ids_at(connection: Connection, places: Places, paths: Sequence[str]) -> Array:
    """The image of each path (absolute); -1 where none is known by it."""
    kept = [places.keep(path) for path in paths]
    found: dict[str, int] = {}
    for some in _several(kept):
        rows = select(files.c.path, files.c.image_id).where(files.c.path.in_(some), files.c.problem.is_(None))
        found |= dict(connection.execute(rows).tuples().all())
    return np.array([found.get(path, -1) for path in kept], np.int64)


def arrivals_stamp(connection: Connection) -> tuple[int, int]:
    """Another pair once files came, or images left or became another one."""
    latest = connection.execute(select(func.max(files.c.id))).scalar() or 0
    gone = connection.execute(select(func.count()).select_from(images).where(images.c.gone.is_not(None))).scalar_one()
    return int(latest), int(gone)


def kept_labels(connection: Connection) -> tuple[Array, Array, dict[int, str]]:
    """The images that are kept, rising, the number of the label that keeps each, and the names of labels by number."""
    ids, labels = columns_of(connection, select(memberships.c.image_id, memberships.c.label_id).where(memberships.c.state == "kept"))
    tree = read_tree(connection)
    order = np.argsort(ids, kind="stable")
    return ids[order], labels[order], {number: tree.path(number) for number in tree.nodes}


def _several(texts: Iterable[str]) -> Iterator[list[str]]:
    coming = iter(texts)
    while some := list(islice(coming, _AT_ONCE)):
        yield some
