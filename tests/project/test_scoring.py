from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cvwidgets import Project, Recipe
from cvwidgets.errors import NoFigures, UnknownRun
from cvwidgets.evaluation import paired_difference, wilson
from cvwidgets.project import comparing
from cvwidgets.project.scoring import score
from cvwidgets.store.groups import Grouping
from tests.tried import answered_run, tried_run

Draw = Callable[..., Path]


def test_scores_say_what_the_figures_of_the_run_say_as_long_as_nothing_changed(twenty: Project) -> None:
    run = tried_run(twenty, wrong=[1])
    scores = twenty.runs.scores(run)
    evaluation = run.evaluation()
    assert evaluation is not None
    assert scores.accuracy == pytest.approx((evaluation.accuracy, evaluation.low, evaluation.high))
    assert scores.counts.tolist() == [list(row) for row in evaluation.confusion] and (scores.gone, scores.corrected) == (0, 0)


def test_each_label_is_scored_as_the_figures_of_the_run_say_as_long_as_nothing_changed(twenty: Project) -> None:
    evaluation = (run := answered_run(twenty, sure=1.0)).evaluation()
    scores = twenty.runs.scores(run)
    assert evaluation is not None and scores.of_labels == evaluation.labels
    assert (scores.macro_f1, scores.top3) == pytest.approx((evaluation.macro_f1, evaluation.top3))
    assert 0 < scores.macro_f1 < 1


def test_a_label_is_scored_by_its_images_of_today(twenty: Project) -> None:
    run = tried_run(twenty, wrong=[0])
    scores = twenty.runs.scores(run)
    [(label, said, count)] = scores.cells()
    twenty.images.view(scores.ids[scores.truth != scores.said].tolist()).assign(said)
    again = {one.label: one for one in twenty.runs.scores(run).of_labels}
    before = {one.label: one for one in scores.of_labels}
    assert (count, before[label].recall, before[said].precision) == (1, 0.5, pytest.approx(2 / 3))
    assert (again[label].support, again[said].support) == (1, 3) and twenty.runs.scores(run).cells() == []
    assert {one.f1 for one in again.values()} == {1.0} and twenty.runs.scores(run).macro_f1 == 1.0


def test_the_right_label_is_looked_for_among_three(project: Project, draw: Draw, tmp_path: Path) -> None:
    for number, color in enumerate(("red", "blue", "green", "gold", "gray")):
        for seed in range(5):
            draw(f"heap/{color}/{seed}.jpg", seed=100 * number + seed, color=color)
    project.images.add(tmp_path / "heap")
    run = answered_run(project, sure=0.5)
    scores, evaluation = project.runs.scores(run), run.evaluation()
    assert evaluation is not None and scores.top3 == evaluation.top3
    assert scores.accuracy[0] < scores.top3 < 1


def test_an_image_whose_label_was_corrected_counts_by_its_new_label(twenty: Project) -> None:
    run = tried_run(twenty, wrong=[0])
    scores = twenty.runs.scores(run)
    wrong = scores.ids[scores.truth != scores.said].tolist()
    twenty.images.view(wrong).assign(scores.labels[scores.said[scores.truth != scores.said][0]])
    again = twenty.runs.scores(run)
    assert (scores.accuracy[0], again.accuracy[0], again.corrected) == (0.75, 1.0, 1)


def test_an_image_that_was_trashed_does_not_count(twenty: Project) -> None:
    run = tried_run(twenty, wrong=[0])
    scores = twenty.runs.scores(run)
    twenty.images.view(scores.ids[scores.truth != scores.said].tolist()).trash()
    again = twenty.runs.scores(run)
    assert (len(again.ids), again.gone, again.accuracy[0]) == (3, 1, 1.0)


def test_a_label_that_came_since_is_one_that_the_run_cannot_say(twenty: Project) -> None:
    run = tried_run(twenty, wrong=[])
    twenty.labels.add("green")
    twenty.images.view(twenty.runs.scores(run).ids[:1].tolist()).assign("green")
    again = twenty.runs.scores(run)
    assert again.labels == ("blue", "red", "green") and again.accuracy[0] == 0.75


