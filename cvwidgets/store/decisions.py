"""Decisions about images, each one act with its undo: keep, trash, assign, renew."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, and_, func, insert, literal, null, select, true, update

from cvwidgets.errors import DecisionError
from cvwidgets.records import UNSORTED, Act
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.journal import acts_with_fate, as_act, begin_act, finish_act, standing
from cvwidgets.store.picked import Ids, pick, picked
from cvwidgets.store.tables import UNSORTED_ID, acts, changes, memberships
from cvwidgets.store.tree import read_tree
from cvwidgets.store.undoing import redo, undo

_HERE = and_(memberships.c.image_id == picked.c.id, memberships.c.label_id == picked.c.label_id)
_COLUMNS = [column.name for column in changes.columns]
_BEFORE = [memberships.c.state, memberships.c.claimed, memberships.c.act_id]


class Decisions:
    """What persons and models decide. Each method is one transaction and one act, whatever the number of images.

    A decision settles the conflicts of its images. When nothing has to change, nothing is written and the act's id is 0.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def keep(self, ids: Ids, label: str | None = None, *, by: str) -> Act:
        """Keeps images under a label that they have: the kept one, else the New one that came last, else the trashed one.

        `label` is the one in whose grid the decision was made: images that are there, in any state, are kept there.

        Raises:
            DecisionError: an image has no label but Unsorted.
            UnknownLabel: there is no such label.
            UnknownImage: an id was never given.
        """

        def work(connection: Connection, act: int) -> str:
            here = read_tree(connection).find(label) if label is not None else None
            _choose_label(connection, memberships.c.label_id != UNSORTED_ID, first=here)
            bare = connection.execute(select(func.count()).where(picked.c.label_id.is_(None))).scalar_one()
            if bare:
                have = "image has no label" if bare == 1 else "images have no label"
                raise DecisionError(f"{bare:,} {have}; keeping needs one. Choose a label for them instead.")
            _keep_there(connection, act)
            return "{images} kept"

        return self._decide("keep", ids, by, work)

    def assign(self, ids: Ids, label: str, *, by: str) -> Act:
        """Keeps images under a label; they leave any other label that kept them or had them as New.

        Raises:
            UnknownLabel: there is no such label.
            DecisionError: the label is Unsorted.
            UnknownImage: an id was never given.
        """

        def work(connection: Connection, act: int) -> str:
            tree = read_tree(connection)
            label_id = tree.find(label)
            if label_id == UNSORTED_ID:
                raise DecisionError(f"'{UNSORTED}' holds what has no label; nothing can be kept there. Choose a label, or use Back to new.")
            connection.execute(update(picked).values(label_id=label_id))
            _keep_there(connection, act)
            return f"{{images}} moved to {tree.path(label_id)}"

        return self._decide("assign", ids, by, work)

    def trash(self, ids: Ids, label: str | None = None, *, by: str) -> Act:
        """Puts images into the trash of a label and its sub-labels; without one, of every label that keeps them or has them as New.

        Raises:
            UnknownLabel: there is no such label.
            UnknownImage: an id was never given.
        """

        def work(connection: Connection, act: int) -> str:
            here = _under(connection, label)
            leaving = and_(memberships.c.state != "trashed", here)
            _change(connection, act, leaving, state="trashed")
            _change(connection, act, and_(memberships.c.claimed, ~leaving), state="new")
            return "{images} trashed"

        return self._decide("trash", ids, by, work)

    def renew(self, ids: Ids, label: str | None = None, *, by: str) -> Act:
        """Makes images New again under the label that keeps them, else the one decided last; `label`: among it and its sub-labels.

        Raises:
            UnknownLabel: there is no such label.
            UnknownImage: an id was never given.
        """

        def work(connection: Connection, act: int) -> str:
            _choose_label(connection, _under(connection, label))
            back = and_(memberships.c.label_id == picked.c.label_id, memberships.c.state != "new")
            there = memberships.alias("there")
            found = select(there.c.image_id).where(there.c.image_id == picked.c.id, there.c.label_id == picked.c.label_id).exists()
            _change(connection, act, and_(memberships.c.label_id == UNSORTED_ID, picked.c.label_id != UNSORTED_ID, found), state=None)
            _change(connection, act, back, state="new")
            _change(connection, act, and_(memberships.c.claimed, ~back), state="new")
            return "{images} back to new"

        return self._decide("renew", ids, by, work)

    def undo(self, *, by: str, act: int | None = None) -> Act:
        """Takes back an act as a whole; without `act`, the last one that stands. The undo is an act too.

        Raises:
            NothingToUndo: no act is left to undo.
            UndoRefused: later acts touched the same images or labels; nothing was changed.
        """
        with self._catalog.write() as connection:
            return undo(connection, by=by, act=act)

    def redo(self, *, by: str) -> Act:
        """Does again what was undone last, until something else is decided.

        Raises:
            NothingToUndo: nothing is left to redo.
            UndoRefused: later acts touched the same images or labels; nothing was changed.
        """
        with self._catalog.write() as connection:
            return redo(connection, by=by)

    def acts(self, limit: int = 100) -> list[Act]:
        """The latest acts of all kinds, newest first."""
        with self._catalog.read() as connection:
            return [as_act(row) for row in connection.execute(acts_with_fate().order_by(acts.c.id.desc()).limit(limit))]

    def last(self) -> Act | None:
        """The act that `undo` would take back, or None."""
        with self._catalog.read() as connection:
            return next((as_act(row) for row in connection.execute(standing().limit(1))), None)

    def _decide(self, kind: str, ids: Ids, by: str, work: Callable[[Connection, int], str]) -> Act:
        with self._catalog.write() as connection:
            pick(connection, ids)
            act = begin_act(connection, kind, by=by)
            return finish_act(connection, act, work(connection, act))


