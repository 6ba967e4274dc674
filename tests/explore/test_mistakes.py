"""Mistakes: planted wrong labels come first with the right one suggested, and what somebody judged right never comes back."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from cleanlab.filter import find_label_issues

from cvwidgets.errors import ExploreError
from cvwidgets.explore import mistakes
from cvwidgets.explore.heads import out_of_fold
from cvwidgets.explore.mistakes import Mistakes, combine_opinions, find_mistakes
from cvwidgets.explore.neighbors import graph
from tests.explore.kinds import kinds_of


def planted(count: int = 400, share: float = 0.05, kinds: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Embeddings, labels of which some are wrong, and which."""
    embeddings, truth = kinds_of(count, kinds=kinds)
    random = np.random.default_rng(1)
    wrong = random.choice(count, round(share * count), replace=False)
    labels = truth.copy()
    labels[wrong] = (truth[wrong] + random.integers(1, kinds, len(wrong))) % kinds
    return embeddings, labels, np.sort(wrong)


def judged(rows: np.ndarray, labels: np.ndarray, **options: object) -> Mistakes:
    return find_mistakes(out_of_fold(rows, labels), labels, **options)


def test_planted_mistakes_come_first_with_the_right_label_suggested() -> None:
    embeddings, labels, wrong = planted()
    found = judged(embeddings, labels)
    assert np.isin(found.positions[: len(wrong)], wrong).mean() >= 0.95
    first = found.positions[: len(wrong)]
    assert (found.suggestions[: len(wrong)] == kinds_of(400, kinds=6)[1][first]).mean() >= 0.95
    assert (found.label_probabilities < found.suggestion_probabilities)[: len(wrong)].all()
    assert (np.diff(found.scores) <= 0).all() and found.likely[: len(wrong)].mean() > 0.8


def test_no_head_judges_an_image_that_it_learnt_from() -> None:
    random = np.random.default_rng(0)
    noise, labels = random.normal(size=(300, 48)), random.integers(0, 3, 300)
    asked = out_of_fold(noise, labels)
    assert abs((asked.argmax(axis=1) == labels).mean() - 1 / 3) < 0.1  # a head that saw them would know most by heart


def test_duplicates_do_not_vouch_for_each_other() -> None:
    random = np.random.default_rng(0)
    noise, groups = np.repeat(random.normal(size=(100, 48)), 3, axis=0), np.repeat(np.arange(100), 3)
    labels = np.repeat(random.integers(0, 3, 100), 3)
    assert (out_of_fold(noise, labels).argmax(axis=1) == labels).mean() > 0.9
    assert (out_of_fold(noise, labels, groups=groups).argmax(axis=1) == labels).mean() < 0.5


def test_it_is_right_stays_out_and_is_not_counted() -> None:
    embeddings, labels, _ = planted()
    before = judged(embeddings, labels)
    right = np.zeros(len(labels), bool)
    right[before.positions[:10]] = True
    after = judged(embeddings, labels, right=right)
    assert after.positions.tolist() == before.positions[10:].tolist()
    assert after.estimate.wrong < before.estimate.wrong - 5


def test_the_estimate_is_near_what_was_planted_in_all_and_for_each_label() -> None:
    embeddings, labels, wrong = planted(1200, 0.1)
    estimate = judged(embeddings, labels).estimate
    assert estimate.low <= len(wrong) <= estimate.high and abs(estimate.wrong - len(wrong)) < 0.3 * len(wrong)
    assert estimate.by_label == pytest.approx(np.bincount(labels[wrong]), abs=14)
    assert judged(*planted(1200, 0)[:2]).estimate.wrong < 6


def test_confident_learning_counts_the_same_images_as_cleanlab() -> None:
    embeddings, labels, _ = planted(600, 0.15)
    asked = out_of_fold(embeddings + np.random.default_rng(5).normal(0, 0.1, embeddings.shape), labels)
    found = find_mistakes(asked, labels)
    theirs = np.flatnonzero(find_label_issues(labels, asked, filter_by="confident_learning", n_jobs=1))
    assert len(theirs) > 60 and len(np.setxor1d(found.positions[found.likely], theirs)) <= 0.05 * len(theirs)


def test_a_rare_label_is_not_full_of_mistakes_and_nothing_is_estimated_of_it() -> None:
    embeddings, truth = kinds_of(600, kinds=6)
    few = np.flatnonzero(truth == 5)[:4]
    kept = np.concatenate([np.flatnonzero(truth < 5), few])
    found = judged(embeddings[kept], truth[kept])
    assert not np.isin(np.arange(len(kept) - 4, len(kept)), found.positions[:5]).all()
    assert np.isnan(found.estimate.by_label).tolist() == [False] * 5 + [True]


