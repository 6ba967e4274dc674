"""How much a picture of each label counts while learning, so that rare labels are not drowned by frequent ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch

UNEVEN = 3
"""With "auto", labels count differently when the largest has more than so many times the pictures of the smallest."""


def weigh(labels: Sequence[int], count: int, balance: Literal["auto", "none", "weights"]) -> torch.Tensor:
    """The weight of a picture of each label, float32 (count), 1 in the mean over the pictures: `labels` are those of the training part."""
    pictures = torch.bincount(torch.tensor(labels, dtype=torch.int64), minlength=count).float().clamp(min=1)
    uneven = bool(pictures.max() > UNEVEN * pictures.min())
    power = {"none": 0.0, "weights": 1.0, "auto": 0.5 if uneven else 0.0}[balance]
    weights = pictures**-power
    return weights * pictures.sum() / (weights * pictures).sum()
