"""The most uncertain are told from the certain ones, and a varied few stand for all."""

from __future__ import annotations

import numpy as np
import pytest

from cvwidgets.errors import ExploreError
from cvwidgets.explore.uncertain import certainty, choose_diverse

SURE, TORN, LOST = [0.98, 0.01, 0.01], [0.5, 0.49, 0.01], [0.4, 0.3, 0.3]
ASKED = np.array([SURE, TORN, LOST], np.float32)


def clusters(sizes: list[int], seed: int = 0, width: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings around one direction for each size, and whose they are."""
    random = np.random.default_rng(seed)
    whose = np.repeat(np.arange(len(sizes)), sizes)
    return np.eye(len(sizes), width)[whose] + random.normal(0, 0.03, (len(whose), width)), whose


def test_what_confidence_calls_uncertain_is_not_what_margin_does() -> None:
    assert np.argsort(certainty(ASKED)).tolist() == [2, 1, 0]
    assert np.argsort(certainty(ASKED, by="margin")).tolist() == [1, 2, 0]


def test_certainty_reaches_from_guessing_to_knowing() -> None:
    ends = np.array([[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]], np.float32)
    assert certainty(ends, by="margin") == pytest.approx([1, 0], abs=1e-6)
    assert certainty(np.ones((2, 1), np.float32), by="margin").tolist() == [1, 1]


def test_what_are_no_probabilities_is_said() -> None:
    with pytest.raises(ExploreError, match=r"1 rows are no probabilities, the first is row 1; .* add up to 1"):
        certainty(np.array([SURE, [3.0, -1.0, 0.2]], np.float32))
    with pytest.raises(ExploreError, match="the first is row 0"):
        certainty(np.full((1, 3), np.nan, np.float32))


def test_a_first_look_sees_the_rare_kinds_too() -> None:
    embeddings, whose = clusters([500, 300, 10, 10, 5])
    assert {*whose[choose_diverse(embeddings, 12)]} == {0, 1, 2, 3, 4}
    assert whose[choose_diverse(embeddings, 1)][0] == 0  # the most typical one


def test_the_same_seed_chooses_the_same_and_another_seed_others() -> None:
    embeddings, _ = clusters([200, 200])
    first = choose_diverse(embeddings, 20, seed=1)
    assert first.tolist() == choose_diverse(embeddings, 20, seed=1).tolist()
    assert first.tolist() != choose_diverse(embeddings, 20, seed=2).tolist()
    assert len({*first}) == 20


def test_more_than_there_are_and_images_that_are_all_the_same_are_no_trouble() -> None:
    assert sorted(choose_diverse(np.ones((6, 4), np.float16), 9)) == [0, 1, 2, 3, 4, 5]
    assert choose_diverse(np.zeros((0, 4), np.float32), 3).tolist() == []
    assert choose_diverse(np.ones((1, 4), np.float32), 5).tolist() == [0]


def test_choosing_can_be_broken_off() -> None:
    def stop(share: float) -> None:
        assert 0 < share < 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        choose_diverse(clusters([300])[0], 200, tick=stop)
