"""The journal: what each act found and what it left, row by row; acts are added to it and never changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, Select, delete, func, insert, select, tuple_, union, update
from sqlalchemy.dialects.sqlite import insert as upsert

from cvwidgets.clock import now
from cvwidgets.records import Act
from cvwidgets.store.tables import acts, changes, label_changes, memberships, verdicts

_OF_LABELS = tuple(f"{act} label" for act in ("add", "rename", "move", "color", "hotkey", "delete"))
UNDOABLE = ("keep", "trash", "assign", "renew", "sort out", "confirm", "separate", *_OF_LABELS, "merge labels", "number labels")
"""Kinds of acts that a person takes back; what an import did stays done, and an undo is taken back by redo."""

_LATER = acts.alias("later")
_LAST_WORD = (
    select(_LATER.c.kind).where(_LATER.c.of_act == acts.c.id).order_by(_LATER.c.id.desc()).limit(1).correlate(acts).scalar_subquery()
)
UNDONE = func.coalesce(_LAST_WORD == "undo", False)
"""Whether an act of `acts` stands undone."""


def begin_act(connection: Connection, kind: str, *, by: str, of_act: int | None = None) -> int:
    """Adds an act that `finish_act` completes within the same transaction; returns its id."""
    number = (connection.execute(select(func.max(acts.c.id))).scalar() or 0) + 1
    connection.execute(insert(acts).values(id=number, kind=kind, by=by, at=now(), images=0, sentence="", of_act=of_act))
    return number


def finish_act(connection: Connection, act: int, sentence: str, *, always: bool = False) -> Act:
    """Makes the memberships what the act's changes say, and writes how many images these are of.

    `{images}` in the sentence becomes their number in words. An act that changed nothing leaves no trace (its id is 0), unless `always`.
    """
    count = connection.execute(select(func.count()).select_from(touched_by(act).subquery())).scalar_one()
    apply(connection, act)
    grow_act(connection, act, count, sentence)
    done = as_act(connection.execute(acts_with_fate().where(acts.c.id == act)).one())
    if not always and drop_if_empty(connection, act):
        return replace(done, id=0, sentence="Nothing had to change")
    return done


def touched_by(act: int) -> CompoundSelect[tuple[int]]:
    """The ids of the images that an act changed, or gave a verdict on."""
    return union(*(select(table.c.image_id).where(table.c.act_id == act) for table in (changes, verdicts)))


def grow_act(connection: Connection, act: int, count: int, sentence: str) -> None:
    """Adds to the images that an act is of, and writes its sentence; `{images}` in it becomes their number in words."""
    total = count + connection.execute(select(acts.c.images).where(acts.c.id == act)).scalar_one()
    sentence = sentence.replace("{images}", f"{total:,} image" + ("s" if total != 1 else ""))
    connection.execute(update(acts).where(acts.c.id == act).values(images=total, sentence=sentence))


def drop_if_empty(connection: Connection, act: int) -> bool:
    """Takes an act that changed nothing and said nothing out again, within its own transaction; whether it was so."""
    for table in (changes, label_changes, verdicts):
        if connection.execute(select(table.c.act_id).where(table.c.act_id == act).limit(1)).first():
            return False
    connection.execute(delete(acts).where(acts.c.id == act))
    return True


def apply(connection: Connection, act: int) -> None:
    """Makes each membership row what the act left; rows that end as kept come last, since an image has one kept label at most."""
    mine = changes.c.act_id == act
    key = tuple_(memberships.c.image_id, memberships.c.label_id)
    ended = select(changes.c.image_id, changes.c.label_id).where(mine, changes.c.after_state.is_(None))
    connection.execute(delete(memberships).where(key.in_(ended)))
    after = [changes.c.after_state, changes.c.after_claimed, changes.c.after_act]
    for ends in (changes.c.after_state.in_(("new", "trashed")), changes.c.after_state == "kept"):
        statement = upsert(memberships).from_select(
            ["image_id", "label_id", "state", "claimed", "act_id"],
            select(changes.c.image_id, changes.c.label_id, *after).where(mine, ends),
        )
        fresh = {name: statement.excluded[name] for name in ("state", "claimed", "act_id")}
        connection.execute(statement.on_conflict_do_update(index_elements=["image_id", "label_id"], set_=fresh))


def acts_with_fate() -> Select[Any]:
    """All acts, each with whether it stands undone."""
    return select(acts, UNDONE.label("undone"))


def standing() -> Select[Any]:
    """The acts that may be taken back, newest first."""
    return acts_with_fate().where(acts.c.kind.in_(UNDOABLE), ~UNDONE).order_by(acts.c.id.desc())


def as_act(row: Row[Any]) -> Act:
    """The record of a row of `acts_with_fate`."""
    undone = bool(row.undone)
    return Act(row.id, row.kind, row.by, row.at, row.images, row.sentence, undone, row.kind in UNDOABLE and not undone)
