"""Which images match a filter, in its order: one array of ids, computed at once by questions to the catalog and sets of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from cvwidgets.errors import FilterError
from cvwidgets.filter import Filter
from cvwidgets.store.arrays import Array, columns_of, distinct
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.journal import touched_by
from cvwidgets.store.ordering import in_order
from cvwidgets.store.picked import given
from cvwidgets.store.splits import current_scheme
from cvwidgets.store.tables import acts, files, images, memberships, sources, splits
from cvwidgets.store.tree import Tree, read_tree


def select_ids(catalog: Catalog, wanted: Filter) -> Array:
    """The ids of the images that match a filter, in its order; a million take about a second.

    Raises:
        UnknownLabel: there is no label of that name.
        FilterError: there is no such act.
    """
    with catalog.read() as connection:
        found = [distinct(*columns_of(connection, question)) for question in _questions(connection, wanted)]
        ids = reduce(lambda some, others: np.intersect1d(some, others, assume_unique=True), sorted(found, key=len))
        return in_order(connection, ids, wanted.sort, seed=wanted.seed)


@dataclass(frozen=True, slots=True)
class Choices:
    """What images may be asked for: formats, providers ("" for nobody) and parts of the current split, each with how many images."""

    formats: tuple[tuple[str, int], ...]
    providers: tuple[tuple[str, int], ...]
    parts: tuple[tuple[str, int], ...]


def choices(catalog: Catalog) -> Choices:
    """What there is to choose from, the most frequent first."""
    here = images.c.gone.is_(None)
    of_image = sources.join(images, images.c.id == sources.c.image_id)
    found_by = select(sources.c.provider, func.count(images.c.id.distinct())).select_from(of_image).where(here, sources.c.provider != "")
    with catalog.read() as connection:
        scheme = current_scheme(connection)
        parts = select(splits.c.part, func.count()).where(splits.c.scheme == scheme).group_by(splits.c.part)
        formats = select(images.c.format, func.count()).where(here).group_by(images.c.format)
        known = [
            tuple(sorted(connection.execute(question).tuples().all(), key=lambda pair: -pair[1]))
            for question in (formats, found_by.group_by(sources.c.provider), parts)
        ]
    return Choices(*known)


def living(catalog: Catalog, ids: Array) -> npt.NDArray[np.bool_]:
    """Whether each of the images is still in the project: not merged, not refused."""
    with catalog.read() as connection:
        (here,) = columns_of(connection, select(images.c.id).where(images.c.id.in_(given(ids)), images.c.gone.is_(None)))
    return np.isin(ids, here)


def _questions(connection: Connection, wanted: Filter) -> Iterator[Select[Any]]:
    """Of each condition the images that meet it; the first question is about images that are there alone."""
    yield _of_memberships(connection, wanted)
    if columns := [*_columns(wanted)]:
        yield select(images.c.id).where(images.c.gone.is_(None), *columns)
    if wanted.parts:
        yield select(splits.c.image_id).where(splits.c.scheme == (current_scheme(connection) or ""), splits.c.part.in_(wanted.parts))
    if wanted.providers:
        yield _found_by(wanted.providers)
    if wanted.act is not None:
        yield _of_act(connection, wanted.act)
    if wanted.text:
        yield _with_text(wanted.text)
    if wanted.problem == "missing":
        sound = select(files.c.image_id).where(files.c.problem.is_(None))
        yield select(files.c.image_id).where(files.c.problem.is_not(None), files.c.image_id.not_in(sound))
    if wanted.problem == "conflict":
        yield select(memberships.c.image_id).where(memberships.c.claimed)


def _of_memberships(connection: Connection, wanted: Filter) -> Select[Any]:
    """The images with a membership of one of the states under one of the labels; an image that is there has one, whatever it is."""
    question, row = select(memberships.c.image_id), memberships.c
    if wanted.labels:
        tree = read_tree(connection)
        question = question.where(row.label_id.in_(meant(tree, [tree.find(label) for label in wanted.labels], wanted)))
    return question.where(row.state.in_(wanted.states)) if wanted.states else question


def meant(tree: Tree, named: Iterable[int], wanted: Filter) -> list[int]:
    """The ids of the labels that a filter means when it names these: with or without those below them."""
    return sorted({i for label in named for i in tree.below(label)} if wanted.sub_labels else set(named))


def _columns(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """The conditions on what is known of the image itself."""
    short = func.min(images.c.width, images.c.height)
    if wanted.formats:
        yield images.c.format.in_(wanted.formats)
    for column, low, high in ((short, wanted.min_side, wanted.max_side), (images.c.size, wanted.min_bytes, wanted.max_bytes)):
        if low is not None:
            yield column >= low
        if high is not None:
            yield column <= high
    if wanted.added_from is not None:
        yield images.c.added >= wanted.added_from
    if wanted.added_to is not None and wanted.added_to < date.max.isoformat():
        yield images.c.added < (date.fromisoformat(wanted.added_to) + timedelta(days=1)).isoformat()
    if wanted.problem == "unread":
        yield ~images.c.settled


def _found_by(providers: tuple[str, ...]) -> Select[Any]:
    """The images that one of the providers found; those that nobody found are found by ""."""
    found = select(sources.c.image_id).where(sources.c.provider.in_(providers))
    if "" not in providers:
        return found
    other = select(sources.c.image_id).where(sources.c.provider != "")
    own = select(images.c.id).where(images.c.gone.is_(None), images.c.id.not_in(other))
    return select(found.union(own).subquery().c.image_id)


def _of_act(connection: Connection, act: int) -> Select[Any]:
    """The images that an act changed, or those that they became since.

    Raises:
        FilterError: there is no such act.
    """
    if connection.execute(select(acts.c.id).where(acts.c.id == act)).first() is None:
        raise FilterError(f"There is no act {act} in the journal; the number of one is needed. Look for it in the journal.")
    survivor = func.coalesce(images.c.survivor_id, images.c.id)
    return select(survivor).where(images.c.id.in_(touched_by(act)), or_(images.c.gone.is_(None), images.c.gone == "merged"))


def _with_text(text: str) -> Select[Any]:
    """The images with a text in a file's name or a source."""
    key = text.casefold()
    named = select(files.c.image_id).where(func.file_has(files.c.path, key))
    told = [func.text_has(sources.c[name], key) for name in ("address", "page", "query", "author")]
    return select(named.union(select(sources.c.image_id).where(or_(*told))).subquery().c.image_id)
