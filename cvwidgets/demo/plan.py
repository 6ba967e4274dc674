"""Which files the demo consists of, found from the seed alone and before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cvwidgets.demo.strangers import STRANGERS
from cvwidgets.demo.things import THINGS
from cvwidgets.demo.truth import Broken, Copy, Stranger, Truth, WrongLabel

CHANGES = ("re-encoded", "resized", "cropped")
DAMAGES = ("truncated", "empty", "text", "truncated", "text", "truncated")
LEAST = 8


@dataclass(frozen=True, slots=True)
class Item:
    """One file: what it shows (a label or the name of a stranger), drawn from `key`; `copy_of` is the item that it repeats."""

    path: str
    shows: str
    key: tuple[int, ...]
    copy_of: Item | None = None
    how: str | None = None

    @property
    def folder(self) -> str:
        """The label whose folder the file lies in; empty for the inbox."""
        return self.path.rpartition("/")[0]


def make_plan(seed: int, per_label: int) -> tuple[Item, ...]:
    """All files of the demo. Each label's folder holds `per_label` pictures, the planted ones among them, and one broken file.

    Raises:
        ValueError: `per_label` is below 8, too few to plant anything among.
    """
    if per_label < LEAST:
        raise ValueError(f"per_label is {per_label}; it must be at least {LEAST}")
    items: list[Item] = []
    for number, label in enumerate(THINGS):
        items += _of_label(seed, number, label, per_label)
    return (*items, *_inbox(seed, items, per_label))


def tell_truth(plan: tuple[Item, ...], seed: int, per_label: int) -> Truth:
    """What the plan plants."""
    broken = [item for item in plan if item.how in DAMAGES]
    copies = [Copy(item.path, item.copy_of.path, item.how or "") for item in plan if item.copy_of]
    whole = [item for item in plan if item not in broken]
    return Truth(
        seed=seed,
        per_label=per_label,
        labels=tuple(THINGS),
        shows={item.path: item.shows if item.shows in THINGS else None for item in whole},
        inbox=tuple(item.path for item in whole if not item.folder),
        wrong_labels=tuple(WrongLabel(i.path, i.folder, i.shows) for i in whole if i.folder and i.shows in THINGS and i.shows != i.folder),
        near_duplicates=tuple(copy for copy in copies if copy.how != "same bytes"),
        same_bytes=tuple(copy for copy in copies if copy.how == "same bytes"),
        broken=tuple(Broken(item.path, item.how or "") for item in broken),
        strangers=tuple(Stranger(item.path, item.shows) for item in whole if item.shows in STRANGERS),
    )


def _of_label(seed: int, number: int, label: str, per_label: int) -> list[Item]:
    random = np.random.default_rng([seed, number, 1])
    names = [f"{label}/{name}" for name in _names(random, per_label + 1)]
    wrong, copies = max(1, per_label // 40), max(1, per_label * 3 // 80)
    others = [other for other in THINGS if other != label]
    kinds = list(STRANGERS)
    shows = [*random.choice(others, wrong, replace=False).tolist(), kinds[(number + seed) % len(kinds)]]
    shows += [label] * (per_label - copies - len(shows))
    items = [Item(names[index], what, (seed, number, 2, index)) for index, what in enumerate(shows)]
    plain = items[wrong + 1 :]
    for index in range(copies):
        original = plain[int(random.integers(len(plain)))]
        items.append(_copy(names[len(items)], original, CHANGES[(index + number) % len(CHANGES)]))
    damage = DAMAGES[number % len(DAMAGES)]
    return [*items, Item(names[-1], label, (seed, number, 3, 0), how=damage)]


def _inbox(seed: int, kept: list[Item], per_label: int) -> list[Item]:
    """Pictures without a label: things to triage, a few strangers, copies of kept ones, a broken file."""
    random = np.random.default_rng([seed, 99, 1])
    things = [label for label in THINGS for _ in range(max(1, per_label * 6 // 80))]
    strangers = random.permutation(list(STRANGERS))[:4].tolist()
    names = _names(random, len(things) + len(strangers) + 4)
    items = [
        Item(names[index], what, (seed, 99, 2, index)) for index, what in enumerate([*random.permutation(things).tolist(), *strangers])
    ]
    plain = [item for item in kept if item.shows == item.folder and not item.how]
    for how in ("cropped", "resized", "same bytes"):
        items.append(_copy(names[len(items)], plain[int(random.integers(len(plain)))], how))
    return [*items, Item(names[-1], "bottle", (seed, 99, 3, 0), how="truncated")]


def _copy(path: str, original: Item, how: str) -> Item:
    """A copy keeps its own name; the same bytes need the ending of the original."""
    if how == "same bytes":
        path = f"{path.rpartition('.')[0]}.{original.path.rpartition('.')[2]}"
    return replace(original, path=path, copy_of=original, how=how)


def _names(random: np.random.Generator, count: int) -> list[str]:
    """File names as cameras and phones give them, in random order, none twice."""
    numbers = np.cumsum(random.integers(1, 9, count)) + random.integers(100, 4000)
    styles = ("IMG_{:04d}", "IMG_{:04d}", "DSC0{:04d}", "P10{:04d}", "photo-{:d}", "PXL_2026{:04d}")
    endings = random.choice(["jpg", "JPG", "jpeg", "png", "webp"], count, p=[0.72, 0.08, 0.06, 0.07, 0.07])
    whole = [f"{styles[int(random.integers(len(styles)))].format(n)}.{ending}" for n, ending in zip(numbers, endings, strict=True)]
    return [whole[index] for index in random.permutation(count)]