def test_two_runs_are_compared_on_the_same_images_by_todays_labels(twenty: Project) -> None:
    first, second = tried_run(twenty, wrong=[0, 1]), tried_run(twenty, wrong=[1], epochs=9)
    found = twenty.runs.compare(first.name, second.name)
    before, after = found.runs
    assert (found.images, before.accuracy, after.accuracy, found.difference) == (4, 0.5, 0.75, 0.25)
    assert (len(after.alone), before.alone, found.otherwise, found.disputed) == (1, (), (), after.alone)
    assert found.low < 0 < 0.25 < found.high and found.recipe == (("epochs", Recipe().epochs, 9),)
    assert sum(one.images for one in found.labels) == 4
    assert sum(one.images * one.right[1] for one in found.labels) == 3
    back = twenty.runs.compare(second, first)
    assert (back.difference, back.runs[0].alone) == (-0.25, after.alone)


def test_three_runs_are_each_set_against_the_first(twenty: Project) -> None:
    runs = [tried_run(twenty, wrong=[0, 1]), tried_run(twenty, wrong=[1, 2], seed=3), tried_run(twenty, wrong=[1], seed=3, epochs=9)]
    found = twenty.runs.compare(*runs)
    assert [(one.run, one.accuracy, one.difference) for one in found.runs] == [("0001", 0.5, 0.0), ("0002", 0.5, 0.0), ("0003", 0.75, 0.25)]
    first, second, third = ({*scores.ids[scores.truth != scores.said].tolist()} for scores in map(twenty.runs.scores, runs))
    assert {*found.disputed} == first ^ second == (first | second) - third
    assert [len(one.alone) for one in found.runs] == [0, 0, 0] and found.otherwise == ()
    assert found.recipe == (("epochs", Recipe().epochs, Recipe().epochs, 9), ("seed", 0, 3, 3))
    assert [sum(one.images * one.right[run] for one in found.labels) for run in range(3)] == [2, 2, 3]
    assert (found.runs[2].low, found.runs[2].high) == wilson(3, 4)


