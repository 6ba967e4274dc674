"""The parts of a split that images came with, as data sets, folders and lists give them; a recipe may split by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from cvwidgets.records import PARTS, Part
from cvwidgets.store.kept import Kept
from cvwidgets.store.picked import given
from cvwidgets.store.tables import images, memberships, splits

SCHEME = "given"
"""Under this name the table of splits has them; the name of every other way to split begins with a number."""


def note_parts(connection: Connection, came: Mapping[int, Part], *, anew: bool = False) -> None:
    """Notes the part that each of these images came with.

    An image that came with another one before has, of the two, the one that is learnt from most: what was seen tests nothing. `anew`: the
    same file tells another part than before, and that one holds.
    """
    if not came:
        return
    before = {} if anew else read_parts(connection, list(came))
    rows = [{"scheme": SCHEME, "image_id": one, "part": earlier(part, before.get(one))} for one, part in came.items()]
    statement = upsert(splits)
    connection.execute(statement.on_conflict_do_update(set_={"part": statement.excluded.part}), rows)


def earlier(part: Part, other: Part | None) -> Part:
    """Of two parts the one that is learnt from most."""
    return min((part, other or part), key=PARTS.index)


def read_parts(connection: Connection, ids: list[int]) -> dict[int, Part]:
    """The part that each of these images came with; those that came with none are left out."""
    query = select(splits.c.image_id, splits.c.part).where(splits.c.scheme == SCHEME, splits.c.image_id.in_(given(ids)))
    return dict(connection.execute(query).tuples().all())


def count_parts(connection: Connection) -> dict[Part, int]:
    """How many images that are kept came with each part; parts that none came with are left out."""
    query = (
        select(splits.c.part, func.count())
        .join(memberships, memberships.c.image_id == splits.c.image_id)
        .join(images, images.c.id == splits.c.image_id)
        .where(splits.c.scheme == SCHEME, memberships.c.state == "kept", images.c.gone.is_(None))
        .group_by(splits.c.part)
    )
    found: dict[Part, int] = dict(connection.execute(query).tuples().all())
    return {part: found[part] for part in PARTS if part in found}


def say_given(kept: Kept, parts: Mapping[int, Part], came: Mapping[int, Part]) -> Iterator[str]:
    """What one should know of a split by the parts that images came with: who is elsewhere now, and what was missing."""
    ids = [row.image_id for rows in kept.classes.values() for row in rows]
    with_part = sum(one in came for one in ids)
    rest = "" if with_part == len(ids) else "; the rest is learnt from"
    yield f"Split as the images came: {with_part:,} of {len(ids):,} came with a part{rest}."
    for part in ("valid", "test"):
        moved = sum(came.get(one) == part != parts[one] for one in ids)
        if moved:
            them = "1 image that came" if moved == 1 else f"{moved:,} images that came"
            yield f"{them} for {part} {'is' if moved == 1 else 'are'} in another part: alike images of train, or split otherwise before."
        taken = sum(parts[one] == part != came.get(one) for one in ids)
        lacking = [label for label, rows in kept.classes.items() if not any(came.get(row.image_id) == part for row in rows)]
        if taken and lacking:
            some = "nothing" if len(lacking) == len(kept.classes) else f"nothing of {_named(lacking)}"
            were = "1 image was" if taken == 1 else f"{taken:,} images were"
            yield f"For {part} {some} came: {were} taken from train, by the shares and the split seed."


def _named(labels: list[str], most: int = 3) -> str:
    more = f" and {len(labels) - most:,} more labels" if len(labels) > most else ""
    return ", ".join(f"'{label}'" for label in labels[:most]) + more
