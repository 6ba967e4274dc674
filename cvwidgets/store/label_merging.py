"""Two labels become one: what they hold, and the labels under them."""

from __future__ import annotations

import json

from sqlalchemy import Connection, and_, case, func, insert, join, literal, null, or_, select

from cvwidgets.store.label_journal import change_label, label_row
from cvwidgets.store.tables import changes, memberships
from cvwidgets.store.tree import Tree

Pairs = list[tuple[int, int]]

_COLUMNS = [column.name for column in changes.columns]
_RANK = {"trashed": 0, "new": 1, "kept": 2}


def merge_labels(connection: Connection, act: int, tree: Tree, source: int, target: int) -> None:
    """Moves all that a label holds to another one outside of it, and deletes it, as part of an act.

    An image that both have is afterwards kept where either kept it, else New where either had it as New. Labels under the source move
    under the target; those of the same name are merged in their turn.
    """
    merged, moved = _plan(tree, source, target, leaving=source)
    _carry(connection, act, merged)
    for gone, _ in merged:  # first, so that the names of those that move are free
        change_label(connection, act, {**(label_row(connection, gone) or {}), "gone": True})
    for child, parent in moved:
        change_label(connection, act, {**(label_row(connection, child) or {}), "parent_id": parent})


def _plan(tree: Tree, source: int, target: int, *, leaving: int) -> tuple[Pairs, Pairs]:
    """Which labels merge into which, and which move under which."""
    merged, moved = [(source, target)], []
    twins = {node.folded: node.id for node in tree.children(target) if node.id != leaving}
    for child in tree.children(source):
        if child.folded not in twins:
            moved.append((child.id, target))
            continue
        deeper = _plan(tree, child.id, twins[child.folded], leaving=leaving)
        merged += deeper[0]
        moved += deeper[1]
    return merged, moved


def _carry(connection: Connection, act: int, merged: Pairs) -> None:
    """Notes that the rows of each first label end, and what the second one has instead; rows go on standing by the act that made them."""
    pair = func.json_each(literal(json.dumps(merged))).table_valued("value", name="pair")
    source, target = func.json_extract(pair.c.value, "$[0]"), func.json_extract(pair.c.value, "$[1]")
    mine, there = memberships.alias("mine"), memberships.alias("there")
    rows = join(pair, mine, mine.c.label_id == source)
    row = [mine.c.state, mine.c.claimed, mine.c.act_id]
    ended = select(literal(act), mine.c.image_id, mine.c.label_id, *row, null(), null(), null()).select_from(rows)
    connection.execute(insert(changes).from_select(_COLUMNS, ended))
    both = rows.outerjoin(there, and_(there.c.image_id == mine.c.image_id, there.c.label_id == target))
    rank = [case(_RANK, value=table.c.state) for table in (mine, there)]
    wins = or_(
        there.c.image_id.is_(None),
        rank[0] > rank[1],
        and_(there.c.state == "new", mine.c.claimed, ~there.c.claimed),  # an image in conflict stays so until it is decided
    )
    before = [there.c.state, there.c.claimed, there.c.act_id]
    carried = select(literal(act), mine.c.image_id, target, *before, *row).select_from(both)
    connection.execute(insert(changes).from_select(_COLUMNS, carried.where(wins)))
