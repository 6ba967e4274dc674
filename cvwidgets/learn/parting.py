"""Splitting off the parts that a dataset does not bring along: stratified, seeded, the same bytes and groups on one side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from cvwidgets.dividing import divide, share_out
from cvwidgets.errors import TooFewImages
from cvwidgets.learn.belonging import number_heaps
from cvwidgets.recipe import COLUMN
from cvwidgets.records import PARTS, Part

if TYPE_CHECKING:
    from cvwidgets.learn.collection import Item


def part_items(
    parts: dict[Part, list[Item]], labels: tuple[str, ...], *, split: tuple[float, float, float], seed: int, by: str = "image"
) -> dict[Part, tuple[Item, ...]]:
    """All three parts, those that are missing taken from the training part by the fractions of `split` (train, valid, test).

    What is tied together, `by` something else than each image for itself, stays on one side.

    Raises:
        TooFewImages: a label has no image to learn from, or too few, or too few groups, to give each missing part one.
    """
    whole = dict(zip(("train", "valid", "test"), split, strict=True))
    missing: list[Part] = [part for part in ("valid", "test") if not parts.get(part)]
    rest = parts["train"]
    total = whole["train"] + sum(whole[part] for part in missing)
    done = dict(parts)
    groups = _groups(rest, labels, needed=1 + len(missing))
    if missing and by != "image":
        done |= _part_heaps(rest, labels, {part: whole[part] / total for part in ("train", *missing)}, seed, by)
        return {part: tuple(done[part]) for part in PARTS}
    for part in missing:
        done[part] = []
    if missing:
        done["train"] = []
    random = np.random.default_rng([seed, 0x5717])
    for members in groups if missing else []:
        order = [members[index] for index in random.permutation(len(members))]
        for later, part in enumerate(reversed(missing)):
            count = max(1, round(len(members) * whole[part] / total))
            reserved = len(missing) - later  # one for each part still to come, and one to learn from
            for _ in range(min(count, len(order) - reserved)):
                done[part].extend(order.pop())
        for group in order:
            done["train"].extend(group)
    return {part: tuple(done[part]) for part in PARTS}


def _part_heaps(items: list[Item], labels: tuple[str, ...], split: Mapping[Part, float], seed: int, by: str) -> dict[Part, list[Item]]:
    """The parts of `split`, with what is tied together, or has the same bytes, in one."""
    heaps: dict[int, list[Item]] = defaultdict(list)
    for number, item in zip(number_heaps(items), items, strict=True):
        heaps[number].append(item)
    order = np.random.default_rng([seed, 0x5717]).permutation(len(heaps))
    whole = list(heaps.values())
    units = sorted((whole[at] for at in order), key=len, reverse=True)
    counted = [Counter(labels[item.label] for item in unit) for unit in units]
    wanted = {label: share_out(split, count) for label, count in Counter(labels[item.label] for item in items).items()}
    parted: dict[Part, list[Item]] = {part: [] for part in split}
    for unit, part in zip(units, divide(counted, wanted), strict=True):
        parted[part].extend(unit)
    there = {part: {labels[item.label] for item in members} for part, members in parted.items()}
    for label in labels:
        if lacking := [part for part in split if label not in there[part]]:
            number = sum(label in counts for counts in counted)
            raise TooFewImages(
                f"Label {label!r} has no image in {' and '.join(lacking)}; it lies in {number} group{'' if number == 1 else 's'} by "
                f"{by.removeprefix(COLUMN)}, and each part needs a whole one. Change split_by or split_seed, or leave the label out."
            )
    return parted


def _groups(items: list[Item], labels: tuple[str, ...], *, needed: int) -> list[list[list[Item]]]:
    """For each label, its items in groups of the same bytes; bytes under two labels are one group, with the label that comes first."""
    by_label: list[dict[str, list[Item]]] = [defaultdict(list) for _ in labels]
    first: dict[str, int] = {}
    for item in items:
        by_label[first.setdefault(item.key, item.label)][item.key].append(item)
    for label, members in zip(labels, by_label, strict=True):
        if len(members) < needed:
            have = f"{len(members)} image{'' if len(members) == 1 else 's'} to learn from"
            raise TooFewImages(
                f"Label {label!r} has {have}; training needs at least {needed} of each label. Add images or leave the label out."
            )
    return [list(members.values()) for members in by_label]
