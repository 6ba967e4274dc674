"""Strangers: who is far from every other of the label stands out, and a small label is judged with care."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from cvwidgets.errors import ExploreError
from cvwidgets.explore.strangers import find_strangers


def around(direction: int, count: int, seed: int = 0, width: int = 24) -> np.ndarray:
    return np.eye(width)[direction] + np.random.default_rng(seed).normal(0, 0.1, (count, width))


def test_images_planted_under_a_label_they_have_nothing_of_come_first() -> None:
    embeddings = np.concatenate([around(0, 60), around(1, 40, seed=1), around(5, 1, seed=2), around(6, 1, seed=3)])
    found = find_strangers(embeddings, np.array([0] * 60 + [1] * 40 + [0, 1]))
    assert sorted(found.order[:2]) == [100, 101] and len(found.strange()) <= 4
    assert found.scores[[100, 101]].min() > 0.9


def test_a_label_whose_images_differ_much_is_not_full_of_strangers() -> None:
    wide = np.random.default_rng(0).normal(size=(80, 24))
    found = find_strangers(np.concatenate([wide, around(0, 80)]), np.repeat([0, 1], 80))
    assert len(found.strange()) <= 2


def test_a_stranger_that_came_twice_is_still_one() -> None:
    embeddings = np.concatenate([around(0, 50), np.repeat(around(7, 1), 2, axis=0)])
    labels, groups = np.zeros(52, int), np.array([*range(50), 50, 50])
    assert find_strangers(embeddings, labels).scores[50] < 0.5 or find_strangers(embeddings, labels).nearest[50] == 51
    told = find_strangers(embeddings, labels, groups=groups)
    assert told.scores[50:].min() > 0.9 and told.nearest[50] < 50


def test_a_label_of_one_image_has_no_stranger_and_one_of_two_has_both_or_none() -> None:
    embeddings = np.concatenate([around(0, 40), around(1, 1), around(2, 2), around(3, 1), around(4, 1)])
    found = find_strangers(embeddings, np.array([0] * 40 + [1] + [2, 2] + [3, 3]))
    assert found.scores[40] == 0 and np.isnan(found.distances[40]) and found.nearest[40] == -1
    assert found.scores[41:43].max() < 0.5 < found.scores[43:].min()
    assert found.nearest[41:].tolist() == [42, 41, 44, 43]


def test_nothing_one_image_and_all_the_same_are_answered_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(find_strangers(np.zeros((0, 8)), np.zeros(0, int)).order) == 0
        assert find_strangers(np.ones((1, 8), np.float16), np.zeros(1, int)).strange().tolist() == []
        assert find_strangers(np.ones((30, 8), np.float16), np.repeat([0, 4], 15)).scores.max() == 0


def test_what_does_not_fit_together_is_said() -> None:
    with pytest.raises(ExploreError, match=r"Labels of shape \(2,\) came with 3 images"):
        find_strangers(np.ones((3, 4)), np.zeros(2, int))
    with pytest.raises(ExploreError, match="Row 1 of the embeddings holds NaN"):
        find_strangers(np.array([[1.0, 0.0], [np.nan, 1.0]]), np.zeros(2, int))
    with pytest.raises(ExploreError, match="whole numbers from 0 are needed"):
        find_strangers(np.ones((3, 4)), np.array([0, -1, 0]))