def _under(connection: Connection, label: str | None) -> ColumnElement[bool]:
    """The memberships under a label or a sub-label of it; all without one."""
    if label is None:
        return true()
    tree = read_tree(connection)
    return memberships.c.label_id.in_(tree.below(tree.find(label)))


def _choose_label(connection: Connection, among: ColumnElement[bool], *, first: int | None = None) -> None:
    """Picks for each image the label it stands under: `first` if it is there, the kept one, the one New last, the one trashed last."""
    state = memberships.c.state
    best = (
        select(memberships.c.label_id)
        .where(memberships.c.image_id == picked.c.id, among)
        .order_by(
            (memberships.c.label_id == first).desc(),
            (state == "kept").desc(),
            (state == "new").desc(),
            memberships.c.act_id.desc(),
            memberships.c.label_id,
        )
        .limit(1)
    )
    connection.execute(update(picked).values(label_id=best.scalar_subquery()))


def _keep_there(connection: Connection, act: int) -> None:
    """Keeps each picked image under its picked label; of its other rows only those in the trash of a real label stay."""
    others = and_(
        memberships.c.label_id != picked.c.label_id,
        (memberships.c.state != "trashed") | (memberships.c.label_id == UNSORTED_ID),
    )
    _change(connection, act, others, state=None)
    kept = select(literal(act), picked.c.id, picked.c.label_id, *_BEFORE, literal("kept"), literal(False), literal(act)).select_from(
        picked.outerjoin(memberships, _HERE)
    )
    connection.execute(insert(changes).from_select(_COLUMNS, kept.where(memberships.c.state.is_distinct_from("kept"))))


def _change(connection: Connection, act: int, which: ColumnElement[bool], *, state: str | None) -> None:
    """Notes that these rows of the picked images end in a state; None: they end."""
    after = [literal(state), literal(False), literal(act)] if state else [null(), null(), null()]
    rows = select(literal(act), memberships.c.image_id, memberships.c.label_id, *_BEFORE, *after).where(
        memberships.c.image_id == picked.c.id, which
    )
    connection.execute(insert(changes).from_select(_COLUMNS, rows))
