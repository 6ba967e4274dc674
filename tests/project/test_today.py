"""How a run stands today, and beside the run before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.errors import NoFigures
from cvwidgets.project.about import write_about
from tests.tried import tried_run


def test_a_run_stands_beside_the_one_before_it_on_the_test_images_of_both(twenty: Project) -> None:
    first, second = tried_run(twenty, wrong=[0, 1]), tried_run(twenty, wrong=[1])
    assert twenty.runs.today(first).beside is None
    today = twenty.runs.today("2")
    assert today.beside == twenty.runs.compare(first, second)
    assert (today.scores.accuracy[0], today.beside.difference) == (0.75, 0.25)
    assert today.changes is not None and today.changes.images == 0


def test_it_follows_what_was_put_right(twenty: Project) -> None:
    _, second = tried_run(twenty, wrong=[0]), tried_run(twenty, wrong=[1])
    scores = twenty.runs.today(second).scores
    wrong = scores.truth != scores.said
    twenty.images.view(scores.ids[wrong].tolist()).assign(scores.labels[scores.said[wrong][0]])
    today = twenty.runs.today(second)
    assert today.beside is not None and [one.accuracy for one in today.beside.runs] == [0.5, 1.0]
    assert today.changes is not None and today.changes.relabelled == 1


def test_runs_that_were_not_tried_tell_other_labels_apart_or_were_deleted_are_passed_over(twenty: Project) -> None:
    first = tried_run(twenty, wrong=[])
    tried_run(twenty, wrong=[], depth=1)
    (tried_run(twenty, wrong=[]).folder / "said" / "test.npz").unlink()
    tried_run(twenty, wrong=[]).delete()
    last = tried_run(twenty, wrong=[0])
    beside = twenty.runs.today(last).beside
    assert beside is not None and beside.runs[0].run == first.name


def test_the_run_that_was_trained_again_comes_before_the_last_one(twenty: Project) -> None:
    first, _, third = (tried_run(twenty, wrong=[]) for _ in range(3))
    write_about(third.folder, beside=first.name)
    beside = twenty.runs.today(third).beside
    assert beside is not None and beside.runs[0].run == first.name


def test_runs_that_share_no_test_image_do_not_stand_beside_each_other(twenty: Project, draw: Callable[..., Path], tmp_path: Path) -> None:
    tried_run(twenty, wrong=[])
    twenty.images.view(twenty.images.select(state="kept").ids.tolist()).trash()
    for seed in range(200, 210):
        draw(f"more/red/{seed}.jpg", seed=seed, color="red")
        draw(f"more/blue/{seed}.jpg", seed=100 + seed, color="blue")
    twenty.images.add(tmp_path / "more")
    assert twenty.runs.today(tried_run(twenty, wrong=[])).beside is None


def test_a_run_without_figures_does_not_stand_anywhere(twenty: Project) -> None:
    run = tried_run(twenty, wrong=[])
    (run.folder / "said" / "test.npz").unlink()
    with pytest.raises(NoFigures, match="has not been tried on test images"):
        twenty.runs.today(run)
