"""Labels: the tree, its counts, and the acts that change it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, and_, func, insert, literal, null, select

from cvwidgets.errors import DecisionError, LabelExists
from cvwidgets.records import UNSORTED, Act, Label
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.journal import begin_act, finish_act
from cvwidgets.store.label_journal import change_label, label_row, new_label
from cvwidgets.store.tables import UNSORTED_ID, changes, memberships
from cvwidgets.store.tree import checked, folded, mended, read_tree


class Labels:
    """The labels of a project. Names are slash paths of the tree ("animals/bison")."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def list(self) -> tuple[Label, ...]:
        """All labels with their counts: Unsorted, then the tree from the roots down, brothers by name."""
        query = select(memberships.c.label_id, memberships.c.state, func.count()).group_by(memberships.c.label_id, memberships.c.state)
        with self._catalog.read() as connection:
            tree = read_tree(connection)
            counts: dict[int, dict[str, int]] = {}
            for label_id, state, count in connection.execute(query):
                counts.setdefault(label_id, {})[state] = count
        return tuple(Label(node.id, tree.path(node.id), node.parent_id, **counts.get(node.id, {})) for node in tree.in_order())

    def add(self, name: str, *, by: str) -> Act:
        """Adds a label, and the parents that its path lacks. Undoable.

        Raises:
            LabelExists: there is one of that name, letter case aside.
            DecisionError: the name cannot be one.
        """
        parts = _above_unsorted(checked(name))
        with self._catalog.write() as connection:
            tree = read_tree(connection)
            if (found := tree.look(parts)) is not None:
                raise _taken(tree.path(found))
            act = begin_act(connection, "add label", by=by)
            find_or_add(connection, act, [parts])
            return finish_act(connection, act, f"Label {'/'.join(parts)} added", always=True)

    def rename(self, name: str, new_name: str, *, by: str) -> Act:
        """Gives a label another path: another name, another parent (added if it is not there), or both. Undoable.

        Raises:
            UnknownLabel: there is no label of that name.
            LabelExists: the new name is taken, letter case aside.
            DecisionError: the name cannot be one, the label is Unsorted, or it would lie under itself.
        """
        parts = _above_unsorted(checked(new_name))
        with self._catalog.write() as connection:
            tree = read_tree(connection)
            label_id = _own(tree.find(name))
            found = tree.look(parts)
            if found is not None and found != label_id:
                raise _taken(tree.path(found))
            if any(tree.look(parts[:depth]) == label_id for depth in range(1, len(parts))):
                raise DecisionError(f"{new_name!r} lies under {name!r} itself; a label needs another parent. Choose one outside of it.")
            act = begin_act(connection, "rename label", by=by)
            parent = find_or_add(connection, act, [parts[:-1]])["/".join(parts[:-1])] if parts[:-1] else None
            row = label_row(connection, label_id) or {}
            change_label(connection, act, {**row, "parent_id": parent, "name": parts[-1], "folded": folded(parts[-1])})
            return finish_act(connection, act, f"Label {tree.path(label_id)} renamed to {'/'.join(parts)}", always=True)

    def delete(self, name: str, *, by: str) -> Act:
        """Deletes a label and its sub-labels. Undoable.

        Images that no other label holds go to Unsorted: into its trash if they were in the trash here, else as New.

        Raises:
            UnknownLabel: there is no label of that name.
            DecisionError: the label is Unsorted.
        """
        with self._catalog.write() as connection:
            tree = read_tree(connection)
            label_id = _own(tree.find(name))
            act = begin_act(connection, "delete label", by=by)
            leaving = tree.below(label_id)
            _leave(connection, act, leaving)
            for gone in leaving:
                change_label(connection, act, {**(label_row(connection, gone) or {}), "gone": True})
            return finish_act(connection, act, f"Label {tree.path(label_id)} deleted, {{images}} back to new", always=True)


def find_or_add(connection: Connection, act: int, paths: Iterable[list[str]]) -> dict[str, int]:
    """The ids of labels by their slash paths, adding those that are not there as part of an act."""
    tree = read_tree(connection)
    known: dict[tuple[int | None, str], int] = {(node.parent_id, node.folded): node.id for node in tree.nodes.values()}
    ids = {}
    for parts in paths:
        at: int | None = None
        for part in parts:
            key = (at, folded(part))
            if key not in known:
                known[key] = new_label(connection, act, parent_id=at, name=part, key=key[1])
            at = known[key]
        ids["/".join(parts)] = at if at is not None else UNSORTED_ID
    return ids


def from_folders(connection: Connection, act: int, names: Iterable[str | None]) -> dict[str | None, int]:
    """The ids of labels by the names that `collect` gave; None is Unsorted. Names are mended to what labels may be called."""
    parts = {name: _under_root(mended(name or "")) for name in set(names)}
    ids = find_or_add(connection, act, parts.values())
    return {name: ids["/".join(part)] for name, part in parts.items()}


def _under_root(parts: list[str]) -> list[str]:
    # A folder named Unsorted says "no label"; folders below it are labels of their own.
    return parts[1:] if parts and folded(parts[0]) == folded(UNSORTED) else parts


def _taken(name: str) -> LabelExists:
    return LabelExists(f"There is a label {name!r} already; names must differ, letter case aside. Choose another.")


def _above_unsorted(parts: list[str]) -> list[str]:
    if len(parts) > 1 and folded(parts[0]) == folded(UNSORTED):
        raise DecisionError(f"'{UNSORTED}' can have no labels under it; it holds what has none. Choose another parent.")
    return parts


def _own(label_id: int) -> int:
    if label_id == UNSORTED_ID:
        raise DecisionError(f"'{UNSORTED}' holds what has no label; it always exists. Choose another label.")
    return label_id


def _leave(connection: Connection, act: int, leaving: list[int]) -> None:
    """Notes that all rows of these labels end, with the conflicts they had part in; images left with none go to Unsorted."""
    columns = [column.name for column in changes.columns]
    before = [memberships.c.state, memberships.c.claimed, memberships.c.act_id]
    ended = select(literal(act), memberships.c.image_id, memberships.c.label_id, *before, null(), null(), null()).where(
        memberships.c.label_id.in_(leaving)
    )
    connection.execute(insert(changes).from_select(columns, ended))
    touched = select(changes.c.image_id).where(changes.c.act_id == act)
    claims = and_(memberships.c.claimed, memberships.c.label_id.not_in(leaving), memberships.c.image_id.in_(touched))
    settled = select(literal(act), memberships.c.image_id, memberships.c.label_id, *before, literal("new"), literal(False), literal(act))
    connection.execute(insert(changes).from_select(columns, settled.where(claims)))
    other = memberships.alias("other")
    held = select(other.c.image_id).where(other.c.image_id == changes.c.image_id, other.c.label_id.not_in(leaving)).exists()
    state = func.iif(func.min(changes.c.before_state == "trashed"), "trashed", "new")
    homeless = (
        select(literal(act), changes.c.image_id, literal(UNSORTED_ID), null(), null(), null(), state, literal(False), literal(act))
        .where(changes.c.act_id == act, ~held)
        .group_by(changes.c.image_id)
    )
    connection.execute(insert(changes).from_select(columns, homeless))
