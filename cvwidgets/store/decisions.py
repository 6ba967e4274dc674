"""Decisions about images, each one act with its undo: keep, trash, assign, renew."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, and_, delete, func, select, update

from cvwidgets.records import Act, Change
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.deciding import change, choose_label, find_real, keep_picked, keep_there, trash_picked, under, words_of_sorting
from cvwidgets.store.history import follow, images_of, list_acts, list_people
from cvwidgets.store.journal import as_act, begin_act, finish_act
from cvwidgets.store.picked import Ids, given, pick, picked
from cvwidgets.store.tables import UNSORTED_ID, images, memberships
from cvwidgets.store.tree import read_tree
from cvwidgets.store.undoing import last_standing, last_undone, redo, undo


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
            keep_picked(connection, act, label)
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
            label_id = find_real(tree, label)
            connection.execute(update(picked).values(label_id=label_id))
            keep_there(connection, act)
            return f"{{images}} moved to {tree.path(label_id)}"

        return self._decide("assign", ids, by, work)

    def assign_each(self, labels: Mapping[int, str], *, by: str) -> Act:
        """Keeps each image under a label of its own, given by image id, as one act; otherwise as `assign`.

        Raises:
            UnknownLabel: there is no such label.
            DecisionError: a label is Unsorted.
            UnknownImage: an id was never given.
        """
        together: dict[str, list[int]] = {}
        for image_id, label in labels.items():
            together.setdefault(label, []).append(image_id)

        def work(connection: Connection, act: int) -> str:
            tree = read_tree(connection)
            for label, ids in together.items():
                label_id, became = find_real(tree, label), func.coalesce(images.c.survivor_id, images.c.id)
                chosen = select(became).where(images.c.id.in_(given(ids)))
                connection.execute(update(picked).where(picked.c.id.in_(chosen)).values(label_id=label_id))
            keep_there(connection, act)
            return f"{{images}} moved to {next(iter(together)) if len(together) == 1 else 'the labels suggested for them'}"

        return self._decide("assign", list(labels), by, work)

    def trash(self, ids: Ids, label: str | None = None, *, by: str) -> Act:
        """Puts images into the trash of a label and its sub-labels; without one, of every label that keeps them or has them as New.

        Raises:
            UnknownLabel: there is no such label.
            UnknownImage: an id was never given.
        """

        def work(connection: Connection, act: int) -> str:
            trash_picked(connection, act, label)
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
            keep_picked(connection, act, label)
            pick(connection, trash)
            chosen = select(func.coalesce(images.c.survivor_id, images.c.id)).where(images.c.id.in_(given(keep)))
            connection.execute(delete(picked).where(picked.c.id.in_(chosen)))
            trash_picked(connection, act, label)
            return finish_act(connection, act, words_of_sorting(connection, act))

    def renew(self, ids: Ids, label: str | None = None, *, by: str) -> Act:
        """Makes images New again under the label that keeps them, else the one decided last; `label`: among it and its sub-labels.

        Raises:
            UnknownLabel: there is no such label.
            UnknownImage: an id was never given.
        """

        def work(connection: Connection, act: int) -> str:
            choose_label(connection, under(connection, label))
            back = and_(memberships.c.label_id == picked.c.label_id, memberships.c.state != "new")
            there = memberships.alias("there")
            found = select(there.c.image_id).where(there.c.image_id == picked.c.id, there.c.label_id == picked.c.label_id).exists()
            change(connection, act, and_(memberships.c.label_id == UNSORTED_ID, picked.c.label_id != UNSORTED_ID, found), state=None)
            change(connection, act, back, state="new")
            change(connection, act, and_(memberships.c.claimed, ~back), state="new")
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
