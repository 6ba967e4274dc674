"""Changes of labels as the journal keeps them: each label's row before and after, applied and turned round."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from cvwidgets.errors import UndoRefused
from cvwidgets.store.tables import changes, label_changes, labels, memberships

Fields = dict[str, Any]


def label_row(connection: Connection, label_id: int) -> Fields | None:
    """The row of a label as the journal writes it, or None where there is none."""
    row = connection.execute(select(labels).where(labels.c.id == label_id)).mappings().first()
    return dict(row) if row else None


def change_label(connection: Connection, act: int, after: Fields) -> None:
    """Makes a label's row what `after` says, and notes in the journal what it was; nothing is noted when it is so already."""
    before = label_row(connection, after["id"])
    if before != after:
        _write(connection, act, before, after)


def new_label(connection: Connection, act: int, *, parent_id: int | None, name: str, key: str) -> int:
    """Adds a label; returns its id. `key` is the folded name."""
    label_id = int(connection.execute(select(func.max(labels.c.id))).scalar_one()) + 1
    fields = {"id": label_id, "parent_id": parent_id, "name": name, "folded": key, "color": None, "hotkey": None, "gone": False}
    change_label(connection, act, fields)
    return label_id


def turn_labels(connection: Connection, target: int, act: int, *, back: bool) -> None:
    """Turns the label changes of an act round (`back`), or makes them again, as part of another act.

    Raises:
        UndoRefused: a label is no longer what the act left, or would get in another's way.
    """
    rows = connection.execute(select(label_changes).where(label_changes.c.act_id == target)).all()
    steps = [(json.loads(row.before) if row.before else {**json.loads(row.after), "gone": True}, json.loads(row.after)) for row in rows]
    turned = [(after, before) if back else (before, after) for before, after in steps]
    for expected, _ in turned:
        if label_row(connection, expected["id"]) != expected:
            raise _refused(expected, "was changed since")
    # Labels of one act may take each other's names: all of them leave their places before any comes into its own.
    among = [expected["id"] for expected, _ in turned]
    connection.execute(update(labels).where(labels.c.id.in_(among)).values(gone=True))
    parents = dict(connection.execute(select(labels.c.id, labels.c.parent_id)).tuples().all())
    parents |= {wanted["id"]: wanted["parent_id"] for _, wanted in turned}
    for expected, wanted in turned:
        _check_room(connection, wanted, parents, among=set(among))
        _write(connection, act, expected, wanted)


def _write(connection: Connection, act: int, before: Fields | None, after: Fields) -> None:
    connection.execute(upsert(labels).values(**after).on_conflict_do_update(index_elements=["id"], set_=after))
    noted = {"before": _text(before) if before else None, "after": _text(after)}
    connection.execute(insert(label_changes).values(act_id=act, label_id=after["id"], **noted))


def _check_room(connection: Connection, wanted: Fields, parents: dict[int, int | None], *, among: set[int]) -> None:
    """Refuses a label whose name or key another one has, whose parent is gone, or which would lie under itself."""
    if wanted["gone"]:
        return
    parent, others = wanted["parent_id"], and_(labels.c.gone.is_(False), labels.c.id != wanted["id"])
    place = func.coalesce(labels.c.parent_id, -1) == (-1 if parent is None else parent)
    if connection.execute(select(labels.c.id).where(place, labels.c.folded == wanted["folded"], others)).first():
        raise _refused(wanted, "has a name that another label took since")
    if wanted["hotkey"] and connection.execute(select(labels.c.id).where(labels.c.hotkey == wanted["hotkey"], others)).first():
        raise _refused(wanted, f"has the key {wanted['hotkey']}, which another label took since")
    if parent is not None and parent not in among and connection.execute(select(labels.c.gone).where(labels.c.id == parent)).scalar():
        raise _refused(wanted, "lay under a label that was deleted since")
    while parent is not None:
        if parent == wanted["id"]:
            raise _refused(wanted, "lay under a label that lies under it since")
        parent = parents[parent]


def refuse_orphans(connection: Connection, act: int) -> None:
    """Checks, once an act is done, that it put no image under a deleted label, nor took a label away that holds images or sub-labels.

    Raises:
        UndoRefused: it did; the transaction must not be kept.
    """
    mine = and_(changes.c.act_id == act, changes.c.after_state.is_not(None), labels.c.gone)
    lost = select(labels).join(changes, changes.c.label_id == labels.c.id).where(mine).limit(1)
    if (label := connection.execute(lost).mappings().first()) is not None:
        raise _refused(dict(label), "was deleted since")
    taken = select(labels).join(label_changes, label_changes.c.label_id == labels.c.id).where(label_changes.c.act_id == act, labels.c.gone)
    for label in connection.execute(taken).mappings().all():
        if connection.execute(select(memberships.c.image_id).where(memberships.c.label_id == label["id"]).limit(1)).first():
            raise _refused(dict(label), "holds images now")
        if connection.execute(select(labels.c.id).where(labels.c.parent_id == label["id"], labels.c.gone.is_(False)).limit(1)).first():
            raise _refused(dict(label), "has sub-labels now")


def _refused(label: Fields, why: str) -> UndoRefused:
    return UndoRefused(f"The label {label['name']!r} {why}; the act can only be turned round as a whole. Undo the later acts first.")


def _text(fields: Fields) -> str:
    return json.dumps(fields, ensure_ascii=False)
