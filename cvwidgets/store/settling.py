"""The second pass of an import: images that were read whole get their facts; doubles become one, broken ones leave."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from cvwidgets.errors import UnreadablePicture, UnreadNow
from cvwidgets.records import Facts, Refused
from cvwidgets.store.cells import join_cells
from cvwidgets.store.columns import plain
from cvwidgets.store.facts import header_row
from cvwidgets.store.filing import OUT_OF_REACH, REPLACED
from cvwidgets.store.given import SCHEME, note_parts
from cvwidgets.store.journal import begin_act, drop_if_empty, grow_act
from cvwidgets.store.ledger import Ledger
from cvwidgets.store.merging import Rows, merge
from cvwidgets.store.picked import given
from cvwidgets.store.places import Places
from cvwidgets.store.tables import annotated, files, images, sources, splits

IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of reading a batch: images that became older ones with the same bytes, files that are broken, images in conflict since.

    `emptied` are images that had left with the emptied trash, whose bytes came in again.
    """

    merged: tuple[int, ...] = ()
    refused: tuple[Refused, ...] = ()
    conflicts: int = 0
    emptied: tuple[int, ...] = ()


def settle(connection: Connection, places: Places, batch: Sequence[tuple[int, Facts | UnreadablePicture]]) -> Settled:
    """Notes what reading the images showed; see `Images.settle`."""
    answers = dict(batch)
    rows = connection.execute(
        select(images.c.id).where(images.c.id.in_(given(list(answers))), images.c.gone.is_(None), ~images.c.settled)
    ).scalars()
    waiting = set(rows)
    read = {i: answer for i, answer in answers.items() if i in waiting and isinstance(answer, Facts)}
    broken = {i: answer for i, answer in answers.items() if i in waiting and isinstance(answer, UnreadablePicture)}
    merged, conflicts, emptied = _note_facts(connection, read)
    return Settled(merged, _refuse(connection, places, broken), conflicts, emptied)


def _note_facts(connection: Connection, read: dict[int, Facts]) -> tuple[tuple[int, ...], int, tuple[int, ...]]:
    """Writes what was read; of two images with the same bytes the older stays.

    What left with the emptied trash stays out, unless someone decided about its bytes again before they were read.
    Returns the images that left, how many new conflicts, and those of the emptied trash whose bytes came again.
    """
    shas = sorted({facts.sha256 for facts in read.values()})
    known = connection.execute(select(images.c.id, images.c.sha256, images.c.gone).where(images.c.sha256.in_(shas))).all()
    holder = {row.sha256: row.id for row in known}
    out, again = {row.id for row in known if row.gone == "emptied"}, set()
    ledger, merged, conflicts = Ledger(connection), set(), 0
    for image_id, facts in sorted(read.items()):
        other = holder.setdefault(facts.sha256, image_id)
        if other != image_id:
            older, younger = sorted((other, image_id))
            if other in out and any(row.decided for row in ledger[image_id].values()):
                older, younger = image_id, other
                out.discard(other)
            elif other in out:
                older, younger = other, image_id
                ledger[image_id] = {}
                again.add(other)
            conflicts += _join(connection, ledger, older, younger)
            holder[facts.sha256] = older
            merged.add(younger)
    fresh = [_facts_row(image_id, facts) for image_id, facts in read.items() if image_id not in merged]
    if fresh:
        values: dict[str, Any] = {name: bindparam(name) for name in fresh[0] if name != "image"}
        connection.execute(update(images).where(images.c.id == bindparam("image")).values(**values, settled=True), fresh)
    if merged:
        act = begin_act(connection, "merge", by=IMPORT)
        ledger.write(act)
        grow_act(connection, act, len(merged), "{images} merged with the same ones")
    return tuple(sorted(merged)), conflicts, tuple(sorted(again))


def _facts_row(image_id: int, facts: Facts) -> dict[str, Any]:
    return {"image": image_id, "sha256": facts.sha256, "size": facts.size, "phash": facts.phash, **header_row(facts.header)}


def _join(connection: Connection, ledger: Ledger, older: int, younger: int) -> bool:
    """Makes two images the older one, with all that belongs to either; whether that is a new conflict."""
    both = merge(ledger[older], ledger[younger])
    new = _is_claimed(both) and not (_is_claimed(ledger[older]) or _is_claimed(ledger[younger]))
    ledger[older], ledger[younger] = both, {}
    for table in (files, sources, annotated):
        connection.execute(update(table).where(table.c.image_id == younger).values(image_id=older))
    join_cells(connection, older, younger)
    parts = connection.execute(select(splits.c.scheme, splits.c.part).where(splits.c.image_id == younger)).all()
    for scheme, part in parts:
        if scheme == SCHEME:
            note_parts(connection, {older: part})
        else:
            connection.execute(upsert(splits).values(scheme=scheme, image_id=older, part=part).on_conflict_do_nothing())
    connection.execute(delete(splits).where(splits.c.image_id == younger))
    # One of the two was read just now: its file is there.
    connection.execute(delete(files).where(files.c.image_id == older, files.c.problem == REPLACED))
    gone = {"gone": "merged", "survivor_id": older, "sha256": None}
    connection.execute(update(images).where(images.c.id == younger).values(**gone))
    connection.execute(update(images).where(images.c.survivor_id == younger).values(survivor_id=older))
    return new


def _is_claimed(rows: Rows) -> bool:
    return any(row.claimed for row in rows.values())


def _refuse(connection: Connection, places: Places, broken: dict[int, UnreadablePicture]) -> tuple[Refused, ...]:
    """Broken images leave with their reason; those that could only not be read this time stay, to be read when they are added again."""
    if not broken:
        return ()
    rows = connection.execute(select(files.c.image_id, files.c.path).where(files.c.image_id.in_(given(list(broken))))).all()
    refused = tuple(Refused(str(places.find(path)), str(broken[image_id])) for image_id, path in rows)
    later = {image_id: f"{reason} Add it again to try anew." for image_id, reason in broken.items() if isinstance(reason, UnreadNow)}
    later |= {image_id: OUT_OF_REACH for image_id, path in rows if not os.access(places.find(path), os.R_OK)}
    for image_id, problem in later.items():
        connection.execute(update(files).where(files.c.image_id == image_id).values(problem=plain(problem)))
    leaving = [i for i in broken if i not in later]
    act = begin_act(connection, "refused", by=IMPORT)
    ledger = Ledger(connection, leaving)
    for image_id in leaving:
        ledger[image_id] = {}
        connection.execute(update(images).where(images.c.id == image_id).values(gone="refused", reason=plain(str(broken[image_id]))))
    grow_act(connection, act, ledger.write(act), "{images} taken out as unreadable")
    drop_if_empty(connection, act)
    return refused
