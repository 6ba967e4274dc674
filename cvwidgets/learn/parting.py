"""Splitting off the parts that a dataset does not bring along: stratified, seeded, the same bytes on one side."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from cvwidgets.errors import TooFewImages
from cvwidgets.records import Part

if TYPE_CHECKING:
    from cvwidgets.learn.collection import Item


def part_items(
    parts: dict[Part, list[Item]], labels: tuple[str, ...], *, split: tuple[float, float, float], seed: int
) -> dict[Part, tuple[Item, ...]]:
    """All three parts, those that are missing taken from the training part by the fractions of `split` (train, valid, test).

    Raises:
        TooFewImages: a label has no image to learn from, or too few to give each missing part one.
    """
    whole = dict(zip(("train", "valid", "test"), split, strict=True))
    missing: list[Part] = [part for part in ("valid", "test") if not parts.get(part)]
    rest = parts["train"]
    total = whole["train"] + sum(whole[part] for part in missing)
    done = dict(parts)
    groups = _groups(rest, labels, needed=1 + len(missing))
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
    return {part: tuple(done[part]) for part in ("train", "valid", "test")}


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
