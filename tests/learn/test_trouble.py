"""What goes wrong while a run trains, or before it goes on, is said in a sentence, and what was learnt before is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from cvwidgets.errors import NoModel, TrainingFailed
from cvwidgets.learn import evaluate, iterate, train
from cvwidgets.recipe import Recipe
from cvwidgets.vision import load_classifier

Drawn = Callable[..., Path]


@pytest.fixture
def recipe(tiny_base: Path) -> Recipe:
    return Recipe(base=str(tiny_base), epochs=3, batch_size=8, learning_rate=3e-3, precision="float32", threads=1)


@pytest.fixture
def stopped(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> Path:
    """A run that was left after its first epoch; its snapshot lies beside it."""
    next(train(drawn(), recipe, tmp_path / "run"))
    return tmp_path / "run"


def tensors_of(run: Path) -> Path:
    """Where the tensors lie that going on begins with."""
    [file] = (run / "resume").glob("*.safetensors")
    return file


def test_a_loss_that_becomes_no_number_is_said_with_its_step_and_the_best_so_far_stays(stopped: Path, recipe: Recipe) -> None:
    tensors = load_file(tensors_of(stopped))
    tensors["model.classifier.bias"].fill_(float("nan"))
    save_file(tensors, tensors_of(stopped))
    best = (stopped / "best/model.safetensors").read_bytes()
    with pytest.raises(TrainingFailed, match=r"no number any more in step 1 of epoch 2; the learning rate 0.003 is too high"):
        list(train(stopped / "../snapshot", recipe, stopped))
    assert (stopped / "best/model.safetensors").read_bytes() == best
    assert evaluate(stopped / "../snapshot", stopped).images == 30


def test_pictures_deleted_while_a_run_trains_are_left_out_and_said(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    records = iterate(drawn(), recipe, tmp_path / "run")
    next(records)
    (tmp_path / "pictures/valid-1-2.jpg").unlink(), (tmp_path / "pictures/test-0-3.jpg").unlink()
    list(records)
    left_out = json.loads((tmp_path / "run/environment.json").read_text())["left_out"]
    assert sorted(Path(left["path"]).name for left in left_out) == ["test-0-3.jpg", "valid-1-2.jpg"]
    assert json.loads((tmp_path / "run/evaluation.json").read_text())["images"] == 29


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda run: tensors_of(run).write_bytes(tensors_of(run).read_bytes()[:-100]), "is gone or cut short"),
        (lambda run: tensors_of(run).unlink(), "is gone or cut short"),
        (lambda run: (run / "resume/state.json").write_text('{"tensors": "sta'), "is damaged"),
    ],
    ids=["tensors cut", "tensors gone", "facts cut"],
)
def test_a_state_that_is_damaged_is_said_and_the_best_model_can_be_used(
    stopped: Path, recipe: Recipe, damage: Callable[[Path], object], said: str
) -> None:
    damage(stopped)
    with pytest.raises(
        TrainingFailed, match=rf"The state in .*resume' {said}.*Start a new run by the same recipe. The best model .* is kept"
    ):
        next(train(stopped / "../snapshot", recipe, stopped))
    assert len((stopped / "epochs.jsonl").read_text().splitlines()) == 1
    assert load_classifier(stopped / "best").labels == ("red", "green", "blue")


def test_a_run_that_an_older_version_began_goes_on_or_says_why_not(stopped: Path, recipe: Recipe) -> None:
    values = json.loads((stopped / "recipe.json").read_text())
    del values["patience"], values["choose_by"]  # fields that came later
    (stopped / "recipe.json").write_text(json.dumps(values))
    assert next(train(stopped / "../snapshot", recipe, stopped)).number == 2
    state = json.loads((stopped / "resume/state.json").read_text())
    state["best_accuracy"] = state.pop("best_merit")
    (stopped / "resume/state.json").write_text(json.dumps(state))
    with pytest.raises(TrainingFailed, match=r"written by another version of cvwidgets, with other facts; .* Start a new run"):
        next(train(stopped / "../snapshot", recipe, stopped))


def test_a_state_that_lacks_what_is_learnt_now_says_so(stopped: Path, recipe: Recipe) -> None:
    tensors = {name: tensor for name, tensor in load_file(tensors_of(stopped)).items() if not name.startswith("average")}
    save_file(tensors, tensors_of(stopped))
    with pytest.raises(TrainingFailed, match="written by another version of cvwidgets, which learnt otherwise"):
        next(train(stopped / "../snapshot", recipe, stopped))


def test_a_best_model_that_is_cut_short_is_said_to_be_so(stopped: Path) -> None:
    file = stopped / "best/model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(NoModel, match=r"The best model in .*best' is damaged \(.*\); its figures need it whole. Start a new run"):
        evaluate(stopped / "../snapshot", stopped)
