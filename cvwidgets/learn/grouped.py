"""How sure one may be of a share when images come in groups that are alike: many images of few groups say less than their number."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cvwidgets.evaluation import NORMAL, wilson

Groups = npt.NDArray[Any]


def interval_of(right: npt.NDArray[np.bool_], groups: Groups | None) -> tuple[float, float]:
    """The ends of the 95% interval of the share of images (n,) that are right, 0..1; `groups` None where each stands for itself."""
    weight = weight_of(right, groups)
    return wilson(int(right.sum()) * weight, len(right) * weight)


def weight_of(values: npt.ArrayLike, groups: Groups | None) -> float:
    """How much an image counts among n of some groups, 0..1: times n it is the effective number of images.

    The interval of that many images on their own covers the true share as often as it says. It is the variance of the mean between images
    to that between groups (L. Kish's design effect), and by Student's t few groups are less sure than many (E. L. Korn, B. I. Graubard,
    Confidence intervals for proportions with small expected number of positive counts estimated from survey data, 1998). Where all
    values are the same nothing tells how alike those of a group are: then each group counts once.

    Args:
        values: (n,): what each image says, as whether it is right (0 or 1).
        groups: (n,): the group of each, of any dtype that sorts; None where each stands for itself, and counts in full.
    """
    if groups is None:
        return 1.0
    from scipy.special import stdtrit

    off = np.asarray(values, np.float64)
    off = off - off.mean() if len(off) else off
    number = np.unique(groups, return_inverse=True)[1]
    count = int(number.max()) + 1 if len(off) else 0
    between_images = float(np.square(off).sum())
    if count < 2 or not between_images:
        return count / max(1, len(off))
    between_groups = count / (count - 1) * float(np.square(np.bincount(number, off)).sum())
    surer = (NORMAL / float(stdtrit(count - 1, 0.975))) ** 2
    return min(1.0, surer * between_images / between_groups) if between_groups else 1.0