def test_where_folders_stay_whole_intervals_are_as_wide_as_so_few_make_them(
    project: Project, draw: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for color in ("red", "blue"):
        for seed in range(40):
            draw(f"{color}/day {seed // 4}/{seed}.jpg", seed=seed, color=color)
        project.images.add(tmp_path / color, label=color, state="kept")
    first, second = (tried_run(project, wrong, grouping=Grouping("folder")) for wrong in ([0, 1, 2], [0]))
    scores = project.runs.scores(first)
    assert scores.groups is not None and (len({*scores.groups}), len(scores.ids)) == (4, 16)
    alone, grouped = wilson(13, 16), scores.accuracy[1:]
    assert grouped[0] < alone[0] and grouped[1] > alone[1]
    found = project.runs.compare(first, second)
    assert (found.runs[0].low, found.runs[0].high) == grouped
    _, low, high = paired_difference(2, 0, 16)
    assert found.low < low and found.high > high
    monkeypatch.setattr(comparing, "score", lambda store, run, **kept: replace(score(store, run, **kept), groups=groups[run.name]))
    groups = {first.name: None, second.name: scores.groups}  # as of a snapshot that does not name them
    assert project.runs.compare(first, second) == found


def test_images_that_all_runs_have_wrong_in_different_ways_are_told_apart(twenty: Project, draw: Callable[..., Path]) -> None:
    first, second = tried_run(twenty, wrong=[0]), tried_run(twenty, wrong=[1])
    twenty.labels.add("green")
    scores = twenty.runs.scores(first)
    twenty.images.view(scores.ids[scores.truth != scores.said].tolist()).assign("green")
    found = twenty.runs.compare(first, second)
    assert (len(found.disputed), len(found.otherwise), found.corrected) == (2, 1, 1)


@pytest.mark.parametrize("names", [["0001", "1"], ["0001", "0002", "0003", "0004", "0005", "0006"]])
def test_the_same_run_twice_or_six_runs_are_not_compared(twenty: Project, names: list[str]) -> None:
    for _ in range(6):
        tried_run(twenty, wrong=[])
    with pytest.raises(NoFigures, match="two to 5 different runs are needed"):
        twenty.runs.compare(*names)  # type: ignore[arg-type]


def test_what_was_decided_since_a_run_is_counted_by_that_run(twenty: Project) -> None:
    run = tried_run(twenty, wrong=[0])
    ids = twenty.images.select("red", "kept").ids
    twenty.images.view(ids[:2].tolist()).assign("blue")
    twenty.images.view(ids[2:3].tolist()).trash()
    changes = twenty.runs.changes_since("1")
    assert changes is not None and (changes.run, changes.images, changes.relabelled, changes.removed) == ("0001", 3, 2, 1)
    tried_run(twenty, wrong=[])
    latest = twenty.review(run.recipe).changes
    assert latest is not None and (latest.run, latest.images) == ("0002", 0)
    assert twenty.review(run.recipe, since=run).changes == changes
    with pytest.raises(UnknownRun):
        twenty.runs.start(run.recipe, beside="9")
    assert len(twenty.runs.list()) == 2


def test_after_a_correction_both_runs_are_scored_again(twenty: Project) -> None:
    first, second = tried_run(twenty, wrong=[0]), tried_run(twenty, wrong=[0])
    scores = twenty.runs.scores(first)
    mistaken = scores.truth != scores.said
    twenty.images.view(scores.ids[mistaken].tolist()).assign(scores.labels[scores.said[mistaken][0]])
    found = twenty.runs.compare(first, second)
    assert ([one.accuracy for one in found.runs], found.corrected) == ([1.0, 1.0], 1)


def test_a_corrected_test_image_tries_the_next_run_too_and_both_are_scored_by_its_new_label(twenty: Project) -> None:
    first = tried_run(twenty, wrong=[0])
    scores = twenty.runs.scores(first)
    mistaken = scores.truth != scores.said
    twenty.images.view(scores.ids[mistaken].tolist()).assign(scores.labels[scores.said[mistaken][0]])
    second = tried_run(twenty, wrong=[])
    after = twenty.runs.scores(second)
    assert (sorted(after.ids), after.corrected) == (sorted(scores.ids), 0)
    found = twenty.runs.compare(first, second)
    assert (found.images, [one.accuracy for one in found.runs], found.corrected) == (len(scores.ids), [1.0, 1.0], 1)


def test_a_run_that_was_not_tried_yet_says_so(twenty: Project) -> None:
    run = tried_run(twenty, wrong=[])
    (run.folder / "said" / "test.npz").write_bytes(b"cut short")
    with pytest.raises(NoFigures, match="has not been tried on test images"):
        twenty.runs.scores(run)


@pytest.mark.parametrize(("gained", "lost", "images"), [(0, 0, 1), (1, 0, 1), (0, 0, 100), (5, 5, 20), (30, 2, 100), (0, 7, 7), (0, 0, 0)])
def test_the_interval_of_a_difference_holds_it_and_stays_within_what_is_possible(gained: int, lost: int, images: int) -> None:
    difference, low, high = paired_difference(gained, lost, images)
    assert -1 <= low <= difference <= high <= 1 and low < high


def test_intervals_of_differences_hold_the_truth_as_often_as_they_say() -> None:
    random = np.random.default_rng(0)
    held = 0
    for _ in range(2000):
        gained, lost, _ = random.multinomial(150, [0.12, 0.07, 0.81])
        _, low, high = paired_difference(int(gained), int(lost), 150)
        held += low <= 0.05 <= high
    assert 0.93 <= held / 2000 <= 0.97


def test_a_label_that_was_renamed_is_the_same_label(twenty: Project) -> None:
    first, second = tried_run(twenty, wrong=[0]), tried_run(twenty, wrong=[])
    twenty.labels.rename("red", "birds")
    scores = twenty.runs.scores(first)
    assert (scores.accuracy[0], scores.corrected, scores.labels) == (0.75, 0, ("blue", "birds"))
    assert twenty.runs.compare(first, second).runs[1].accuracy == 1.0 and twenty.review().changes.relabelled == 0  # type: ignore[union-attr]


def test_runs_of_other_depths_are_not_compared(twenty: Project) -> None:
    with pytest.raises(NoFigures, match="other depths"):
        twenty.runs.compare(tried_run(twenty, wrong=[]), tried_run(twenty, wrong=[], depth=1))
