"""How a run stands today, and beside the run before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.errors import NoFigures
from cvwidgets.project.about import write_about
from tests.tried import tried_run


@pytest.fixture
def filled(project: Project, draw: Callable[..., Path], tmp_path: Path) -> Project:
    """Ten pictures of each of two labels."""
    for seed in range(10):
        draw(f"heap/red/{seed}.jpg", seed=seed, color="red")
        draw(f"heap/blue/{seed}.jpg", seed=100 + seed, color="blue")
    project.images.add(tmp_path / "heap")
    return project


def test_a_run_stands_beside_the_one_before_it_on_the_test_images_of_both(filled: Project) -> None:
    first, second = tried_run(filled, wrong=[0, 1]), tried_run(filled, wrong=[1])
    assert filled.runs.today(first).beside is None
    today = filled.runs.today("2")
    assert today.beside == filled.runs.compare(first, second)
    assert (today.scores.accuracy[0], today.beside.difference) == (0.75, 0.25)
    assert today.changes is not None and today.changes.images == 0


def test_it_follows_what_was_put_right(filled: Project) -> None:
    _, second = tried_run(filled, wrong=[0]), tried_run(filled, wrong=[1])
    scores = filled.runs.today(second).scores
    wrong = scores.truth != scores.said
    filled.images.view(scores.ids[wrong].tolist()).assign(scores.labels[scores.said[wrong][0]])
    today = filled.runs.today(second)
    assert today.beside is not None and [one.accuracy for one in today.beside.runs] == [0.5, 1.0]
    assert today.changes is not None and today.changes.relabelled == 1


def test_runs_that_were_not_tried_tell_other_labels_apart_or_were_deleted_are_passed_over(filled: Project) -> None:
    first = tried_run(filled, wrong=[])
    tried_run(filled, wrong=[], depth=1)
    (tried_run(filled, wrong=[]).folder / "said" / "test.npz").unlink()
    tried_run(filled, wrong=[]).delete()
    last = tried_run(filled, wrong=[0])
    beside = filled.runs.today(last).beside
    assert beside is not None and beside.runs[0].run == first.name


def test_the_run_that_was_trained_again_comes_before_the_last_one(filled: Project) -> None:
    first, _, third = (tried_run(filled, wrong=[]) for _ in range(3))
    write_about(third.folder, beside=first.name)
    beside = filled.runs.today(third).beside
    assert beside is not None and beside.runs[0].run == first.name


def test_runs_that_share_no_test_image_do_not_stand_beside_each_other(filled: Project, draw: Callable[..., Path], tmp_path: Path) -> None:
    tried_run(filled, wrong=[])
    filled.images.view(filled.images.select(state="kept").ids.tolist()).trash()
    for seed in range(200, 210):
        draw(f"more/red/{seed}.jpg", seed=seed, color="red")
        draw(f"more/blue/{seed}.jpg", seed=100 + seed, color="blue")
    filled.images.add(tmp_path / "more")
    assert filled.runs.today(tried_run(filled, wrong=[])).beside is None


def test_a_run_without_figures_does_not_stand_anywhere(filled: Project) -> None:
    run = tried_run(filled, wrong=[])
    (run.folder / "said" / "test.npz").unlink()
    with pytest.raises(NoFigures, match="has not been tried on test images"):
        filled.runs.today(run)
