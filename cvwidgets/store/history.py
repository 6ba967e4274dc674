"""The journal read: acts by who, what and which words, and what became of one image through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from cvwidgets.records import Act, Change, State
from cvwidgets.store.journal import UNDOABLE, acts_with_fate, as_act, touched_by
from cvwidgets.store.picked import given
from cvwidgets.store.tables import acts, changes, images, labels, verdicts
from cvwidgets.store.tree import Node, Tree

GROUPS = {
    "decisions": (*(kind for kind in UNDOABLE if "label" not in kind), "empty trash"),
    "labels": tuple(kind for kind in UNDOABLE if "label" in kind),
    "imports": ("import", "merge", "refused"),
    "undo": ("undo", "redo"),
}
"""Kinds of acts that one looks for together."""

_Shown = tuple[str, State] | tuple[None, None]


def list_acts(
    connection: Connection,
    limit: int,
    *,
    before: int | None,
    by: str | None,
    kind: str | None,
    text: str | None,
    image: int | None,
) -> list[Act]:
    """The acts that match all of what is given, newest first; see `Decisions.acts`."""
    query = acts_with_fate().order_by(acts.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(acts.c.id < before)
    if by is not None:
        query = query.where(acts.c.by == by)
    if kind is not None:
        query = query.where(acts.c.kind.in_(GROUPS.get(kind, (kind,))))
    if text:
        query = query.where(func.text_has(acts.c.sentence, text.casefold()))
    if image is not None:
        query = query.where(_touched(image))
    return [as_act(row) for row in connection.execute(query)]


def list_people(connection: Connection) -> list[str]:
    """Everyone who did something, in the order of the alphabet."""
    return sorted(connection.execute(select(acts.c.by).distinct()).scalars(), key=str.casefold)


def images_of(connection: Connection, act: int) -> list[int]:
    """The images that an act touched and that are still there, rising."""
    query = select(images.c.id).where(images.c.id.in_(touched_by(act)), images.c.gone.is_(None)).order_by(images.c.id)
    return list(connection.execute(query).scalars())


def follow(connection: Connection, image_id: int) -> list[Change]:
    """What became of an image, act by act, the latest first; of one that was merged, what became of the image that it is now."""
    became = select(func.coalesce(images.c.survivor_id, images.c.id)).where(images.c.id == image_id)
    if (survivor := connection.execute(became).scalar()) is None:
        return []
    mine = select(acts.c.id).where(_touched(survivor)).order_by(acts.c.id)
    numbers = list(connection.execute(mine).scalars())
    records = {row.id: as_act(row) for row in connection.execute(acts_with_fate().where(acts.c.id.in_(given(numbers))))}
    steps = select(changes).where(changes.c.act_id.in_(given(numbers)), changes.c.image_id == survivor).order_by(changes.c.act_id)
    rows: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(steps):
        rows.setdefault(row.act_id, []).append(row)
    return _replay([(records[number], rows.get(number, [])) for number in numbers], _all_labels(connection))[::-1]


def _touched(image_id: int) -> Any:
    # One step into the journal's own order for each act; an index by image would have to be written with every decision.
    tables = (changes, verdicts)
    return or_(*(select(table.c.act_id).where(table.c.act_id == acts.c.id, table.c.image_id == image_id).exists() for table in tables))


def _replay(steps: Sequence[tuple[Act, Sequence[Row[Any]]]], tree: Tree) -> list[Change]:
    """The changes of one image in their order, each with what it stood by before and after."""
    standing: dict[int, tuple[State, int]] = {}
    told: list[Change] = []
    for act, rows in steps:
        before = _shown(standing, tree)
        for row in rows:
            standing.pop(row.label_id, None)
            if row.after_state is not None:
                standing[row.label_id] = (row.after_state, row.after_act)
        told.append(Change(act, *before, *_shown(standing, tree)))
    return told


def _shown(standing: dict[int, tuple[State, int]], tree: Tree) -> _Shown:
    """Label and state that an image stands by: the kept ones, else those decided last, as in `known_facts`."""
    if not standing:
        return None, None
    label_id, (state, _) = min(standing.items(), key=lambda item: (item[1][0] != "kept", -item[1][1], item[1][0], item[0]))
    return tree.path(label_id), state


def _all_labels(connection: Connection) -> Tree:
    """The labels with those that were deleted."""
    row = labels.c
    return Tree([Node(*each) for each in connection.execute(select(row.id, row.parent_id, row.name, row.folded))])
