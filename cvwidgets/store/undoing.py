"""Undo and redo: an act turned round, as an act of its own, if nothing touched its images or labels since."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, literal, or_, select

from cvwidgets.errors import NothingToUndo, UndoRefused
from cvwidgets.records import Act
from cvwidgets.store.following import NOW, Side, follow_merged
from cvwidgets.store.journal import UNDOABLE, UNDONE, acts_with_fate, begin_act, finish_act, standing
from cvwidgets.store.label_journal import refuse_orphans, turn_labels
from cvwidgets.store.tables import UNSORTED_ID, acts, changes, images, memberships

_BEFORE: Side = (changes.c.before_state, changes.c.before_claimed, changes.c.before_act)
_AFTER: Side = (changes.c.after_state, changes.c.after_claimed, changes.c.after_act)
_IMAGE = images.c.id == changes.c.image_id
_ROW = and_(memberships.c.image_id == changes.c.image_id, memberships.c.label_id == changes.c.label_id)


def undo(connection: Connection, *, by: str, act: int | None) -> Act:
    """Takes back an act, or the last one that stands; see `Decisions.undo`."""
    query = standing().limit(1) if act is None else standing().where(acts.c.id == act)
    target = connection.execute(query).first()
    if target is None:
        none = "There is nothing to undo; a decision is needed first. Decide something."
        raise NothingToUndo(none if act is None else "That act cannot be undone (again); one that stands is needed. Choose another.")
    return _turn(connection, target, "undo", by=by)


def redo(connection: Connection, *, by: str) -> Act:
    """Does again what was undone last; see `Decisions.redo`."""
    undone = acts.alias("undone")
    fresh = select(func.coalesce(func.max(undone.c.id), 0)).where(undone.c.kind.in_(UNDOABLE)).scalar_subquery()
    last_undo = select(func.max(undone.c.id)).where(undone.c.of_act == acts.c.id).scalar_subquery()
    query = acts_with_fate().add_columns(last_undo.label("undo")).where(UNDONE, last_undo > fresh).order_by(last_undo.desc()).limit(1)
    target = connection.execute(query).first()
    if target is None:
        raise NothingToUndo("There is nothing to redo; something undone is needed, with no other decision after it.")
    return _turn(connection, target, "redo", by=by)


def _turn(connection: Connection, target: Row[Any], kind: str, *, by: str) -> Act:
    """Adds the act that leads from what `target` left to what it found (undo), or back (redo)."""
    expected, wanted = (_AFTER, _BEFORE) if kind == "undo" else (_BEFORE, _AFTER)
    act = begin_act(connection, kind, by=by, of_act=target.id)
    touched = _touched(connection, target.id, expected)
    if not touched:
        turn_labels(connection, target.id, act, back=kind == "undo")
        rows = select(literal(act), changes.c.image_id, changes.c.label_id, *expected, *wanted).join(images, _IMAGE)
        rows = rows.where(changes.c.act_id == target.id, images.c.gone.is_(None))
        connection.execute(insert(changes).from_select([column.name for column in changes.columns], rows))
        touched = _clashing(connection, act)
    if touched:
        have = "image of it was" if touched == 1 else "images of it were"
        raise UndoRefused(
            f"“{target.sentence}” cannot be {kind}ne as a whole: {touched:,} {have} changed by later acts, "
            "which would have to be undone first. Undo those, or decide the images anew."
        )
    follow_merged(connection, target.id, act, expected=expected, wanted=wanted)
    done = finish_act(connection, act, f"{'Undone' if kind == 'undo' else 'Redone'}: {target.sentence}", always=True)
    refuse_orphans(connection, act)
    return done


def _touched(connection: Connection, act: int, expected: Side) -> int:
    """How many images of an act no longer are as it left them (or, to redo it, found them); those that left meanwhile do not count."""
    other = or_(*(now.is_distinct_from(was) for now, was in zip(NOW, expected, strict=True)))
    rows = changes.join(images, _IMAGE).outerjoin(memberships, _ROW)
    count = select(func.count(changes.c.image_id.distinct())).select_from(rows)
    return connection.execute(count.where(changes.c.act_id == act, images.c.gone.is_(None), other)).scalar_one()


def _clashing(connection: Connection, act: int) -> int:
    """How many images of an act would have two kept labels, or a label and none, because a later act added a row beside its rows."""
    mine = select(changes.c.image_id).where(changes.c.act_id == act)
    noted = select(changes.c.act_id).where(changes.c.act_id == act, _ROW).exists()
    beside = select(memberships.c.image_id, memberships.c.label_id, memberships.c.state).where(memberships.c.image_id.in_(mine), ~noted)
    after = select(changes.c.image_id, changes.c.label_id, changes.c.after_state.label("state"))
    rows = beside.union_all(after.where(changes.c.act_id == act, changes.c.after_state.is_not(None))).subquery()
    kept = func.sum(rows.c.state == "kept")
    bare = func.max(rows.c.label_id == UNSORTED_ID)
    labeled = func.max(and_(rows.c.label_id != UNSORTED_ID, rows.c.state != "trashed"))
    clashing = select(rows.c.image_id).group_by(rows.c.image_id).having(or_(kept > 1, and_(bare == 1, labeled == 1))).subquery()
    return connection.execute(select(func.count()).select_from(clashing)).scalar_one()
