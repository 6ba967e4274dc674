"""Pairs become stacks that make sense, and the best of a stack is the largest and least compressed."""

from __future__ import annotations

import time

import numpy as np
import pytest

from cvwidgets.errors import ExploreError
from cvwidgets.explore.grouping import Pairs, at_threshold, best_of, different, group


def pairs(*found: tuple[int, int, float]) -> Pairs:
    first, second, likeness = (np.array(column) for column in zip(*found, strict=True))
    return Pairs(first, second, likeness.astype(np.float32), np.zeros(len(found), np.bool_), np.zeros(0, np.int64))


def stacks(given: Pairs, **options: object) -> list[list[int]]:
    return [stack.tolist() for stack in group(given, **options)]  # type: ignore[arg-type]


def said(*verdicts: tuple[int, ...]) -> list[np.ndarray]:
    """Verdicts that images are different, by position."""
    return [np.array(verdict) for verdict in verdicts]


FILM = pairs(*((number, number + 1, 0.8 + number / 1000) for number in range(5)))


def test_two_copies_of_one_picture_are_one_stack_though_they_were_never_compared() -> None:
    assert stacks(pairs((0, 1, 0.9), (1, 2, 0.8))) == [[0, 1, 2]]


def test_in_each_stack_one_image_is_like_all_others() -> None:
    assert stacks(FILM) == [[0, 1, 2], [3, 4, 5]]


def test_a_split_takes_whatever_hangs_together() -> None:
    assert stacks(FILM, chains=True) == [[0, 1, 2, 3, 4, 5]]


def test_the_most_alike_come_together_first() -> None:
    assert stacks(pairs((0, 1, 0.8), (1, 2, 0.9), (2, 3, 0.8), (3, 4, 0.95))) == [[0, 1, 2], [3, 4]]


def test_copies_of_the_same_bytes_follow_the_one_that_was_looked_at() -> None:
    assert stacks(pairs((0, 1, 0.9), (0, 5, 1.0), (1, 2, 0.8))) == [[0, 1, 2, 5]]


def test_images_said_to_be_different_never_share_a_stack() -> None:
    given = pairs((0, 1, 0.9), (1, 2, 0.8), (0, 5, 1.0))
    assert stacks(given, apart=said((2, 0))) == [[0, 1, 5]]
    assert stacks(given, apart=said((1, 0))) == [[0, 5], [1, 2]]
    assert stacks(given, apart=said((0, 5))) == [[0, 1, 2]]
    assert stacks(given, apart=said((5, 2)), chains=True) == [[0, 1, 5]]


def test_what_was_said_of_one_image_holds_for_its_whole_stack_and_each_verdict_for_itself() -> None:
    given = pairs((0, 1, 0.95), (2, 3, 0.9), (1, 2, 0.8), (0, 3, 0.8), (0, 2, 0.8), (1, 3, 0.8))
    assert stacks(given, apart=said((0, 3))) == [[0, 1], [2, 3]]
    assert stacks(given, apart=said((0, 7), (3, 8))) == [[0, 1, 2, 3]]
    assert stacks(given, apart=said((0, 1, 2, 3))) == []


def test_pairs_are_different_when_one_verdict_names_both() -> None:
    apart = said((0, 1, 2), (2, 5))
    assert different(np.array([0, 1, 1, 2, 3]), np.array([1, 2, 5, 5, 0]), apart).tolist() == [True, True, False, True, False]


def test_ten_thousand_images_are_said_to_be_different_at_once() -> None:
    count, alike = 10_000, 12
    first = np.repeat(np.arange(count), alike)
    second = first + np.tile(np.arange(1, alike + 1), count)
    frames = Pairs(first, second, np.full(len(first), 0.9, np.float32), np.zeros(len(first), np.bool_), np.zeros(0, np.int64))
    everyone = [np.arange(count + alike)]
    begun = time.process_time()
    assert group(frames, apart=everyone) == []
    assert different(first, second, everyone).all()
    assert len(group(frames, apart=[np.arange(0, count, 2)])) > 0
    assert time.process_time() - begun < 5  # half a second; each with each would be 50 million


def test_below_the_threshold_nothing_is_a_stack() -> None:
    assert stacks(FILM, threshold=0.803) == [[3, 4, 5]]
    assert stacks(FILM, threshold=0.9) == []


def test_the_pair_at_the_threshold_is_the_nearest_that_is_no_copy() -> None:
    given = pairs((0, 1, 0.7), (0, 2, 0.8), (0, 3, 1.0))
    assert [at_threshold(given, threshold) for threshold in (0.0, 0.74, 0.76, 1.0)] == [0, 0, 1, 1]
    assert at_threshold(pairs((0, 3, 1.0)), 0.9) is None


def test_a_hundred_thousand_images_that_hang_together_are_grouped_at_once() -> None:
    count = 100_000
    row = np.arange(1, count)
    film = Pairs(row - 1, row, np.full(count - 1, 0.9, np.float32), np.zeros(count - 1, np.bool_), np.zeros(0, np.int64))
    assert len(group(film)) == count // 3
    assert len(group(film, chains=True)) == 1


def test_the_best_is_the_largest_then_the_least_compressed_then_the_first() -> None:
    pixels, sizes = np.array([100, 400, 400, 400]), np.array([90, 10, 30, 30])
    assert best_of(np.array([0, 1, 2, 3]), pixels, sizes) == 2
    assert best_of(np.array([3, 0]), pixels, sizes) == 3
    with pytest.raises(ExploreError, match="must have at least one"):
        best_of(np.array([], np.int64), pixels, sizes)
