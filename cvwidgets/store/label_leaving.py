"""What becomes of images whose label is deleted: told before, and done."""

from __future__ import annotations

from sqlalchemy import Connection, and_, func, insert, literal, null, select

from cvwidgets.labeling import Fate
from cvwidgets.store.picked import given
from cvwidgets.store.tables import UNSORTED_ID, changes, memberships
from cvwidgets.store.tree import Tree


def leave(connection: Connection, act: int, leaving: list[int]) -> None:
    """Notes that all rows of these labels end, with the conflicts they had part in; images left with none go to Unsorted."""
    columns = [column.name for column in changes.columns]
    gone = given(leaving)
    before = [memberships.c.state, memberships.c.claimed, memberships.c.act_id]
    ended = select(literal(act), memberships.c.image_id, memberships.c.label_id, *before, null(), null(), null())
    connection.execute(insert(changes).from_select(columns, ended.where(memberships.c.label_id.in_(gone))))
    touched = select(changes.c.image_id).where(changes.c.act_id == act)
    claims = and_(memberships.c.claimed, memberships.c.label_id.not_in(gone), memberships.c.image_id.in_(touched))
    settled = select(literal(act), memberships.c.image_id, memberships.c.label_id, *before, literal("new"), literal(False), literal(act))
    connection.execute(insert(changes).from_select(columns, settled.where(claims)))
    other = memberships.alias("other")
    held = select(other.c.image_id).where(other.c.image_id == changes.c.image_id, other.c.label_id.not_in(gone)).exists()
    state = func.iif(func.min(changes.c.before_state == "trashed"), "trashed", "new")
    homeless = (
        select(literal(act), changes.c.image_id, literal(UNSORTED_ID), null(), null(), null(), state, literal(False), literal(act))
        .where(changes.c.act_id == act, ~held)
        .group_by(changes.c.image_id)
    )
    connection.execute(insert(changes).from_select(columns, homeless))


def fate_of(connection: Connection, tree: Tree, label_id: int) -> Fate:
    """What `leave` would do, in figures and in a sentence; nothing is changed."""
    leaving = tree.below(label_id)
    inside = memberships.c.label_id.in_(given(leaving))
    count = select(memberships.c.state, func.count()).where(inside).group_by(memberships.c.state)
    states: dict[str, int] = dict(connection.execute(count).tuples().all())
    other = memberships.alias("other")
    held = select(other.c.image_id).where(other.c.image_id == memberships.c.image_id, other.c.label_id.not_in(given(leaving))).exists()
    each = select(held.label("held"), func.min(memberships.c.state == "trashed").label("trashed"))
    images = each.where(inside).group_by(memberships.c.image_id).subquery()
    rows = select(images.c.held, images.c.trashed, func.count()).group_by(images.c.held, images.c.trashed)
    back = to_trash = stay = 0
    for is_held, trashed, number in connection.execute(rows):
        if is_held:
            stay += number
        elif trashed:
            to_trash += number
        else:
            back += number
    path, labels = tree.path(label_id), len(leaving) - 1
    return Fate(
        label=path,
        labels=labels,
        new=states.get("new", 0),
        kept=states.get("kept", 0),
        trashed=states.get("trashed", 0),
        back=back,
        to_trash=to_trash,
        stay=stay,
        sentence=_sentence(path, labels, back, to_trash, stay),
    )


def _sentence(path: str, labels: int, back: int, to_trash: int, stay: int) -> str:
    under = f" and {_in_words(labels, 'label')} under it" if labels else ""
    happens = [
        f"{_in_words(back, 'image')} {'goes' if back == 1 else 'go'} back to New under Unsorted" if back else "",
        f"{_in_words(to_trash, 'image')} {'stays' if to_trash == 1 else 'stay'} in the trash, under Unsorted" if to_trash else "",
        f"{_in_words(stay, 'image')} {'stays' if stay == 1 else 'stay'} with another label" if stay else "",
    ]
    story = ", ".join(part for part in happens if part) or "no image is in it"
    return f"Deletes {path}{under}: {story}. Undo brings all back."


def _in_words(number: int, one: str) -> str:
    return f"{number:,} {one}" + ("" if number == 1 else "s")
