"""Training a run further: on what is kept by now, from the best weights of one that is over, which stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cvwidgets import Project, Recipe
from cvwidgets.errors import RecipeError, RunError
from cvwidgets.jobs.lock import Lock
from cvwidgets.project import Run
from cvwidgets.project.card import write_card
from tests.tried import tried_run

SMALL = Recipe(epochs=2, image_size=32, precision="float32", threads=1)
Draw = Callable[..., Path]


@pytest.fixture
def done(filled: Project) -> Run:
    """A run as if it had been trained, with a checkpoint."""
    run = tried_run(filled, wrong=[])
    (run.folder / "best").mkdir()
    (run.folder / "best" / "model.safetensors").write_bytes(b"weights")
    return run


@pytest.mark.slow
def test_a_finished_run_is_trained_further_as_a_new_one_and_stays_as_it_is(filled: Project, draw: Draw, tmp_path: Path) -> None:
    list(filled.train(SMALL))
    first = filled.runs.latest()
    before = {file: file.read_bytes() for file in sorted(first.folder.rglob("*")) if file.is_file()}
    for seed in range(4):
        draw(f"more/green/{seed}.jpg", seed=70 + seed, color="green")
    filled.images.add(tmp_path / "more")
    assert len(list(filled.train(continues="1", epochs=1))) == 1
    second = filled.runs.latest()
    assert (second.name, second.continues, second.about().beside, second.recipe) == ("0002", "0001", "0001", replace(SMALL, epochs=1))
    assert second.environment()["labels"] == ["blue", "green", "red"] and second.evaluation() is not None
    assert {file: file.read_bytes() for file in sorted(first.folder.rglob("*")) if file.is_file()} == before
    list(filled.train(SMALL, continues=second))
    third = filled.runs.latest()
    assert (third.continues, len(third.epochs())) == ("0002", 2)
    assert "going on from the best weights of run 0002" in write_card(third)


def test_a_run_is_trained_further_by_half_its_epochs_or_by_another_recipe_on_its_split(filled: Project, done: Run) -> None:
    assert filled.runs.further(done) == replace(done.recipe, epochs=6)
    quick = tried_run(filled, wrong=[], epochs=1, split_by="folder", base="other")
    assert filled.runs.further(quick.name).epochs == 5
    other = filled.runs.further(quick, Recipe(epochs=30, augmentation="strong"))
    assert (other.epochs, other.augmentation, other.base, other.split_by) == (30, "strong", "other", "folder")


@pytest.mark.parametrize(
    ("field", "value"), [("base", "other"), ("split", (0.8, 0.1, 0.1)), ("split_seed", 1), ("split_by", "folder"), ("split_by", "time")]
)
def test_a_run_is_not_trained_further_on_another_base_or_split(filled: Project, done: Run, field: str, value: object) -> None:
    recipe = Recipe.from_json({**done.recipe.to_json(), field: value})
    with pytest.raises(RecipeError, match=rf"recipe's {field} is .*, that of run 0001 is .* needs the same"):
        filled.runs.start(recipe, continues=done)
    with pytest.raises(RecipeError, match="Take that of the run, or begin anew"):
        filled.review(recipe, continues=done)
    assert len(filled.runs.list()) == 1
    filled.review(replace(done.recipe, split_gap=7), continues=done)  # which means nothing where images are not split by time


def test_a_run_without_a_checkpoint_deleted_or_under_way_is_not_trained_further(filled: Project, done: Run) -> None:
    with pytest.raises(RunError, match="Run 0002 has no checkpoint"):
        filled.runs.start(continues=tried_run(filled, wrong=[]))
    done.delete()
    with pytest.raises(RunError, match=r"was deleted.*Bring it back first"):
        filled.runs.start(continues="1")
    done.restore()
    (done.folder / "end.json").unlink()
    with Lock(done.folder / "job.lock"), pytest.raises(RunError, match="is under way"):
        filled.runs.start(continues="1")


def test_before_the_start_it_is_said_which_weights_and_which_labels_are_new_or_gone(
    filled: Project, done: Run, draw: Draw, tmp_path: Path
) -> None:
    (done.folder / "environment.json").write_text(json.dumps({"labels": ["blue", "owl", "red"]}))
    draw("more/elk/1.jpg", seed=70)
    filled.images.add(tmp_path / "more")
    review = filled.review(continues=done)
    begins, new, gone, *_ = review.warnings
    assert begins == "It begins with the best weights of run 0001, those of epoch 1, in place of the base."
    assert new == "Run 0001 does not know 'elk': the last layer is learnt anew first, and all layers go on from there."
    assert gone == "'owl' is not kept any more: the last layer goes on without."
    assert review.changes and (review.changes.run, review.changes.added) == ("0001", 1)


def test_weights_that_a_run_may_need_to_go_on_are_not_emptied(filled: Project, done: Run) -> None:
    child = filled._store.runs.add(recipe=done.recipe.to_json(), snapshot=None, continues=done.name, by="ann")
    (child.folder / "end.json").write_text(json.dumps({"state": "stopped", "reason": None, "started": None, "ended": None}))
    done.delete()
    assert filled.runs.empty() == 0 and (done.folder / "best").is_dir()
    (child.folder / "end.json").write_text(json.dumps({"state": "done", "reason": None, "started": None, "ended": None}))
    assert filled.runs.empty() > 0 and not (done.folder / "best").exists()


def test_a_run_tells_how_many_images_of_its_snapshot_each_part_has(done: Run) -> None:
    assert done.images is not None and sum(done.images) == 10 and done.continues is None
