"""Undo and redo for images that were merged since: what was done to them is turned round at the image that each became."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, and_, insert, select

from cvwidgets.store.picked import given
from cvwidgets.store.tables import UNSORTED_ID, changes, images, memberships

Side = tuple[Column[Any], Column[Any], Column[Any]]
"""State, claim and act of a membership: before or after a change, or now."""

NOW: Side = (memberships.c.state, memberships.c.claimed, memberships.c.act_id)
_COLUMNS = [column.name for column in changes.columns]


class _Step(NamedTuple):
    """A change of an act at the image that the changed one became: the row there now, as the act left it, as it shall be."""

    survivor: int
    label_id: int
    now: list[Any]
    expected: list[Any]
    wanted: list[Any]


def follow_merged(connection: Connection, target: int, act: int, *, expected: Side, wanted: Side) -> None:
    """Adds to `act` what it does, at the images that those of `target` became, where these are as `target` left them.

    An image that is of the act itself goes before those that became it; one decided otherwise since is passed over.
    """
    own = select(changes.c.image_id).where(changes.c.act_id == target)
    there = and_(memberships.c.image_id == images.c.survivor_id, memberships.c.label_id == changes.c.label_id)
    became = images.alias("became")
    query = (
        select(changes.c.image_id, images.c.survivor_id, changes.c.label_id, *NOW, *expected, *wanted)
        .join(images, images.c.id == changes.c.image_id)
        .join(became, became.c.id == images.c.survivor_id)
        .outerjoin(memberships, there)
        .where(changes.c.act_id == target, images.c.gone == "merged", became.c.gone.is_(None), images.c.survivor_id.not_in(own))
    )
    merged: dict[int, list[_Step]] = {}
    for image_id, survivor, label_id, *sides in connection.execute(query):
        merged.setdefault(image_id, []).append(_Step(survivor, label_id, sides[:3], sides[3:6], sides[6:]))
    states = _states(connection, sorted({steps[0].survivor for steps in merged.values()}))
    followed: dict[int, list[dict[str, Any]]] = {}
    for steps in merged.values():
        survivor = steps[0].survivor
        after = {**states[survivor], **{step.label_id: step.wanted[0] for step in steps}}
        if all(step.now == step.expected for step in steps) and _is_possible(after):
            rows = [(act, survivor, step.label_id, *step.expected, *step.wanted) for step in steps]
            followed.setdefault(survivor, [dict(zip(_COLUMNS, row, strict=True)) for row in rows])
    if followed:
        connection.execute(insert(changes), [row for rows in followed.values() for row in rows])


def _states(connection: Connection, image_ids: list[int]) -> dict[int, dict[int, str | None]]:
    """The states of images by label id."""
    states: dict[int, dict[int, str | None]] = {image_id: {} for image_id in image_ids}
    query = select(memberships).where(memberships.c.image_id.in_(given(image_ids)))
    for row in connection.execute(query):
        states[row.image_id][row.label_id] = row.state
    return states


def _is_possible(states: dict[int, str | None]) -> bool:
    """Whether an image may have these rows: one at least, one kept at most, and Unsorted beside none but the trash of labels."""
    waiting = [label for label, state in states.items() if state not in (None, "trashed") and label != UNSORTED_ID]
    kept = [label for label, state in states.items() if state == "kept"]
    return any(states.values()) and len(kept) <= 1 and not (states.get(UNSORTED_ID) and waiting)
