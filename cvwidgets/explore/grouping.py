"""From pairs to groups: which images are one stack, which of a stack to keep, and which pair sits at the threshold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cvwidgets.errors import ExploreError
from cvwidgets.explore.limits import THRESHOLD
from cvwidgets.explore.rows import Positions

Links = dict[int, set[int]]
Verdicts = dict[int, set[int]]
"""For each image the numbers of the verdicts that name it; images that one verdict names are all different from each other."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of images that look alike, in order of `first`, then `second`; each pair once, `first` < `second`.

    `first` and `second` int64 (m,) are positions of images; `likeness` float32 (m,), 0..1, is 1 for the same bytes and below 1 for all
    others; `mirrored` bool (m,) says that one is the other's mirror image. `unseen` int64 are the positions of images whose pixels were
    asked for and could not be had: nothing is known of them but their hashes.
    """

    first: Positions
    second: Positions
    likeness: np.ndarray[Any, np.dtype[np.float32]]
    mirrored: np.ndarray[Any, np.dtype[np.bool_]]
    unseen: Positions

    def __len__(self) -> int:
        return len(self.first)


def group(pairs: Pairs, *, threshold: float = THRESHOLD, apart: Sequence[Positions] = (), chains: bool = False) -> list[Positions]:
    """The stacks: each the positions of 2 or more images, ascending; in order of their first image; no image is in two of them.

    In each stack there is one image that all others are alike to, so that a film whose frames change little by little does not become one
    stack whose ends have nothing in common: the most alike are put together first, and what would leave a stack without such an image stays
    outside. Copies of the same bytes count as one image there. With `chains` whatever hangs together is one stack, also over others: for a
    split into train and test, where nothing alike may lie on both sides.

    `apart` holds verdicts, each the positions of images that are all different from each other: no two of them come into one stack. One
    over ten thousand images costs no more than naming them. The same pairs give the same stacks.
    """
    strong = np.flatnonzero(pairs.likeness >= threshold)
    strong = strong[np.lexsort((pairs.second[strong], pairs.first[strong], -pairs.likeness[strong]))]
    links = list(zip(pairs.first[strong].tolist(), pairs.second[strong].tolist(), strict=True))
    copies = int((pairs.likeness[strong] >= 1).sum())
    same = _Stacks(links[:copies], _verdicts(apart), loose=True)
    stacks = _Stacks([(same.of(one), same.of(other)) for one, other in links], same.verdicts, loose=chains)
    whole = (np.array(sorted(image for one in stack for image in same.members(one)), np.int64) for stack in stacks.all())
    return sorted((stack for stack in whole if len(stack) > 1), key=lambda stack: int(stack[0]))


def different(first: Positions, second: Positions, apart: Sequence[Positions]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which of some pairs of positions (m,) a verdict says to be different, bool (m,); `apart` as in `group`."""
    verdicts, found = _verdicts(apart), np.zeros(len(first), np.bool_)
    named = np.array([*verdicts], np.int64)
    for pair in np.flatnonzero(np.isin(first, named) & np.isin(second, named)).tolist():
        found[pair] = not verdicts[int(first[pair])].isdisjoint(verdicts[int(second[pair])])
    return found


def at_threshold(pairs: Pairs, threshold: float = THRESHOLD) -> int | None:
    """The index of the pair whose likeness is nearest the threshold, the more alike one of two equally near; None when there are none.

    Copies of the same bytes are no question of a threshold and are passed over.
    """
    away = np.where(pairs.likeness < 1, np.abs(pairs.likeness - np.float32(threshold)), np.inf)
    if not np.isfinite(away).any():
        return None
    return int(np.lexsort((-pairs.likeness, away))[0])


def best_of(stack: Positions, pixels: Positions, sizes: Positions) -> int:
    """The position of the image of a stack to keep: the one with the most pixels, of those the least compressed, then the first.

    `pixels` and `sizes` (n,) are width x height and bytes of all images, by position.

    Raises:
        ExploreError: the stack is empty.
    """
    if not len(stack):
        raise ExploreError(
            "A stack without images came to choose the best of; it must have at least one. Take stacks as group() gives them."
        )
    members = np.sort(np.asarray(stack, np.int64))
    return int(members[np.lexsort((members, -np.asarray(sizes)[members], -np.asarray(pixels)[members]))[0]])


class _Stacks:
    """Puts images together link by link, in the order given; `loose` takes whatever hangs together.

    `verdicts` become those of the stacks: each stack goes by one of its members, which has those of them all.
    """

    def __init__(self, links: list[tuple[int, int]], verdicts: Verdicts, *, loose: bool) -> None:
        self._alike = _both_ways(links)
        self._images = {image for link in links for image in link}
        self.verdicts = verdicts
        self._loose = loose
        self._stack_of: dict[int, int] = {}
        self._members: dict[int, set[int]] = {}
        self._middles: dict[int, set[int]] = {}
        for one, other in links:
            self._join(self.of(one), self.of(other))

    def of(self, image: int) -> int:
        """The name of an image's stack: one of its members."""
        return self._stack_of.get(image, image)

    def members(self, stack: int) -> set[int]:
        """The images of a stack."""
        return self._members.get(stack, {stack})

    def all(self) -> list[set[int]]:
        """All stacks of images that a link named."""
        return [self.members(stack) for stack in {self.of(image) for image in self._images}]

    def _join(self, one: int, other: int) -> None:
        if one == other:
            return
        large, small = (one, other) if len(self.members(one)) >= len(self.members(other)) else (other, one)
        said_of_both = self.verdicts.get(large, set()), self.verdicts.get(small, set())
        if not said_of_both[0].isdisjoint(said_of_both[1]):
            return
        middles = self._middles_of(large, small) | self._middles_of(small, large)
        if not middles and not self._loose:
            return
        self._stack_of.update(dict.fromkeys(self.members(small), large))
        self._members.setdefault(large, {large}).update(self._members.pop(small, {small}))
        if said_of_both[1]:
            self.verdicts.setdefault(large, set()).update(said_of_both[1])
        self._middles[large] = middles
        self._middles.pop(small, None)

    def _middles_of(self, stack: int, added: int) -> set[int]:
        """Those of a stack's images that all its others are alike to, and all of the other stack."""
        if self._loose:
            return set()
        more = self.members(added)
        return {image for image in self._middles.get(stack, {stack}) if len(more) <= len(self._alike[image]) and more <= self._alike[image]}


def _both_ways(links: Iterable[tuple[int, int]]) -> Links:
    found: Links = defaultdict(set)
    for one, other in links:
        if one != other:
            found[one].add(other)
            found[other].add(one)
    return found


def _verdicts(apart: Sequence[Positions]) -> Verdicts:
    found: Verdicts = defaultdict(set)
    for number, images in enumerate(apart):
        for image in images.tolist():
            found[image].add(number)
    return found
