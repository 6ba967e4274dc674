"""Splits: the part (train, valid, test) of each image under a seed and fractions, given once; what tore look-alikes apart is mended."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from cvwidgets.records import PARTS, Part
from cvwidgets.store.picked import Ids, given
from cvwidgets.store.tables import runs, snapshots, splits

Fractions = tuple[float, float, float]


def scheme_of(split: Fractions, seed: int) -> str:
    """The name of a way to split."""
    return f"{seed}:" + "/".join(f"{fraction:.6g}" for fraction in split)


@dataclass(frozen=True, slots=True)
class Assigned:
    """The part of each image. `moved` had another one before it was known what looks alike; those `between` two parts are in none."""

    parts: dict[int, Part]
    moved: tuple[int, ...]
    between: tuple[int, ...]


def assign(
    connection: Connection,
    classes: Mapping[str, Sequence[tuple[int, str]]],
    *,
    split: Fractions,
    seed: int,
    alike: Iterable[tuple[int, int]] = (),
) -> Assigned:
    """The part of each image, given those of each class as (id, SHA-256) and the pairs of images that look `alike`.

    Images that have a part keep it. What is new and hangs together by looks is placed as one, where its class lacks most, in an order that
    only seed, bytes and looks decide; so every part of a class of three different pictures or more gets one, and the fractions are met as
    nearly as whole groups can. What looks like images of one part goes there; what looks like images of two goes to neither.

    A part that was given before the looks were known is mended: of look-alikes in two parts all go to the one that was learnt from most
    (train, else valid), so that a test never asks what was seen, by a run that goes on either.
    """
    scheme = scheme_of(split, seed)
    class_of = {image_id: label for label, members in classes.items() for image_id, _ in members}
    order = {image_id: _order(seed, sha256) for members in classes.values() for image_id, sha256 in members}
    links = _links(alike, class_of)
    noted = connection.execute(select(splits.c.image_id, splits.c.part).where(splits.c.scheme == scheme)).tuples().all()
    parts: dict[int, Part] = {image_id: part for image_id, part in noted if image_id in class_of}
    moved = _mend(parts, links)
    parts |= moved
    old, between, units = set(parts), list[int](), dict[str, list[list[int]]]()
    for heap in _heaps([image_id for image_id in class_of if image_id not in old], links):
        beside = {parts[other] for image_id in heap for other in links.get(image_id, ()) if other in old}
        if len(beside) > 1:
            between += heap
        elif beside:
            parts |= dict.fromkeys(heap, beside.pop())
        else:
            unit = sorted(heap, key=order.__getitem__)
            units.setdefault(class_of[unit[0]], []).append(unit)
    out = set(between)
    for label, members in classes.items():
        waiting = sorted(units.get(label, []), key=lambda unit: (-len(unit), order[unit[0]]))
        wanted = _whole(split, sum(image_id not in out for image_id, _ in members))
        _place(waiting, parts, Counter(parts[i] for i, _ in members if i in parts), wanted)
    added = [{"scheme": scheme, "image_id": i, "part": part} for i, part in parts.items() if i not in old]
    if added:
        connection.execute(insert(splits), added)
    for part in set(moved.values()):
        ids = [image_id for image_id, to in moved.items() if to == part]
        connection.execute(update(splits).where(splits.c.scheme == scheme, splits.c.image_id.in_(given(ids))).values(part=part))
    return Assigned(parts, tuple(sorted(moved)), tuple(sorted(between)))


def _place(waiting: Sequence[Sequence[int]], parts: dict[int, Part], counts: Counter[Part], wanted: Mapping[Part, float]) -> None:
    """Gives each group of a class, the largest first, the part that lacks most; the last ones go where there is none yet."""
    for at, unit in enumerate(waiting):
        empty = [part for part in PARTS if not counts[part]]
        part = max(empty if len(waiting) - at <= len(empty) else PARTS, key=lambda part: wanted[part] - counts[part])
        counts[part] += len(unit)
        parts |= dict.fromkeys(unit, part)


def _links(alike: Iterable[tuple[int, int]], among: Container[int]) -> dict[int, set[int]]:
    links: dict[int, set[int]] = {}
    for one, other in alike:
        if one in among and other in among:
            links.setdefault(one, set()).add(other)
            links.setdefault(other, set()).add(one)
    return links


def _heaps(images: Iterable[int], links: Mapping[int, set[int]]) -> Iterator[list[int]]:
    """The images in heaps that hang together, over each other but over no image that is not among them."""
    left = set(images)
    while left:
        heap, edge = list[int](), {left.pop()}
        while edge:
            heap += edge
            edge = {other for image_id in edge for other in links.get(image_id, ()) if other in left}
            left -= edge
        yield heap


def _mend(parts: Mapping[int, Part], links: Mapping[int, set[int]]) -> dict[int, Part]:
    """The new part of each image that looks like one of another part."""
    moved: dict[int, Part] = {}
    for heap in _heaps([image_id for image_id in links if image_id in parts], links):
        side = min((parts[image_id] for image_id in heap), key=PARTS.index)
        moved |= {image_id: side for image_id in heap if parts[image_id] != side}
    return moved


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
