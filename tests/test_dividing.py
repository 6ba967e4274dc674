"""Whole groups into parts: as near as groups allow, every label in every part where that can be."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest

from cvwidgets.dividing import divide, near_in_time, share_out
from cvwidgets.records import PARTS, Part

SPLIT: dict[Part, float] = {"train": 0.6, "valid": 0.2, "test": 0.2}
Groups = list[Counter[str]]


def counts(groups: Groups, parts: tuple[Part, ...] | list[Part]) -> dict[Part, Counter[str]]:
    held: dict[Part, Counter[str]] = {part: Counter() for part in PARTS}
    for group, part in zip(groups, parts, strict=True):
        held[part].update(group)
    return held


def off(groups: Groups, parts: tuple[Part, ...] | list[Part]) -> tuple[int, float]:
    """How many labels lack a part, and how far the counts are off."""
    totals, held = Counter[str](), counts(groups, parts)
    for group in groups:
        totals.update(group)
    wanted = {label: share_out(SPLIT, total) for label, total in totals.items()}
    lacking = sum(not held[part][label] for label in totals for part in PARTS)
    return lacking, sum((held[part][label] - wanted[label][part]) ** 2 / totals[label] for label in totals for part in PARTS)


def some(seed: int, count: int) -> Groups:
    dice = random.Random(seed)
    drawn = [Counter({label: n for label in "abc" if (n := dice.choice([0, 1, 3, 10, 40]))}) for _ in range(count)]
    return sorted((group for group in drawn if group), key=lambda group: -group.total())


def split(groups: Groups) -> list[Part]:
    totals = Counter(label for group in groups for label in group.elements())
    return divide(groups, {label: share_out(SPLIT, total) for label, total in totals.items()})


@pytest.mark.parametrize("seed", range(12))
def test_few_groups_are_placed_nearly_as_well_as_trying_all_ways_would(seed: int) -> None:
    groups = some(seed, 7)
    best = min(off(groups, ways) for ways in itertools.product(PARTS, repeat=len(groups)))
    lacking, far = off(groups, split(groups))
    assert (lacking, far) == (best[0], pytest.approx(best[1], rel=0.1))


def test_many_groups_come_near_and_always_go_the_same_way() -> None:
    groups = some(1, 400)
    held = counts(groups, split(groups))
    shares = {part: held[part].total() / sum(group.total() for group in groups) for part in PARTS}
    assert shares == {part: pytest.approx(SPLIT[part], abs=0.005) for part in PARTS}
    assert split(groups) == split(groups)


def test_what_parts_hold_already_counts() -> None:
    have = {"a": Counter[Part]({"train": 60, "valid": 20})}
    assert divide([Counter(a=8), Counter(a=8)], {"a": share_out(SPLIT, 96)}, have) == ["test", "test"]


def test_pairs_in_time_are_those_that_follow_each_other_closely_enough() -> None:
    taken = {1: "2026-05-01T10:00:00", 2: "2026-05-01T09:30:00", 3: "2026-05-01T10:30:01", 4: "2026-05-02T10:00:00"}
    assert list(near_in_time(taken, 30)) == [(2, 1)]
