"""What the numbers of a project advise, in sentences: labels with few images, uneven labels, parts too small to judge by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from cvwidgets.records import UNSORTED, Label

ENOUGH = 20
"""Below so many kept images a label is said to have few; chosen for fine-tuning, where tens of images already help."""
UNEVEN = 10
"""The largest label holding more than so many times the smallest is said to be uneven."""
ROUGH = 0.05
"""A test part whose accuracy is known no better than this, on either side, is said to be small."""


@dataclass(frozen=True, slots=True)
class LabelAdvice:
    """A sentence about a label that stands in the way of a good model."""

    label: str
    sentence: str


def advise(labels: Sequence[Label]) -> tuple[LabelAdvice, ...]:
    """Sentences about labels with few or uneven numbers of kept images."""
    kept = {label.name: label.kept for label in labels if label.kept and label.name != UNSORTED}
    said = [
        LabelAdvice(name, f"'{name}' has {_images(n)} kept; {ENOUGH} or more make a better model.")
        for name, n in kept.items()
        if n < ENOUGH
    ]
    if len(kept) > 1:
        small, large = min(kept, key=lambda name: kept[name]), max(kept, key=lambda name: kept[name])
        if kept[large] > UNEVEN * kept[small]:
            said.append(LabelAdvice(small, f"'{large}' has {kept[large] // kept[small]} times as many kept images as '{small}'."))
    return tuple(said)


def advise_split(images: int, split: tuple[float, float, float]) -> str | None:
    """A sentence about a test part too small to judge by; None when it is large enough.

    The uncertainty is that of an accuracy of 0.8, the half-width of its 95% interval by the normal approximation.
    """
    test = max(1, round(images * split[2]))
    margin = 1.96 * sqrt(0.8 * 0.2 / test)
    if margin <= ROUGH:
        return None
    return (
        f"{split[2]:.0%} of {images} images leave {_images(test)} for the test: an accuracy of 80% would be known to about "
        f"±{margin:.0%}. More images, or a larger test part, make it surer."
    )


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count} images"
