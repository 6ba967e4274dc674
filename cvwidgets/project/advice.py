"""What the numbers of a project advise, in sentences: labels with few images, uneven labels, parts too small to judge by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from cvwidgets.records import UNSORTED, Label

ENOUGH = 20
"""Below so many kept images a label is said to have few; chosen for fine-tuning, where tens of images already help."""
FEWEST = 3
"""With fewer kept images of a label no training begins: train, valid and test need one each."""
NAMED = 3
"""Up to so many labels with few images are named one by one."""
UNEVEN = 10
"""The largest label holding more than so many times the smallest is said to be uneven."""
ROUGH = 0.05
"""A test part whose accuracy is known no better than this, on either side, is said to be small."""
SURE = 0.02
"""A test part whose accuracy is known as well as this need not be larger."""
LARGE_SHARE, SMALL_SHARE = 0.3, 0.1
"""The share for the test that is proposed where images are few, and where they are many."""


@dataclass(frozen=True, slots=True)
class LabelAdvice:
    """A sentence about a label that stands in the way of a good model."""

    label: str
    sentence: str


def advise(labels: Sequence[Label]) -> tuple[LabelAdvice, ...]:
    """Sentences about labels with few or uneven numbers of kept images."""
    kept = _kept(labels)
    return (*(_few(name, n) for name, n in kept.items() if n < ENOUGH), *_uneven(kept))


def sum_up(labels: Sequence[Label]) -> tuple[str, ...]:
    """What `advise` says, in three sentences at most when many labels have few images."""
    kept = _kept(labels)
    few = sorted(name for name, n in kept.items() if n < ENOUGH)
    unfit = [name for name in few if kept[name] < FEWEST]
    if len(few) <= NAMED:
        return tuple(one.sentence for one in advise(labels))
    said = [f"{len(few):,} labels have fewer than {ENOUGH} images kept ({_such(few)}); {ENOUGH} or more of each make a better model."]
    if unfit:
        said.insert(0, f"Training needs at least {FEWEST} images of each label; {len(unfit):,} have fewer ({_such(unfit)}).")
    return (*said, *(one.sentence for one in _uneven(kept)))


def _kept(labels: Sequence[Label]) -> dict[str, int]:
    return {label.name: label.kept for label in labels if label.kept and label.name != UNSORTED}


def _few(name: str, count: int) -> LabelAdvice:
    if count < FEWEST:
        return LabelAdvice(name, f"'{name}' has {_images(count)} kept; training needs at least {FEWEST} of each label.")
    return LabelAdvice(name, f"'{name}' has {_images(count)} kept; {ENOUGH} or more make a better model.")


def _uneven(kept: dict[str, int]) -> Iterator[LabelAdvice]:
    small, large = (choose(kept, key=lambda name: kept[name], default="") for choose in (min, max))
    if small and kept[large] > UNEVEN * kept[small]:
        times = f"'{large}' has {kept[large] // kept[small]:,} times as many kept images as '{small}'"
        yield LabelAdvice(small, f"{times}; a model will tend to say '{large}'. More images of '{small}' help.")


def _such(names: Sequence[str]) -> str:
    return f"'{names[0]}', '{names[1]}', …" if len(names) > 2 else " and ".join(f"'{name}'" for name in names)


def advise_split(images: int, split: tuple[float, float, float]) -> str | None:
    """What the number of images advises about the test part, in two sentences at most; None when it is neither too small nor too large.

    The uncertainty is that of an accuracy of 0.8, the half-width of its 95% interval by the normal approximation.
    """
    test = max(1, round(images * split[2]))
    margin, tenth = _margin(test), _margin(images * SMALL_SHARE)
    if margin > ROUGH:
        better = f"With {LARGE_SHARE:.0%} for the test it would be ±{100 * _margin(images * LARGE_SHARE):.0f}; several"
        return (
            f"Of {_images(images)} kept, {test:,} {'is' if test == 1 else 'are'} for the test: an accuracy of 80% measured there may in "
            f"truth be {0.8 - margin:.0%} to {min(1, 0.8 + margin):.0%} (±{100 * margin:.0f} points). "
            f"{better if split[2] < LARGE_SHARE - ROUGH else 'Several'} split seeds, or more images, make it surer."
        )
    if tenth <= SURE and split[2] > SMALL_SHARE + ROUGH:
        return (
            f"Of {_images(images)} kept, {test:,} are for the test; {SMALL_SHARE:.0%} of all would be enough "
            f"(an accuracy of 80% is sure to ±{100 * tenth:.1f} points there) and leave more to learn from."
        )
    return None


def _margin(images: float) -> float:
    return 1.96 * sqrt(0.8 * 0.2 / max(images, 1))


def advise_given(tests: int) -> str | None:
    """A sentence about so many kept images that came as the test of a data set; None for none."""
    if not tests:
        return None
    are = "1 kept image" if tests == 1 else f"{tests:,} kept images"
    return f"{are} came as the test part of a data set. Split by how images came, and the figures can be set beside those of others."


def advise_comparing(unknown: int) -> str | None:
    """A sentence about kept images of which nobody knows yet what they look like; None when all were compared."""
    if not unknown:
        return None
    were, what = ("was", "its") if unknown == 1 else ("were", "their")
    return (
        f"{_images(unknown)} kept {were} not compared with the others yet: {what} copies may lie on both sides of the split, "
        "and its figures look too good then. Explore the images before you train."
    )


def advise_waiting(waiting: int) -> str | None:
    """A sentence about kept images that are compared before the start; None for none."""
    if not waiting:
        return None
    return f"{_images(waiting)} kept {'is' if waiting == 1 else 'are'} compared with the others by hash before it starts."


def advise_exploring(by_hash: int) -> str | None:
    """A sentence about kept images that were compared without a look by Explore; None for none."""
    if not by_hash:
        return None
    were = "was" if by_hash == 1 else "were"
    return (
        f"{_images(by_hash)} kept {were} compared with the others by hash: copies encoded anew, resized or mirrored are on one side of the "
        "split, copies that were cropped may not be. Exploring the images finds those too."
    )


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count:,} images"
