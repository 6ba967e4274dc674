"""The order of images: by what the catalog knows of them, equal ones in the order they came."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from cvwidgets.store.arrays import Array, columns_of
from cvwidgets.store.naming import natural_ranks, rows_of_names
from cvwidgets.store.picked import given
from cvwidgets.store.tables import images, memberships
from cvwidgets.store.tree import read_tree

_SPARSE = 8
"""When fewer than one id of so many is asked for they are looked up one by one, else the whole table is read."""


def in_order(connection: Connection, ids: Array, sort: str, *, seed: int = 0) -> Array:
    """The ids in an order of `filter.SORTS`.

    Args:
        connection: A transaction of the catalog.
        ids: Rising, each once.
        sort: The order's name, with "-" for the other way round.
        seed: Of the random order; each image has its own place by it, whatever others come or go.
    """
    name = sort.removeprefix("-")
    if name == "added" or len(ids) < 2:
        return ids if sort == "added" else ids[::-1].copy()
    values = _mixed(ids, seed) if name == "random" else _VALUES[name](connection, ids)
    return ids[np.argsort(-values if sort.startswith("-") else values, kind="stable")]


def _sides(connection: Connection, ids: Array) -> Array:
    return _aligned(ids, *_table(connection, ids, images.c.id, func.min(images.c.width, images.c.height)))


def _bytes(connection: Connection, ids: Array) -> Array:
    return _aligned(ids, *_table(connection, ids, images.c.id, images.c.size))


def _acts(connection: Connection, ids: Array) -> Array:
    """The last act that decided about each image; of two acts the later one has the larger number."""
    image, act = _table(connection, ids, memberships.c.image_id, memberships.c.act_id)
    by = np.lexsort((-act, image))
    return _aligned(ids, image[by], act[by])


def _labels(connection: Connection, ids: Array) -> Array:
    """The place in the tree of the label under which each image stands: the kept one, else the one decided last."""
    row = memberships.c
    state = case({"kept": 0, "new": 1}, value=row.state, else_=2)
    image, label, act, states = _table(connection, ids, row.image_id, row.label_id, row.act_id, state)
    by = np.lexsort((label, states, -act, states > 0, image))
    places = {node.id: place for place, node in enumerate(read_tree(connection).in_order())}
    ranks = np.zeros(max(places, default=0) + 1, dtype=np.int64)
    ranks[list(places)] = list(places.values())
    return _aligned(ids, image[by], ranks[label[by]])


def _names(connection: Connection, ids: Array) -> Array:
    """The natural order of the names of the files that stand for the images: the first one of each that is well."""
    names = rows_of_names(connection, ids, sparse=_is_sparse(ids))
    by = np.lexsort((names.files, names.troubled, names.images))
    first = by[np.append(True, np.diff(names.images[by]) > 0)[: len(by)]]
    first = first[np.isin(names.images[first], ids)]
    return _aligned(ids, names.images[first], natural_ranks(names, first))


_VALUES = {"name": _names, "size": _sides, "bytes": _bytes, "label": _labels, "decided": _acts}


def _is_sparse(ids: Array) -> bool:
    return len(ids) * _SPARSE < int(ids[-1])


def _table(connection: Connection, ids: Array, key: ColumnElement[int], *values: ColumnElement[Any]) -> list[Array]:
    """Columns of whole numbers for the images: the first holds their ids; rows of other images may be among them."""
    question: Select[Any] = select(key, *(value.label(f"value_{number}") for number, value in enumerate(values)))
    return columns_of(connection, question.where(key.in_(given(ids))) if _is_sparse(ids) else question)


def _aligned(ids: Array, keys: Array, values: Array) -> Array:
    """The value of each id; of several rows of one image the first, 0 where there is none."""
    if not len(keys):
        return np.zeros(len(ids), dtype=np.int64)
    if (keys[1:] < keys[:-1]).any():
        by = np.argsort(keys, kind="stable")
        keys, values = keys[by], values[by]
    at = np.minimum(np.searchsorted(keys, ids), len(keys) - 1)
    return np.where(keys[at] == ids, values[at], 0)


def _mixed(ids: Array, seed: int) -> Array:
    """A number for each id and seed that looks random (the finalizer of SplitMix64)."""
    mixed = ids.astype(np.uint64) + np.uint64((seed * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(1)).astype(np.int64)
