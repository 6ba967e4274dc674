"""The steps of a decision, each one statement on the images that are picked: which label is meant, and what of them changes."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, func, insert, literal, null, select, true, update

from cvwidgets.errors import DecisionError
from cvwidgets.records import UNSORTED
from cvwidgets.store.picked import picked
from cvwidgets.store.tables import UNSORTED_ID, changes, memberships
from cvwidgets.store.tree import Tree, read_tree

_HERE = and_(memberships.c.image_id == picked.c.id, memberships.c.label_id == picked.c.label_id)
_COLUMNS = [column.name for column in changes.columns]
_BEFORE = [memberships.c.state, memberships.c.claimed, memberships.c.act_id]


def find_real(tree: Tree, label: str) -> int:
    """The id of a label that one may keep for."""
    if (label_id := tree.find(label)) == UNSORTED_ID:
        raise DecisionError(f"'{UNSORTED}' holds what has no label; nothing can be kept there. Choose a label, or use Back to new.")
    return label_id


def keep_picked(connection: Connection, act: int, label: str | None) -> None:
    """Notes that the picked images are kept: under `label` or the sub-label where they are, else where they stand."""
    here = under(connection, label) if label is not None else None
    choose_label(connection, memberships.c.label_id != UNSORTED_ID, first=here)
    bare = connection.execute(select(func.count()).where(picked.c.label_id.is_(None))).scalar_one()
    if bare:
        have = "image has no label" if bare == 1 else "images have no label"
        raise DecisionError(f"{bare:,} {have}; keeping needs one. Choose a label for them instead.")
    keep_there(connection, act)


def trash_picked(connection: Connection, act: int, label: str | None) -> None:
    """Notes that the picked images go to the trash of `label` and its sub-labels, or of all theirs."""
    leaving = and_(memberships.c.state != "trashed", under(connection, label))
    change(connection, act, leaving, state="trashed")
    change(connection, act, and_(memberships.c.claimed, ~leaving), state="new")


def words_of_sorting(connection: Connection, act: int) -> str:
    """The sentence of an act that kept some images and trashed others."""
    query = select(func.count(changes.c.image_id.distinct())).where(changes.c.act_id == act)
    kept, trashed = (connection.execute(query.where(changes.c.after_state == state)).scalar_one() for state in ("kept", "trashed"))
    counts = [(count, word) for count, word in ((kept, "kept"), (trashed, "trashed")) if count]
    return ", ".join(
        f"{n:,} {'image' if n == 1 else 'images'} {word}" if not at else f"{n:,} {word}" for at, (n, word) in enumerate(counts)
    )


def under(connection: Connection, label: str | None) -> ColumnElement[bool]:
    """The memberships under a label or a sub-label of it; all without one."""
    if label is None:
        return true()
    tree = read_tree(connection)
    return memberships.c.label_id.in_(tree.below(tree.find(label)))


def choose_label(connection: Connection, among: ColumnElement[bool], *, first: ColumnElement[bool] | None = None) -> None:
    """Picks for each image the label it stands under: of the `first`, else of all, the kept one, the one New last, the one trashed last."""
    state = memberships.c.state
    best = (
        select(memberships.c.label_id)
        .where(memberships.c.image_id == picked.c.id, among)
        .order_by(
            *([] if first is None else [first.desc()]),
            (state == "kept").desc(),
            (state == "new").desc(),
            memberships.c.act_id.desc(),
            memberships.c.label_id,
        )
        .limit(1)
    )
    connection.execute(update(picked).values(label_id=best.scalar_subquery()))


def keep_there(connection: Connection, act: int) -> None:
    """Keeps each picked image under its picked label; of its other rows only those in the trash of a real label stay."""
    others = and_(
        memberships.c.label_id != picked.c.label_id,
        (memberships.c.state != "trashed") | (memberships.c.label_id == UNSORTED_ID),
    )
    change(connection, act, others, state=None)
    kept = select(literal(act), picked.c.id, picked.c.label_id, *_BEFORE, literal("kept"), literal(False), literal(act)).select_from(
        picked.outerjoin(memberships, _HERE)
    )
    connection.execute(insert(changes).from_select(_COLUMNS, kept.where(memberships.c.state.is_distinct_from("kept"))))


def change(connection: Connection, act: int, which: ColumnElement[bool], *, state: str | None) -> None:
    """Notes that these rows of the picked images end in a state; None: they end."""
    after = [literal(state), literal(False), literal(act)] if state else [null(), null(), null()]
    rows = select(literal(act), memberships.c.image_id, memberships.c.label_id, *_BEFORE, *after).where(
        memberships.c.image_id == picked.c.id, which
    )
    connection.execute(insert(changes).from_select(_COLUMNS, rows))
