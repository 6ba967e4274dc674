"""Labels: the tree, its counts, and the acts that change it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from cvwidgets.errors import DecisionError, LabelExists
from cvwidgets.labeling import COLORS, Fate, color_of, key_of
from cvwidgets.records import UNSORTED, Act, Label
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.journal import begin_act, finish_act
from cvwidgets.store.label_journal import change_label, label_row, new_label
from cvwidgets.store.label_leaving import fate_of, leave
from cvwidgets.store.label_merging import merge_labels
from cvwidgets.store.tables import UNSORTED_ID, memberships
from cvwidgets.store.tree import DEEPEST, Tree, checked, folded, mended, read_tree


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
        return tuple(
            Label(node.id, path, node.parent_id, color=node.color, hotkey=node.hotkey, **counts.get(node.id, {}))
            for node, path in tree.with_paths()
        )

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
            act = begin_act(connection, "rename label", by=by)
            _place(connection, act, tree, label_id, parts)
            return finish_act(connection, act, f"Label {tree.path(label_id)} renamed to {'/'.join(parts)}")

    def move(self, name: str, under: str | None = None, *, by: str) -> Act:
        """Puts a label with all that is below it under another one, or among the roots. Undoable.

        Raises:
            UnknownLabel: one of the two is not there.
            LabelExists: there is a label of its name, letter case aside.
            DecisionError: one of the two is Unsorted, or the label would lie under itself.
        """
        with self._catalog.write() as connection:
            tree = read_tree(connection)
            label_id = _own(tree.find(name))
            above = tree.path(tree.find(under)).split("/") if under is not None else []
            parts = _above_unsorted([*above, tree.nodes[label_id].name])
            act = begin_act(connection, "move label", by=by)
            _place(connection, act, tree, label_id, parts)
            return finish_act(connection, act, f"Label {tree.path(label_id)} moved {'under ' + '/'.join(above) if above else 'to the top'}")

    def merge(self, name: str, into: str, *, by: str) -> Act:
        """Makes two labels one: images and sub-labels of the first go to the second, and the first is gone. Undoable.

        An image that both have is kept if either keeps it, else New if it is New in either. Sub-labels of the same name are merged too.

        Raises:
            UnknownLabel: one of the two is not there.
            DecisionError: one of them is Unsorted, they are the same, or the second lies under the first.
        """
        with self._catalog.write() as connection:
            tree = read_tree(connection)
            source, target = _own(tree.find(name)), _own(tree.find(into))
            if source == target:
                raise DecisionError(f"{name!r} and {into!r} are the same label; merging needs two. Choose another.")
            if target in tree.below(source):
                raise DecisionError(f"{into!r} lies under {name!r}; a label needs one outside of it. Merge {into!r} into {name!r} instead.")
            act = begin_act(connection, "merge labels", by=by)
            merge_labels(connection, act, tree, source, target)
            return finish_act(connection, act, f"Label {tree.path(source)} merged into {tree.path(target)}, {{images}} moved", always=True)

    def color(self, name: str, color: str | None, *, by: str) -> Act:
        """Gives a label a color, by its name in `COLORS` or as #rrggbb; None takes it away. Undoable.

        Raises:
            UnknownLabel: there is no label of that name.
            DecisionError: it is no color, or the label is Unsorted.
        """
        wanted = color_of(color) if color is not None else None
        with self._catalog.write() as connection:
            tree = read_tree(connection)
            label_id = _own(tree.find(name))
            act = begin_act(connection, "color label", by=by)
            change_label(connection, act, {**(label_row(connection, label_id) or {}), "color": wanted})
            path, word = tree.path(label_id), next((known.name for known in COLORS if known.hex == wanted), wanted)
            return finish_act(connection, act, f"Label {path} has the color {word}" if word else f"Label {path} has no color any more")

    def hotkey(self, name: str, key: str | None, *, by: str) -> Act:
        """Gives a label the key that assigns it, a letter or a digit; a label that has it loses it. None takes it away. Undoable.

        Raises:
            UnknownLabel: there is no label of that name.
            DecisionError: a label cannot have that key, or the label is Unsorted.
        """
        wanted = key_of(key) if key is not None else None
        with self._catalog.write() as connection:
            tree = read_tree(connection)
            label_id = _own(tree.find(name))
            act = begin_act(connection, "hotkey label", by=by)
            before = tree.holders().get(wanted, label_id) if wanted else label_id
            _give_keys(connection, act, {before: None, label_id: wanted})
            path = tree.path(label_id)
            moved = f", no longer {tree.path(before)}" if before != label_id else ""
            return finish_act(connection, act, f"Key {wanted} is for {path}{moved}" if wanted else f"Label {path} has no key any more")

    def number(self, *, by: str) -> Act:
        """Gives the first nine labels of the tree the keys 1 to 9. Undoable.

        Labels with a letter for a key keep it, and labels that only hold others are passed over.

        Raises:
            DecisionError: there is no label to number.
        """
        with self._catalog.write() as connection:
            tree = read_tree(connection)
            holding = select(memberships.c.label_id).distinct()
            full = set(connection.execute(holding).scalars())
            open_ones = [node for node in tree.in_order() if node.id in full or not tree.children(node.id)]
            chosen = [node.id for node in open_ones if node.id != UNSORTED_ID and not (node.hotkey or "0").isalpha()][:9]
            if not chosen:
                raise DecisionError("There is no label without a letter for its key; numbering needs one. Add a label first.")
            act = begin_act(connection, "number labels", by=by)
            keys = {str(number): label_id for number, label_id in enumerate(chosen, start=1)}
            losing = {holder: None for key, holder in tree.holders().items() if key in keys}
            _give_keys(connection, act, {**losing, **{label_id: key for key, label_id in keys.items()}})
            words = "1 label has the key 1" if len(chosen) == 1 else f"{len(chosen)} labels have the keys 1 to {len(chosen)}"
            return finish_act(connection, act, words)

    def fate(self, name: str) -> Fate:
        """What deleting a label would do to its images and sub-labels, to be said before it is done.

        Raises:
            UnknownLabel: there is no label of that name.
            DecisionError: the label is Unsorted.
        """
        with self._catalog.read() as connection:
            tree = read_tree(connection)
            return fate_of(connection, tree, _own(tree.find(name)))

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
            leave(connection, act, leaving)
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


def _place(connection: Connection, act: int, tree: Tree, label_id: int, parts: list[str]) -> None:
    """Gives a label another path as part of an act, adding the parents that it lacks."""
    old, new = tree.path(label_id), "/".join(parts)
    found = tree.look(parts)
    if found is not None and found != label_id:
        raise _taken(tree.path(found))
    if any(tree.look(parts[:depth]) == label_id for depth in range(1, len(parts))):
        raise DecisionError(f"{new!r} lies under {old!r} itself; a label needs another parent. Choose one outside of it.")
    if (levels := len(parts) + tree.height(label_id)) > DEEPEST:
        raise DecisionError(f"{new!r} would be {levels} levels deep with what is below it; {DEEPEST} are the most. Choose another parent.")
    parent = find_or_add(connection, act, [parts[:-1]])["/".join(parts[:-1])] if parts[:-1] else None
    row = label_row(connection, label_id) or {}
    change_label(connection, act, {**row, "parent_id": parent, "name": parts[-1], "folded": folded(parts[-1])})


def _give_keys(connection: Connection, act: int, keys: dict[int, str | None]) -> None:
    for label_id, key in keys.items():
        change_label(connection, act, {**(label_row(connection, label_id) or {}), "hotkey": key})
