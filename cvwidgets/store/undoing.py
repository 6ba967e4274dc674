"""Undo and redo: an act turned round, as an act of its own, if nothing touched its images or labels since."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, literal, or_, select, true

from cvwidgets.errors import NothingToUndo, UndoRefused
from cvwidgets.records import Act
from cvwidgets.store.following import NOW, Side, follow_merged
from cvwidgets.store.journal import UNDOABLE, UNDONE, acts_with_fate, begin_act, finish_act, standing
from cvwidgets.store.label_journal import refuse_orphans, turn_labels
from cvwidgets.store.picked import given
from cvwidgets.store.tables import UNSORTED_ID, acts, changes, images, memberships

_BEFORE: Side = (changes.c.before_state, changes.c.before_claimed, changes.c.before_act)
_AFTER: Side = (changes.c.after_state, changes.c.after_claimed, changes.c.after_act)
_IMAGE = images.c.id == changes.c.image_id
_ROW = and_(memberships.c.image_id == changes.c.image_id, memberships.c.label_id == changes.c.label_id)

_Whose = Callable[[Any], ColumnElement[bool]]
"""Which acts of a table of acts count."""


def undo(connection: Connection, *, by: str, own: Sequence[int], act: int | None) -> Act:
    """Takes back an act, or the last one that stands; see `Decisions.undo`."""
    if act is None:
        if (target := last_standing(connection, by=by, own=own)) is None:
            raise NothingToUndo("There is nothing to undo; a decision is needed first. Decide something.")
    elif (target := connection.execute(standing().where(acts.c.id == act)).first()) is None:
        raise NothingToUndo("That act cannot be undone (again); one that stands is needed. Choose another.")
    return _turn(connection, target, "undo", by=by)


def redo(connection: Connection, *, by: str, own: Sequence[int], act: int | None) -> Act:
    """Does again an act that was undone, or the one undone last; see `Decisions.redo`."""
    if act is None:
        if (target := last_undone(connection, by=by, own=own)) is None:
            raise NothingToUndo("There is nothing to redo; something undone is needed, with no other decision after it.")
    elif (target := connection.execute(acts_with_fate().where(UNDONE, acts.c.id == act)).first()) is None:
        raise NothingToUndo("That act does not stand undone; one that does is needed. Choose another.")
    return _turn(connection, target, "redo", by=by)


def last_standing(connection: Connection, *, by: str | None, own: Sequence[int]) -> Row[Any] | None:
    """The act that undo takes back: the last that stands of this window's own, else of this person's, else of all."""
    found = (connection.execute(standing().where(mine(acts)).limit(1)).first() for mine in _nearest_first(by, own))
    return next((row for row in found if row is not None), None)


def last_undone(connection: Connection, *, by: str | None, own: Sequence[int]) -> Row[Any] | None:
    """The act that redo does again: what was undone last by this window, else this person, else anyone, if they decided nothing since."""
    undoing, later = acts.alias("undoing"), acts.alias("word")
    last_word = select(func.max(later.c.id)).where(later.c.of_act == acts.c.id).scalar_subquery()
    for mine in _nearest_first(by, own):
        fresh = select(func.coalesce(func.max(later.c.id), 0)).where(later.c.kind.in_(UNDOABLE), mine(later)).scalar_subquery()
        query = acts_with_fate().join(undoing, undoing.c.of_act == acts.c.id).where(undoing.c.kind == "undo", undoing.c.id > fresh)
        query = query.where(mine(undoing), undoing.c.id == last_word).order_by(undoing.c.id.desc()).limit(1)
        if (row := connection.execute(query).first()) is not None:
            return row
    return None


def _nearest_first(by: str | None, own: Sequence[int]) -> Iterator[_Whose]:
    """Whose acts are meant when none is named: this window's, then this person's, then anyone's."""
    if own and by is not None:
        yield lambda table: and_(table.c.id.in_(given(own)), table.c.by == by)
    if by is not None:
        yield lambda table: table.c.by == by
    yield lambda table: true()  # noqa: ARG005


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
    sentence = f"{'Undone' if kind == 'undo' else 'Redone'}: {target.sentence}{_left_out(connection, target.id)}"
    done = finish_act(connection, act, sentence, always=True)
    refuse_orphans(connection, act)
    return done


def _touched(connection: Connection, act: int, expected: Side) -> int:
    """How many images of an act no longer are as it left them (or, to redo it, found them); those that left meanwhile do not count."""
    other = or_(*(now.is_distinct_from(was) for now, was in zip(NOW, expected, strict=True)))
    rows = changes.join(images, _IMAGE).outerjoin(memberships, _ROW)
    count = select(func.count(changes.c.image_id.distinct())).select_from(rows)
    return connection.execute(count.where(changes.c.act_id == act, images.c.gone.is_(None), other)).scalar_one()


def _left_out(connection: Connection, act: int) -> str:
    """Words about the images of an act that left for good when the trash was emptied."""
    if connection.execute(select(acts.c.id).where(acts.c.kind == "empty trash", acts.c.id > act).limit(1)).first() is None:
        return ""
    count = select(func.count(changes.c.image_id.distinct())).select_from(changes.join(images, _IMAGE))
    left = connection.execute(count.where(changes.c.act_id == act, images.c.gone == "emptied")).scalar_one()
    return f"; {left:,} {'image' if left == 1 else 'images'} of it left with the emptied trash" if left else ""


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
