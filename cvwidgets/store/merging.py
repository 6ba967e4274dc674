"""What becomes of two images' decisions when they turn out to have the same bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cvwidgets.records import State
from cvwidgets.store.tables import UNSORTED_ID


@dataclass(frozen=True, slots=True)
class Standing:
    """One membership: its state, whether it is a claim, the act by which it stands, and whether someone decided it (an import does not)."""

    state: State
    claimed: bool
    act: int
    decided: bool


Rows = dict[int, Standing]
"""The memberships of one image by label id."""


def merge(older: Rows, younger: Rows) -> Rows:
    """The memberships of the image that two become.

    What someone decided counts before what an import brought, and the later decision before the earlier. When both only
    arrived, a label beats none; two labels that both keep them are a conflict: the older one keeps the image, the other claims it.
    What was in the trash of a label stays known there, and what arrives for another label may be New there.
    """
    if any(row.decided for row in (*older.values(), *younger.values())):
        first, second = (older, younger) if _decided_at(older) >= _decided_at(younger) else (younger, older)
        offered = _new(second) if all(row.state == "trashed" for row in first.values()) else {}
        return {**offered, **_trashed(second), **{label: replace(row, claimed=False) for label, row in first.items()}}
    mine, theirs = _kept(older), _kept(younger)
    if mine and theirs:
        merged = {**_trashed(younger), **_claims(younger), **older}
        if mine != theirs:
            merged[theirs] = Standing("new", True, younger[theirs].act, False)
        return merged
    if mine or theirs:
        judged, waiting = (older, younger) if mine else (younger, older)
        return {**_trashed(waiting), **judged}
    both = {**younger, **older}
    return {label: row for label, row in both.items() if label != UNSORTED_ID} or both


def _decided_at(rows: Rows) -> int:
    return max((row.act for row in rows.values() if row.decided), default=0)


def _kept(rows: Rows) -> int | None:
    return next((label for label, row in rows.items() if row.state == "kept"), None)


def _trashed(rows: Rows) -> Rows:
    return {label: row for label, row in rows.items() if row.state == "trashed" and label != UNSORTED_ID}


def _new(rows: Rows) -> Rows:
    return {label: row for label, row in rows.items() if row.state == "new" and not row.claimed and label != UNSORTED_ID}


def _claims(rows: Rows) -> Rows:
    return {label: row for label, row in rows.items() if row.claimed}
