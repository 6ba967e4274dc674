"""Labels, groups and probabilities as they were given, checked before anything is counted with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cvwidgets.errors import ExploreError
from cvwidgets.explore.rows import Floats, Positions

Numbers = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]


def checked_labels(labels: Numbers, count: int, *, name: str = "labels") -> Positions:
    """The same as int64 (count,), whole numbers from 0.

    Raises:
        ExploreError: there are more or fewer than images, or some are no such numbers.
    """
    given = np.asarray(labels)
    if given.shape != (count,):
        raise ExploreError(
            f"{name.capitalize()} of shape {given.shape} came with {count:,} images; each image needs one. Give both in the same order."
        )
    if count and (given.dtype.kind not in "iu" or int(given.min()) < 0):
        raise ExploreError(f"The {name} hold {given.dtype} from {given.min()} on; whole numbers from 0 are needed. Number them first.")
    return given.astype(np.int64)


def checked_groups(groups: Numbers | None, count: int) -> Positions:
    """The group of each image (count,), any whole numbers; without groups each image is one of its own.

    Raises:
        ExploreError: there are more or fewer than images, or they are no whole numbers.
    """
    if groups is None:
        return np.arange(count)
    given = np.asarray(groups)
    if given.shape != (count,) or (count and given.dtype.kind not in "iu"):
        raise ExploreError(
            f"Groups of shape {given.shape} and type {given.dtype} came with {count:,} images; each image needs a whole number. "
            "Number the groups first."
        )
    return given.astype(np.int64)


def checked_mask(mask: Mask | None, count: int, name: str) -> Mask:
    """The same as bool (count,); nothing where none was given.

    Raises:
        ValueError: it is no mask of so many images.
    """
    given = np.zeros(count, np.bool_) if mask is None else np.asarray(mask)
    if given.shape != (count,) or given.dtype != np.bool_:
        raise ValueError(f"{name} must be a mask ({count},), not {given.dtype} {given.shape}")
    return given


def checked_probabilities(probabilities: npt.NDArray[np.floating[Any]]) -> Floats:
    """The same as float32 (n, labels), each row adding up to 1.

    Raises:
        ExploreError: some rows are no probabilities.
    """
    given = np.asarray(probabilities, np.float32)
    if given.ndim != 2 or given.shape[1] == 0:
        raise ExploreError(f"Probabilities of shape {given.shape} were given; a row for each image, a column for each label is needed.")
    totals = given.sum(axis=1, keepdims=True)
    wrong = ~(np.abs(totals[:, 0] - 1) <= 0.02) | (given.min(axis=1) < -1e-6)  # what is no number is wrong too
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise ExploreError(
            f"{int(wrong.sum()):,} rows are no probabilities, the first is row {first:,}; each must be 0 or more and add up to 1. "
            "Ask the model again, or leave these images out."
        )
    return np.asarray(np.maximum(given, 0) / totals, np.float32)
