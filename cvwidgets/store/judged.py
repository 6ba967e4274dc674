"""What was judged before is not offered again by a search: known by the address it came from, or as nearly the same picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, or_, select, true, update

from cvwidgets.store.journal import begin_act, drop_if_empty, grow_act
from cvwidgets.store.ledger import Ledger
from cvwidgets.store.merging import Rows
from cvwidgets.store.picked import given
from cvwidgets.store.tables import UNSORTED_ID, images, memberships, sources
from cvwidgets.store.tree import read_tree

_CHUNK = 5000
"""Addresses asked for in one statement; SQLite takes 32,766 values."""


def judged_addresses(connection: Connection, addresses: Sequence[str], label: str | None) -> set[str]:
    """Those of some addresses whose image was kept, trashed for the label (None: for any), or taken out."""
    number = read_tree(connection).look(label.split("/")) if label else None
    row = memberships.c
    for_it = true() if not label else row.label_id == number
    query = select(sources.c.address).join(images, images.c.id == sources.c.image_id)
    query = query.outerjoin(memberships, row.image_id == images.c.id).where(
        or_(images.c.gone.is_not(None), row.state == "kept", (row.state == "trashed") & for_it)
    )
    chunks = (addresses[start : start + _CHUNK] for start in range(0, len(addresses), _CHUNK))
    return {address for chunk in chunks for address in connection.execute(query.where(sources.c.address.in_(chunk))).scalars()}


def known_addresses(connection: Connection, addresses: Sequence[str]) -> set[str]:
    """Those of some addresses that gave an image, whatever became of it."""
    chunks = (addresses[start : start + _CHUNK] for start in range(0, len(addresses), _CHUNK))
    query = select(sources.c.address)
    return {address for chunk in chunks for address in connection.execute(query.where(sources.c.address.in_(chunk))).scalars()}


def withhold(connection: Connection, twins: Mapping[int, int], *, by: str) -> list[int]:
    """Takes out what a search brought, of new images (each with its judged twin) that nobody judged themselves; returns which.

    One whose twin is in the trash of other labels alone stays. Those that leave are known by their addresses, no longer by their bytes: in
    a folder of one's own the same bytes may come in.
    """
    found = select(sources.c.image_id).where(sources.c.image_id.in_(given(list(twins))), sources.c.query.is_not(None)).distinct()
    here = found.join(images, images.c.id == sources.c.image_id).where(images.c.gone.is_(None))  # another import may have been first
    searched = list(connection.execute(here).scalars())
    ledger = Ledger(connection, [*searched, *{twins[image] for image in searched}])
    leaving = [image for image in searched if _is_settled(ledger[image], ledger[twins[image]])]
    act = begin_act(connection, "withhold", by=by)
    for image in leaving:
        ledger[image] = {}
        reason = f"It looks the same as image {twins[image]}, which was judged before."
        connection.execute(update(images).where(images.c.id == image).values(gone="refused", reason=reason, sha256=None))
    grow_act(connection, act, ledger.write(act), "{images} not offered again, as judged before")
    drop_if_empty(connection, act)
    return leaving


def _is_settled(rows: Rows, judged: Rows) -> bool:
    if any(row.decided for row in rows.values()):
        return False
    trashed = {label for label, row in judged.items() if row.state == "trashed"}
    return any(row.state == "kept" for row in judged.values()) or (bool(trashed) and rows.keys() <= trashed | {UNSORTED_ID})
