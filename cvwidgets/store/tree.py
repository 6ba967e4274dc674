"""The tree of labels: names to ids and back, and what a name may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from cvwidgets.errors import DecisionError, UnknownLabel
from cvwidgets.store.tables import labels

LONGEST = 200
DEEPEST = 32
_INSTEAD = {"Cc": " ", "Cs": "\N{REPLACEMENT CHARACTER}"}
"""What stands in a label for characters of a folder's name that no label may have, by Unicode category."""


@dataclass(frozen=True, slots=True)
class Node:
    """One label of the tree: its own name, without its parents'."""

    id: int
    parent_id: int | None
    name: str
    folded: str
    color: str | None = None
    hotkey: str | None = None


class Tree:
    """All labels at one moment. Names are slash paths; letter case and the way an accent is written make no difference."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = {node.id: node for node in nodes}
        self._children: dict[int | None, list[Node]] = {}
        for node in sorted(nodes, key=lambda node: _natural(node.folded)):
            self._children.setdefault(node.parent_id, []).append(node)
        self._ids = {(node.parent_id, node.folded): node.id for node in nodes}

    def find(self, name: str) -> int:
        """The id of a label.

        Raises:
            UnknownLabel: there is none of that name.
        """
        if (found := self.look(name.split("/"))) is None:
            raise UnknownLabel(f"There is no label {name!r}; one that exists is needed. Add it, or choose another.")
        return found

    def look(self, parts: list[str]) -> int | None:
        """The id of the label with these names from the root, or None."""
        at: int | None = None
        for part in parts:
            if (at := self._ids.get((at, folded(part)))) is None:
                return None
        return at

    def path(self, label_id: int) -> str:
        """The slash path of a label."""
        node = self.nodes[label_id]
        return node.name if node.parent_id is None else f"{self.path(node.parent_id)}/{node.name}"

    def below(self, label_id: int) -> list[int]:
        """The ids of a label and all its sub-labels."""
        return [label_id, *(i for child in self.children(label_id) for i in self.below(child.id))]

    def children(self, label_id: int | None) -> list[Node]:
        """The labels right under one, or the roots; brothers by name."""
        return self._children.get(label_id, [])

    def height(self, label_id: int) -> int:
        """How many levels there are below a label."""
        return max((1 + self.height(child.id) for child in self.children(label_id)), default=0)

    def holders(self) -> dict[str, int]:
        """The ids of the labels that have a key, by that key."""
        return {node.hotkey: node.id for node in self.nodes.values() if node.hotkey}

    def in_order(self, parent_id: int | None = None) -> Iterator[Node]:
        """All labels from the roots down, each before its sub-labels; Unsorted first, brothers by name ("label 2" before "label 10")."""
        for node in sorted(self.children(parent_id), key=lambda node: node.id != 0):
            yield node
            yield from self.in_order(node.id)

    def with_paths(self) -> Iterator[tuple[Node, str]]:
        """As `in_order`, each with its slash path."""
        paths: dict[int, str] = {}
        for node in self.in_order():
            paths[node.id] = node.name if node.parent_id is None else f"{paths[node.parent_id]}/{node.name}"
            yield node, paths[node.id]


def read_tree(connection: Connection) -> Tree:
    """The labels that exist now."""
    row = labels.c
    query = select(row.id, row.parent_id, row.name, row.folded, row.color, row.hotkey).where(row.gone.is_(False))
    return Tree([Node(*row) for row in connection.execute(query)])


def folded(name: str) -> str:
    """What two names have in common when they differ in letter case or in how accents are written."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _natural(name: str) -> tuple[list[str | int], str]:
    """What a folded name is sorted by: numbers in it count as numbers."""
    return [int(part) if at % 2 else part for at, part in enumerate(re.split(r"(\d+)", name))], name


def checked(name: str) -> list[str]:
    """The parts of a slash path given by a person, each as it will be kept.

    Raises:
        DecisionError: a part is empty, too long, or holds control characters.
    """
    parts = [unicodedata.normalize("NFC", part.strip()) for part in name.split("/")]
    if len(parts) > DEEPEST:
        raise DecisionError(f"The label is {len(parts)} levels deep; {DEEPEST} are the most. Choose a shorter path.")
    for part in parts:
        if not part:
            raise DecisionError(f"The label {name!r} has an empty name in it; each level needs one. Write it without the extra slash.")
        if len(part) > LONGEST:
            raise DecisionError(f"The label's name has {len(part)} characters; {LONGEST} are the most. Choose a shorter one.")
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in part):
            raise DecisionError(f"The label {name!r} holds control characters; only text can be a name. Leave them out.")
    return parts


def mended(name: str) -> list[str]:
    """The parts of a slash path taken from folder names, made into names that labels may have."""
    parts = [part for part in name.split("/") if part.strip()][:DEEPEST]
    return [_mend(part) for part in parts]


def _mend(part: str) -> str:
    allowed = "".join(_INSTEAD.get(unicodedata.category(character), character) for character in part)
    return unicodedata.normalize("NFC", allowed.strip())[:LONGEST].strip() or "\N{REPLACEMENT CHARACTER}"
