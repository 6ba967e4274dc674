"""Undo and redo: an act turned round, as an act of its own, if nothing touched its images or labels since."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, literal, or_, select

from cvwidgets.errors import NothingToUndo, UndoRefused
from cvwidgets.records import Act
from cvwidgets.store.journal import UNDOABLE, UNDONE, acts_with_fate, begin_act, finish_act, standing
from cvwidgets.store.label_journal import refuse_orphans, turn_labels
from cvwidgets.store.tables import acts, changes, images, memberships

_BEFORE = (changes.c.before_state, changes.c.before_claimed, changes.c.before_act)
_AFTER = (changes.c.after_state, changes.c.after_claimed, changes.c.after_act)
_NOW = (memberships.c.state, memberships.c.claimed, memberships.c.act_id)
_ROW = and_(memberships.c.image_id == changes.c.image_id, memberships.c.label_id == changes.c.label_id)


def undo(connection: Connection, *, by: str, act: int | None) -> Act:
    """Takes back an act, or the last one that stands; see `Decisions.undo`."""
    query = standing().limit(1) if act is None else standing().where(acts.c.id == act)
    target = connection.execute(query).first()
    if target is None:
        none = "There is nothing to undo; a decision is needed first. Decide something."
        raise NothingToUndo(none if act is None else "That act cannot be undone (again); one that stands is needed. Choose another.")
    return _turn(connection, target, "undo", by=by, since=target.id)


def redo(connection: Connection, *, by: str) -> Act:
    """Does again what was undone last; see `Decisions.redo`."""
    undone = acts.alias("undone")
    fresh = select(func.coalesce(func.max(undone.c.id), 0)).where(undone.c.kind.in_(UNDOABLE)).scalar_subquery()
    last_undo = select(func.max(undone.c.id)).where(undone.c.of_act == acts.c.id).scalar_subquery()
    query = acts_with_fate().add_columns(last_undo.label("undo")).where(UNDONE, last_undo > fresh).order_by(last_undo.desc()).limit(1)
    target = connection.execute(query).first()
    if target is None:
        raise NothingToUndo("There is nothing to redo; something undone is needed, with no other decision after it.")
    return _turn(connection, target, "redo", by=by, since=target.undo)


def _turn(connection: Connection, target: Row[Any], kind: str, *, by: str, since: int) -> Act:
    """Adds the act that leads from what `target` left to what it found (undo), or back (redo)."""
    expected, wanted = (_AFTER, _BEFORE) if kind == "undo" else (_BEFORE, _AFTER)
    if touched := _touched(connection, target.id, expected, since):
        have = "image of it was" if touched == 1 else "images of it were"
        raise UndoRefused(
            f"“{target.sentence}” cannot be {kind}ne as a whole: {touched:,} {have} changed by later acts, "
            "which would have to be undone first. Undo those, or decide the images anew."
        )
    act = begin_act(connection, kind, by=by, of_act=target.id)
    turn_labels(connection, target.id, act, back=kind == "undo")
    rows = (
        select(literal(act), changes.c.image_id, changes.c.label_id, *expected, *wanted)
        .join(images, images.c.id == changes.c.image_id)
        .where(changes.c.act_id == target.id, images.c.gone.is_(None))
    )
    connection.execute(insert(changes).from_select([column.name for column in changes.columns], rows))
    _follow_merged(connection, target.id, act, expected, wanted)
    done = finish_act(connection, act, f"{'Undone' if kind == 'undo' else 'Redone'}: {target.sentence}", always=True)
    refuse_orphans(connection, act)
    return done


def _touched(connection: Connection, act: int, expected: tuple[Any, ...], since: int) -> int:
    """How many images of an act no longer are as it left them (or, to redo it, found them); those that left meanwhile do not count.

    A row that changed is one sign; a row that a later act added beside it is the other.
    """
    other = or_(*(now.is_distinct_from(was) for now, was in zip(_NOW, expected, strict=True)))
    mine = select(changes.c.image_id).join(images, images.c.id == changes.c.image_id)
    mine = mine.where(changes.c.act_id == act, images.c.gone.is_(None))
    changed = mine.select_from(changes.outerjoin(memberships, _ROW)).where(other)
    added = select(memberships.c.image_id).where(memberships.c.image_id.in_(mine), memberships.c.act_id > since)
    union = changed.union(added).subquery()
    return connection.execute(select(func.count()).select_from(union)).scalar_one()


def _follow_merged(connection: Connection, target: int, act: int, expected: tuple[Any, ...], wanted: tuple[Any, ...]) -> None:
    """Turns what the act did to images that were merged since, at the image that each became, where it is as the act left it."""
    own = select(changes.c.image_id).where(changes.c.act_id == target)
    there = and_(memberships.c.image_id == images.c.survivor_id, memberships.c.label_id == changes.c.label_id)
    rows = connection.execute(
        select(changes.c.image_id, images.c.survivor_id, changes.c.label_id, *_NOW, *expected, *wanted)
        .join(images, images.c.id == changes.c.image_id)
        .outerjoin(memberships, there)
        .where(changes.c.act_id == target, images.c.gone == "merged", images.c.survivor_id.not_in(own))
    )
    steps: dict[int, list[Any]] = {}
    for row in rows:
        steps.setdefault(row.image_id, []).append(row)
    columns = [column.name for column in changes.columns]
    turned: dict[int, list[dict[str, Any]]] = {}
    for of_one in steps.values():
        if all(tuple(row[3:6]) == tuple(row[6:9]) for row in of_one):
            values = [dict(zip(columns, (act, row.survivor_id, row.label_id, *row[6:12]), strict=True)) for row in of_one]
            turned.setdefault(of_one[0].survivor_id, values)
    if turned:
        connection.execute(insert(changes), [row for values in turned.values() for row in values])
