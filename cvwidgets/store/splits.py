"""Splits: the part (train, valid, test) of each image under a seed, fractions and groups, given once.

What tore look-alikes apart is mended.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from cvwidgets.dividing import divide, share_out
from cvwidgets.recipe import GIVEN
from cvwidgets.records import PARTS, Part
from cvwidgets.store.groups import SINGLE, Grouping, Groups
from cvwidgets.store.picked import Ids, given
from cvwidgets.store.tables import runs, snapshots, splits

Fractions = tuple[float, float, float]


def scheme_of(split: Fractions, seed: int, grouping: Grouping = SINGLE) -> str:
    """The name of a way to split."""
    return f"{seed}:" + "/".join(f"{fraction:.6g}" for fraction in split) + grouping.scheme


@dataclass(frozen=True, slots=True)
class Assigned:
    """The part of each image under a scheme; those that are `new` had none.

    `moved` had another one before it was known what looks alike; those `between` two parts are in none. `groups` is None where each
    image stands for itself.
    """

    scheme: str
    parts: dict[int, Part]
    new: tuple[int, ...]
    moved: tuple[int, ...]
    between: tuple[int, ...]
    groups: Groups | None


def plan(
    connection: Connection,
    classes: Mapping[str, Sequence[tuple[int, str]]],
    *,
    split: Fractions,
    seed: int,
    alike: Iterable[tuple[int, int]] = (),
    grouping: Grouping = SINGLE,
    ties: Iterable[tuple[int, int]] = (),
    came: Mapping[int, Part] | None = None,
) -> Assigned:
    """The part of each image, given those of each class as (id, SHA-256), the pairs that look `alike`, and what else is tied together.

    Images that have a part keep it. What is new and hangs together, by looks or by its group, is placed as one, where its class lacks
    most, in an order that only seed, bytes and looks decide; so every part of a class of three different pictures or more gets one, and
    the fractions are met as nearly as whole groups can. What hangs together with images of one part goes there; with images of two, to
    neither.

    A part that was given before the looks were known is mended: of look-alikes in two parts all go, each with its group, to the one that
    was learnt from most (train, else valid), so that a test never asks what was seen, by a run that goes on either. A group that changed
    its members is no reason for that: files are moved about.

    Split by the parts that images `came` with, those hold where an image has none yet, mended as above; the rest is learnt from. A label
    of which none came with a part gets its share of that one out of what is new in train.
    """
    scheme = scheme_of(split, seed, grouping)
    class_of = {image_id: label for label, members in classes.items() for image_id, _ in members}
    order = {image_id: _order(seed, sha256) for members in classes.values() for image_id, sha256 in members}
    looks = _links(alike, class_of)
    links = looks if grouping.is_single else _links([*((one, other) for one in looks for other in looks[one]), *ties])
    noted = connection.execute(select(splits.c.image_id, splits.c.part).where(splits.c.scheme == scheme)).tuples().all()
    parts: dict[int, Part] = {image_id: part for image_id, part in noted if image_id in class_of}
    known = set(parts)
    parts = {image_id: part for image_id, part in (came or {}).items() if image_id in class_of} | parts
    mended = _mend(parts, looks, links)
    parts |= mended
    old, between, units = set(parts), list[int](), list[list[int]]()
    for heap in _heaps([one for one in (*class_of, *links) if one not in old], links):
        beside = {parts[other] for one in heap for other in links.get(one, ()) if other in old}
        unit = sorted((one for one in heap if one in class_of), key=order.__getitem__)
        if len(beside) > 1:
            between += unit
        elif beside:
            parts |= dict.fromkeys(unit, beside.pop())
        elif unit:
            units.append(unit)
    units.sort(key=lambda unit: (-len(unit), order[unit[0]]))
    out = set(between)
    whole = dict(zip(PARTS, split, strict=True))
    inside = {label: [image_id for image_id, _ in members if image_id not in out] for label, members in classes.items()}
    wanted = {label: share_out(whole, len(members)) for label, members in inside.items()}
    if grouping.by == GIVEN:
        parts |= {image_id: "train" for unit in units for image_id in unit}
        fresh = [image_id for image_id, part in parts.items() if part == "train" and image_id not in known]
        waiting = _by_class(_loose(fresh, looks, known, order), class_of)
        for label, ids in inside.items():
            _fill(parts, waiting.get(label, []), Counter(parts[image_id] for image_id in ids), whole)
    elif grouping.is_single:
        waiting = _by_class(units, class_of)
        for label, members in classes.items():
            _place(waiting.get(label, []), parts, Counter(parts[i] for i, _ in members if i in parts), wanted[label])
    else:
        have = {label: Counter(parts[i] for i, _ in members if i in parts) for label, members in classes.items()}
        given_parts = divide([Counter(class_of[i] for i in unit) for unit in units], wanted, have)
        for unit, part in zip(units, given_parts, strict=True):
            parts |= dict.fromkeys(unit, part)
    groups = None if grouping.is_single else _count(class_of, links)
    new = tuple(image_id for image_id in parts if image_id not in known)
    return Assigned(scheme, parts, new, tuple(sorted(known & mended.keys())), tuple(sorted(between)), groups)


def keep(connection: Connection, planned: Assigned) -> None:
    """Gives the images the parts that were planned, for good."""
    if planned.new:
        rows = [{"scheme": planned.scheme, "image_id": i, "part": planned.parts[i]} for i in planned.new]
        connection.execute(insert(splits), rows)
    for part in PARTS:
        if ids := [image_id for image_id in planned.moved if planned.parts[image_id] == part]:
            chosen = (splits.c.scheme == planned.scheme) & splits.c.image_id.in_(given(ids))
            connection.execute(update(splits).where(chosen).values(part=part))


def _count(class_of: Mapping[int, str], links: Mapping[int, set[int]]) -> Groups:
    """The groups of all images, old and new, with what looks alike in one."""
    of, sizes, alone, each = Counter[str](), [0], 0, dict[int, int]()
    for number, heap in enumerate(_heaps((*class_of, *links), links)):
        images = [one for one in heap if one in class_of]
        each |= dict.fromkeys(images, number)
        of.update({class_of[one] for one in images})
        if len(images) < len(heap):
            sizes.append(len(images))
        else:
            alone += len(images)
    return Groups(len(sizes) - 1, alone, max(sizes), of, each)


def _place(waiting: Sequence[Sequence[int]], parts: dict[int, Part], counts: Counter[Part], wanted: Mapping[Part, float]) -> None:
    """Gives each group of a class, the largest first, the part that lacks most; the last ones go where there is none yet."""
    for at, unit in enumerate(waiting):
        empty = [part for part in PARTS if not counts[part]]
        part = max(empty if len(waiting) - at <= len(empty) else PARTS, key=lambda part: wanted[part] - counts[part])
        counts[part] += len(unit)
        parts |= dict.fromkeys(unit, part)


def _loose(images: Iterable[int], looks: Mapping[int, set[int]], known: Container[int], order: Mapping[int, str]) -> list[list[int]]:
    """The images in heaps of look-alikes, the largest first, without those that look like one whose part is known."""
    heaps = [sorted(heap, key=order.__getitem__) for heap in _heaps(images, looks)]
    free = [heap for heap in heaps if not any(other in known for one in heap for other in looks.get(one, ()))]
    return sorted(free, key=lambda heap: (-len(heap), order[heap[0]]))


def _fill(parts: dict[int, Part], heaps: Sequence[Sequence[int]], counts: Counter[Part], whole: Mapping[Part, float]) -> None:
    """Gives the parts of which a class has none, by its `counts`, their shares of these heaps of it in train."""
    lacking = [part for part in PARTS[1:] if not counts[part]]
    if not lacking or not heaps:
        return
    sharing = [part for part in PARTS if part == "train" or part in lacking]
    total = sum(whole[part] for part in sharing)
    shares = share_out({part: whole[part] / total for part in sharing}, counts["train"])
    counts["train"] -= sum(len(heap) for heap in heaps)
    _place(heaps, parts, counts, {**counts, **shares})


def _by_class(units: Iterable[list[int]], class_of: Mapping[int, str]) -> dict[str, list[list[int]]]:
    """Heaps by their class, that of their first image."""
    sorted_out: dict[str, list[list[int]]] = {}
    for unit in units:
        sorted_out.setdefault(class_of[unit[0]], []).append(unit)
    return sorted_out


def _links(pairs: Iterable[tuple[int, int]], among: Container[int] | None = None) -> dict[int, set[int]]:
    links: dict[int, set[int]] = {}
    for one, other in pairs:
        if among is None or (one in among and other in among):
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


def _mend(parts: Mapping[int, Part], looks: Mapping[int, set[int]], links: Mapping[int, set[int]]) -> dict[int, Part]:
    """The new part of each image that looks like one of another part, or is in one heap with such an image."""
    moved: dict[int, Part] = {}
    torn = {one for one in looks if one in parts and any(parts.get(other, parts[one]) != parts[one] for other in looks[one])}
    for heap in _heaps([one for one in links if one in parts or one < 0], links) if torn else ():
        images = [one for one in heap if one in parts]
        if not torn.isdisjoint(images):
            side = min((parts[one] for one in images), key=PARTS.index)
            moved |= {one: side for one in images if parts[one] != side}
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


def _order(seed: int, sha256: str) -> str:
    return hashlib.sha256(f"{seed}:{sha256}".encode()).hexdigest()