def test_a_label_with_a_single_image_is_said_and_not_suspected() -> None:
    embeddings, truth = kinds_of(120, kinds=3)
    lonely = np.append(truth, 3)
    found = judged(np.concatenate([embeddings, -embeddings[:1]]), lonely)
    assert found.alone.tolist() == [3] and 120 not in found.positions
    twins = find_mistakes(
        out_of_fold(embeddings[:6], [0, 0, 0, 0, 1, 1]), np.array([0, 0, 0, 0, 1, 1]), groups=np.array([0, 1, 2, 3, 4, 4])
    )
    assert twins.alone.tolist() == [1]


def test_why_is_said_by_the_nearest_images_from_a_graph_or_searched_for() -> None:
    embeddings, labels, _ = planted()
    searched, known = (
        judged(embeddings, labels, embeddings=embeddings, limit=5),
        judged(embeddings, labels, graph=graph(embeddings), limit=5),
    )
    assert searched.neighbors is not None and known.neighbors is not None
    assert searched.neighbors.positions.tolist() == known.neighbors.positions.tolist()
    assert (labels[searched.neighbors.positions[0]] == searched.suggestions[0]).mean() > 0.5
    assert judged(embeddings, labels).neighbors is None


def test_why_is_not_searched_for_at_the_end_of_open_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    embeddings, labels, _ = planted()
    whole = judged(embeddings, labels, embeddings=embeddings)
    monkeypatch.setattr(mistakes, "_FIRST", 5)
    found, asked = judged(embeddings, labels, embeddings=embeddings), whole.likely | (np.arange(len(whole.likely)) < 5)
    assert found.neighbors is not None and whole.neighbors is not None and 5 < asked.sum() < len(asked)
    assert (found.neighbors.positions[asked] == whole.neighbors.positions[asked]).all()
    assert (found.neighbors.positions[~asked] == -1).all() and np.isnan(found.neighbors.distances[~asked]).all()


def test_two_opinions_are_better_than_one_but_not_of_images_that_the_second_learnt_from() -> None:
    embeddings, labels, wrong = planted(800, 0.1)
    random = np.random.default_rng(3)
    one, other = (out_of_fold(embeddings + random.normal(0, 0.2, embeddings.shape), labels) for _ in range(2))

    def hits(asked: np.ndarray) -> float:
        return float(np.isin(find_mistakes(asked, labels).positions[: len(wrong)], wrong).mean())

    assert hits(combine_opinions(one, other)) > max(hits(one), hits(other))
    by_heart = np.eye(6, dtype=np.float32)[labels]
    assert hits(combine_opinions(one, by_heart, learnt_from=np.ones(800, bool))) == hits(one)


def test_the_same_seed_gives_the_same_twice_from_half_precision_too() -> None:
    embeddings, labels, _ = planted(200)
    first = out_of_fold(embeddings.astype(np.float16), labels, seed=3)
    assert (first == out_of_fold(embeddings.astype(np.float16), labels, seed=3)).all()
    assert np.abs(first - out_of_fold(embeddings, labels, seed=3)).max() < 0.05


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_next_to_no_images_are_answered_without_a_warning(count: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = judged(np.eye(4)[:count], np.arange(count) % 2)
    assert found.estimate.wrong == 0 and set(found.positions) <= {0, 2}


def test_images_that_are_all_the_same_and_a_single_label_are_answered() -> None:
    labels = np.arange(30) % 3
    assert out_of_fold(np.ones((30, 8), np.float16), labels) == pytest.approx(1 / 3, abs=0.1)
    assert len(judged(np.ones((30, 8)), np.zeros(30, int)).positions) == 0
    assert out_of_fold(np.eye(6), np.array([0, 0, 0, 2, 2, 2]), label_count=5)[:, [1, 3, 4]].max() == 0


def test_what_does_not_fit_together_is_said() -> None:
    with pytest.raises(ExploreError, match="Row 2 of the embeddings holds NaN"):
        out_of_fold(np.array([[1.0, 0], [0, 1], [np.nan, 1]]), np.array([0, 1, 0]))
    with pytest.raises(ExploreError, match="Label 4 has no column"):
        find_mistakes(np.full((2, 2), 0.5), np.array([0, 4]))
    with pytest.raises(ExploreError, match="both must be of the same images and labels"):
        combine_opinions(np.full((2, 2), 0.5), np.full((3, 2), 0.5))


def test_judging_can_be_broken_off_and_tells_how_far_it_is() -> None:
    embeddings, labels, _ = planted()
    shares: list[float] = []
    out_of_fold(embeddings, labels, tick=shares.append)
    assert shares == sorted(shares) and 0 < shares[0] < 0.2 and shares[-1] == pytest.approx(1)

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        out_of_fold(embeddings, labels, tick=stop)
