"""Splits: the part (train, valid, test) of each image under a seed and fractions, given once and never changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, select

from cvwidgets.records import PARTS, Part
from cvwidgets.store.picked import Ids, given
from cvwidgets.store.tables import runs, snapshots, splits

Fractions = tuple[float, float, float]


def scheme_of(split: Fractions, seed: int) -> str:
    """The name of a way to split."""
    return f"{seed}:" + "/".join(f"{fraction:.6g}" for fraction in split)


def assign(connection: Connection, classes: Mapping[str, Sequence[tuple[int, str]]], *, split: Fractions, seed: int) -> dict[int, Part]:
    """The part of each image, given those of each class as (id, SHA-256).

    Images that have a part keep it. Each new one, in an order that only seed and bytes decide, goes where its class lacks most,
    so that every part of a class with three images or more gets one, and the fractions are met as nearly as whole images can.
    """
    scheme = scheme_of(split, seed)
    known: dict[int, Part] = dict(
        connection.execute(select(splits.c.image_id, splits.c.part).where(splits.c.scheme == scheme)).tuples().all()
    )
    parts: dict[int, Part] = {}
    added: list[dict[str, object]] = []
    for members in classes.values():
        counts = Counter(known[i] for i, _ in members if i in known)
        wanted = _whole(split, len(members))
        new = sorted((_order(seed, sha256), i) for i, sha256 in members if i not in known)
        for _, image_id in new:
            part = max(PARTS, key=lambda part: wanted[part] - counts[part])
            counts[part] += 1
            parts[image_id] = part
            added.append({"scheme": scheme, "image_id": image_id, "part": part})
        parts.update((i, known[i]) for i, _ in members if i in known)
    if added:
        connection.execute(insert(splits), added)
    return parts


def current_scheme(connection: Connection) -> str | None:
    """The way to split of the newest run, else of the newest snapshot; None when nothing was split yet."""
    trained = select(snapshots.c.scheme).join(runs, runs.c.snapshot_id == snapshots.c.id).order_by(runs.c.number.desc())
    made = select(snapshots.c.scheme).order_by(snapshots.c.created.desc())
    for question in (trained, made):
        if (scheme := connection.execute(question.limit(1)).scalar()) is not None:
            return str(scheme)
    return None


def parts_of(connection: Connection, ids: Ids) -> dict[int, Part]:
    """The part of images in the current split; those that have none are left out."""
    scheme = current_scheme(connection)
    question = select(splits.c.image_id, splits.c.part).where(splits.c.scheme == scheme, splits.c.image_id.in_(given(ids)))
    return dict(connection.execute(question).tuples().all()) if scheme is not None else {}


def _whole(split: Fractions, images: int) -> dict[Part, float]:
    """How many images each part should have; at least one where there are three."""
    least = 1 if images >= len(PARTS) else 0
    spare = images - least * len(PARTS)
    shares = dict(zip(PARTS, (fraction * images for fraction in split), strict=True))
    over = {part: max(share - least, 0.0) for part, share in shares.items()}
    total = sum(over.values()) or 1.0
    return {part: least + spare * over[part] / total for part in PARTS}


def _order(seed: int, sha256: str) -> str:
    return hashlib.sha256(f"{seed}:{sha256}".encode()).hexdigest()
