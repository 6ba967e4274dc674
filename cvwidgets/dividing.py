"""Whole groups into parts: what belongs together goes to one part, and the shares of every label are met as nearly as groups can."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from cvwidgets.records import Part

ATTEMPTS = 50
"""So many orders are tried, of which the best is taken."""
MANY = 200
"""More groups than this come near enough in one order, unless a label lacks a part."""
FEW_ATTEMPTS = 2
PASSES = 5

Shares = Mapping[str, Mapping[Part, float]]
Counts = Mapping[str, Counter[Part]]


def divide(groups: Sequence[Mapping[str, int]], wanted: Shares, have: Counts | None = None) -> list[Part]:
    """The part of each group, given how many images of each label it holds, largest first.

    `wanted` says how many images of each label each part should have, `have` how many it has already and keeps. Groups are placed one by
    one where their labels lack most, then moved as long as that brings the counts nearer, and so in several orders; the same groups
    always go the same way.
    """
    have = have or {}
    best: _Layout | None = None
    for attempt in range(ATTEMPTS):
        order = list(range(len(groups)))
        if attempt:
            random.Random(attempt).shuffle(order)
        layout = _Layout(groups, wanted, have)
        layout.fill(order)
        if best is None or layout.total() < best.total():
            best = layout
        if len(groups) > MANY and (attempt == FEW_ATTEMPTS or not layout.lacking()):
            break
    assert best is not None
    return [best.parts[at] for at in range(len(groups))]


class _Layout:
    """One way to place the groups: how far each label's counts are from what is wanted, and what moving a group would change."""

    def __init__(self, groups: Sequence[Mapping[str, int]], wanted: Shares, have: Counts) -> None:
        self._groups = groups
        self._wanted = wanted
        self._counts = {label: Counter(have.get(label, {})) for label in wanted}
        self._totals = {label: sum(shares.values()) or 1.0 for label, shares in wanted.items()}
        self._missing = 4.0 * sum(self._totals.values())
        self.parts: dict[int, Part] = {}

    def fill(self, order: Sequence[int]) -> None:
        names = list(next(iter(self._wanted.values()), {}))
        for at in order:
            self._put(at, min(names, key=lambda part: self._cost(at, part, 1, missing=0.0)))
        for _ in range(PASSES):
            if not sum(self._improve(at, names) for at in order):
                return

    def lacking(self) -> bool:
        return any(not self._counts[label][part] for label, shares in self._wanted.items() for part in shares)

    def total(self) -> float:
        pairs = ((label, part) for label, shares in self._wanted.items() for part in shares)
        return sum(self._off(label, part, self._counts[label][part], self._missing) for label, part in pairs)

    def _off(self, label: str, part: Part, count: int, missing: float) -> float:
        return (count - self._wanted[label][part]) ** 2 / self._totals[label] + (0.0 if count else missing)

    def _cost(self, at: int, part: Part, sign: int, *, missing: float) -> float:
        """By how much the counts are farther off when a group comes to a part (`sign` 1) or leaves it (-1)."""
        cost = 0.0
        for label, size in self._groups[at].items():
            count = self._counts[label][part]
            cost += self._off(label, part, count + sign * size, missing) - self._off(label, part, count, missing)
        return cost

    def _put(self, at: int, part: Part) -> None:
        self.parts[at] = part
        for label, size in self._groups[at].items():
            self._counts[label][part] += size

    def _improve(self, at: int, names: Sequence[Part]) -> bool:
        here = self.parts[at]
        leaving = self._cost(at, here, -1, missing=self._missing)
        gains = {part: leaving + self._cost(at, part, 1, missing=self._missing) for part in names if part != here}
        best = min(gains, key=lambda part: gains[part])
        if gains[best] > -1e-9:
            return False
        for label, size in self._groups[at].items():
            self._counts[label][here] -= size
        self._put(at, best)
        return True


def share_out(split: Mapping[Part, float], images: int) -> dict[Part, float]:
    """How many images each part should have, by its fraction; at least one where there are enough."""
    least = 1 if images >= len(split) else 0
    spare = images - least * len(split)
    over = {part: max(fraction * images - least, 0.0) for part, fraction in split.items()}
    total = sum(over.values()) or 1.0
    return {part: least + spare * over[part] / total for part in split}


def near_in_time(taken: Mapping[int, str], gap: float) -> Iterator[tuple[int, int]]:
    """The pairs that follow each other in time with no more than `gap` minutes between them; times are ISO 8601 without a zone."""
    moments = sorted((datetime.fromisoformat(said), one) for one, said in taken.items())
    for (before, one), (after, other) in pairwise(moments):
        if (after - before).total_seconds() <= 60 * gap:
            yield one, other
