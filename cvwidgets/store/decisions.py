"""Decisions about images, each one act with its undo: keep, trash, assign, renew."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, literal, null, select, true, update

from cvwidgets.errors import DecisionError
from cvwidgets.records import UNSORTED, Act, Change
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.history import follow, images_of, list_acts, list_people
from cvwidgets.store.journal import as_act, begin_act, finish_act
from cvwidgets.store.picked import Ids, given, pick, picked
from cvwidgets.store.tables import UNSORTED_ID, changes, images, memberships
from cvwidgets.store.tree import read_tree
from cvwidgets.store.undoing import last_standing, last_undone, redo, undo

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

        `label` is the one in whose grid the decision was made: images that are there or in a sub-label of it, in any state, are kept
        where they are there.

        Raises:
            DecisionError: an image has no label but Unsorted.
            UnknownLabel: there is no such label.
            UnknownImage: an id was never given.
        """

        def work(connection: Connection, act: int) -> str:
            _keep(connection, act, label)
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
            _trash(connection, act, label)
            return "{images} trashed"

        return self._decide("trash", ids, by, work)

    def sort_out(self, keep: Ids, trash: Ids, label: str | None = None, *, by: str) -> Act:
        """Keeps some images and trashes others, as `keep` and `trash` do, in one act with one undo; an image in both is kept.

        Raises:
            DecisionError: an image to be kept has no label but Unsorted.
            UnknownLabel: there is no such label.
            UnknownImage: an id was never given.
        """
        with self._catalog.write() as connection:
            act = begin_act(connection, "sort out", by=by)
            pick(connection, keep)
            _keep(connection, act, label)
            pick(connection, trash)
            chosen = select(func.coalesce(images.c.survivor_id, images.c.id)).where(images.c.id.in_(given(keep)))
            connection.execute(delete(picked).where(picked.c.id.in_(chosen)))
            _trash(connection, act, label)
            return finish_act(connection, act, _sorted_out(connection, act))

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
        """Takes back an act as a whole. The undo is an act too.

        Without `act` it is the last one that stands of those made through this object, else of this person's, else of all: two windows
        on one project do not take back each other's acts while they have any of their own.

        Raises:
            NothingToUndo: no act is left to undo.
            UndoRefused: later acts touched the same images or labels; nothing was changed.
        """
        with self._catalog.write() as connection:
            return undo(connection, by=by, own=self._own, act=act)

    def redo(self, *, by: str, act: int | None = None) -> Act:
        """Does again an act that stands undone; without `act` what was undone last, in the same order as `undo`, until they decide anew.

        Raises:
            NothingToUndo: nothing is left to redo.
            UndoRefused: later acts touched the same images or labels; nothing was changed.
        """
        with self._catalog.write() as connection:
            return redo(connection, by=by, own=self._own, act=act)

    def acts(
        self,
        limit: int = 100,
        *,
        before: int | None = None,
        by: str | None = None,
        kind: str | None = None,
        text: str | None = None,
        image: int | None = None,
    ) -> list[Act]:
        """The acts that match all of what is given, newest first.

        Args:
            limit: So many at most.
            before: Only acts with a smaller id: the next page of a list.
            by: Whose.
            kind: One kind ("keep"), or a group of them: "decisions", "labels", "imports", "undo".
            text: What their sentence holds, letter case aside.
            image: Only those that touched this image.
        """
        with self._catalog.read() as connection:
            return list_acts(connection, limit, before=before, by=by, kind=kind, text=text, image=image)

    def people(self) -> list[str]:
        """Everyone who did something."""
        with self._catalog.read() as connection:
            return list_people(connection)

    def images_of(self, act: int) -> list[int]:
        """The images that an act touched and that are still there, rising."""
        with self._catalog.read() as connection:
            return images_of(connection, act)

    def history(self, image_id: int) -> list[Change]:
        """What became of an image, act by act, the latest first: its label and state before and after; empty for an id never given."""
        with self._catalog.read() as connection:
            return follow(connection, image_id)

    def last(self, *, by: str | None = None) -> Act | None:
        """The act that `undo` would take back, or None."""
        with self._catalog.read() as connection:
            row = last_standing(connection, by=by, own=self._own)
        return as_act(row) if row is not None else None

    def last_undone(self, *, by: str | None = None) -> Act | None:
        """The act that `redo` would do again, or None."""
        with self._catalog.read() as connection:
            row = last_undone(connection, by=by, own=self._own)
        return as_act(row) if row is not None else None

    @property
    def _own(self) -> list[int]:
        return list(self._catalog.own_acts)

    def _decide(self, kind: str, ids: Ids, by: str, work: Callable[[Connection, int], str]) -> Act:
        with self._catalog.write() as connection:
            pick(connection, ids)
            act = begin_act(connection, kind, by=by)
            return finish_act(connection, act, work(connection, act))


def _keep(connection: Connection, act: int, label: str | None) -> None:
    """Notes that the picked images are kept: under `label` or the sub-label where they are, else where they stand."""
    here = _under(connection, label) if label is not None else None
    _choose_label(connection, memberships.c.label_id != UNSORTED_ID, first=here)
    bare = connection.execute(select(func.count()).where(picked.c.label_id.is_(None))).scalar_one()
    if bare:
        have = "image has no label" if bare == 1 else "images have no label"
        raise DecisionError(f"{bare:,} {have}; keeping needs one. Choose a label for them instead.")
    _keep_there(connection, act)


def _trash(connection: Connection, act: int, label: str | None) -> None:
    """Notes that the picked images go to the trash of `label` and its sub-labels, or of all theirs."""
    leaving = and_(memberships.c.state != "trashed", _under(connection, label))
    _change(connection, act, leaving, state="trashed")
    _change(connection, act, and_(memberships.c.claimed, ~leaving), state="new")


def _sorted_out(connection: Connection, act: int) -> str:
    """The sentence of an act that kept some images and trashed others."""
    query = select(func.count(changes.c.image_id.distinct())).where(changes.c.act_id == act)
    kept, trashed = (connection.execute(query.where(changes.c.after_state == state)).scalar_one() for state in ("kept", "trashed"))
    counts = [(count, word) for count, word in ((kept, "kept"), (trashed, "trashed")) if count]
    return ", ".join(
        f"{n:,} {'image' if n == 1 else 'images'} {word}" if not at else f"{n:,} {word}" for at, (n, word) in enumerate(counts)
    )


def _under(connection: Connection, label: str | None) -> ColumnElement[bool]:
    """The memberships under a label or a sub-label of it; all without one."""
    if label is None:
        return true()
    tree = read_tree(connection)
    return memberships.c.label_id.in_(tree.below(tree.find(label)))


def _choose_label(connection: Connection, among: ColumnElement[bool], *, first: ColumnElement[bool] | None = None) -> None:
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
