from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import datasets
import pytest
import torch
from datasets import ClassLabel, Dataset, DatasetDict, Features
from PIL import Image
from safetensors.torch import load_file

from cvwidgets.errors import NoModel, RecipeError, TrainingFailed
from cvwidgets.learn import evaluate, iterate, train
from cvwidgets.learn.training import set_up
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch, Step
from cvwidgets.vision import load_classifier, new_classifier, save_classifier

Drawn = Callable[..., Path]


@pytest.fixture
def recipe(tiny_base: Path) -> Recipe:
    return Recipe(base=str(tiny_base), epochs=2, head_first=False, batch_size=8, learning_rate=3e-3, precision="float32")


def _lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_the_starter_learns_to_tell_three_colors(drawn: Drawn, tmp_path: Path) -> None:
    epochs = list(train(drawn(12), Recipe(epochs=3, batch_size=8, image_size=64), tmp_path / "run"))
    assert max(epoch.valid_accuracy for epoch in epochs) > 0.9
    assert json.loads((tmp_path / "run/evaluation.json").read_text())["accuracy"] > 0.9


def test_what_is_yielded_is_what_is_written(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    records = list(iterate(drawn(), recipe, tmp_path / "run"))
    assert [asdict(r) for r in records if isinstance(r, Step)] == _lines(tmp_path / "run/steps.jsonl")
    assert [asdict(r) for r in records if isinstance(r, Epoch)] == _lines(tmp_path / "run/epochs.jsonl")
    assert [r.number for r in records if isinstance(r, Step)] == [1, 2, 3, 4] * 2
    assert Recipe.from_json(json.loads((tmp_path / "run/recipe.json").read_text())) == recipe


def test_places_may_be_plain_strings(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    snapshot, run, cache = str(drawn()), str(tmp_path / "run"), str(tmp_path / "cache")
    assert next(train(snapshot, recipe, run, cache=cache)).number == 1
    assert evaluate(snapshot, run, cache=cache).images == 30
    assert isinstance(next(iterate(snapshot, recipe, str(tmp_path / "next"), cache=cache, start=f"{run}/best")), Step)
    assert {f.name for f in (tmp_path / "run").iterdir()} >= {"best", "evaluation.json"} and any((tmp_path / "cache").iterdir())


def test_best_is_a_model_that_others_can_load(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    list(train(drawn(), recipe, tmp_path / "run"))
    best = tmp_path / "run/best"
    assert {f.name for f in best.iterdir()} == {"model.safetensors", "config.json", "preprocessor_config.json", "recipe.json"}
    assert load_classifier(best).labels == ("red", "green", "blue")
    assert not [f for f in (tmp_path / "run").rglob("*") if f.suffix in (".bin", ".pt", ".pkl")]


def test_files_of_a_run_may_be_read_by_whoever_may_read_new_files(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    next(train(drawn(), recipe, tmp_path / "run"))
    (tmp_path / "new").touch()
    files = [file for file in (tmp_path / "run").rglob("*") if file.is_file()]
    assert {file.stat().st_mode for file in files} == {(tmp_path / "new").stat().st_mode}
    assert {"model.safetensors", "state.json"} <= {file.name for file in files}


def test_the_same_recipe_and_pictures_give_the_same_numbers(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    snapshot = drawn()
    runs = [list(iterate(snapshot, recipe, tmp_path / name, cache=tmp_path / "cache")) for name in ("a", "b")]
    assert [(r.loss, r.lr) for r in runs[0] if isinstance(r, Step)] == [(r.loss, r.lr) for r in runs[1] if isinstance(r, Step)]
    assert (tmp_path / "a/best/model.safetensors").read_bytes() == (tmp_path / "b/best/model.safetensors").read_bytes()


def test_training_leaves_the_callers_chance_and_threads_alone(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    snapshot, threads = drawn(), torch.get_num_threads()
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    list(train(snapshot, recipe, tmp_path / "run"))
    assert torch.equal(torch.rand(1), expected)
    assert torch.get_num_threads() == threads


def test_the_stop_file_is_answered_after_a_batch_and_leaves_a_model(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    records = iterate(drawn(), recipe, tmp_path / "run")
    next(records)
    (tmp_path / "run/stop").touch()
    assert list(records) == []
    assert (tmp_path / "run/best/model.safetensors").is_file()
    assert not (tmp_path / "run/evaluation.json").exists()


def test_a_stopped_run_is_tested_when_its_figures_are_asked_for(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    snapshot = drawn()
    records = iterate(snapshot, recipe, tmp_path / "run")
    next(records)
    records.close()
    found = evaluate(snapshot, tmp_path / "run")
    assert (found.part, found.images) == ("test", 30)
    assert evaluate(snapshot, tmp_path / "run") == found
    with pytest.raises(NoModel, match="has no best model yet"):
        evaluate(snapshot, tmp_path / "other")


def test_pictures_of_the_test_part_are_asked_once_and_take_no_room_in_the_cache(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    list(train(drawn(), recipe, tmp_path / "run", cache=tmp_path / "cache"))
    assert len(list((tmp_path / "cache").rglob("*.npy"))) == 30 == len(list((tmp_path / "cache").rglob("*.jpg")))


def test_closing_the_loop_of_epochs_stops_the_training(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    epochs = train(drawn(), recipe, tmp_path / "run")
    next(epochs)
    epochs.close()
    assert len(_lines(tmp_path / "run/epochs.jsonl")) == 1
    assert json.loads((tmp_path / "run/resume/state.json").read_text())["epoch"] == 2


def test_a_finished_run_has_nothing_left_to_do(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    snapshot = drawn()
    list(train(snapshot, recipe, tmp_path / "run"))
    assert list(iterate(snapshot, recipe, tmp_path / "run")) == []
    assert len(_lines(tmp_path / "run/epochs.jsonl")) == 2
    assert [f.name for f in (tmp_path / "run/resume").iterdir()] == ["state.json"]


def test_a_folder_is_one_run(drawn: Drawn, recipe: Recipe, tmp_path: Path, tiny_base: Path) -> None:
    snapshot = drawn()
    next(train(snapshot, recipe, tmp_path / "run"))
    with pytest.raises(RecipeError, match="holds a run of another recipe"):
        next(train(snapshot, Recipe(base=str(tiny_base), epochs=3, head_first=False), tmp_path / "run"))


def test_pictures_that_cannot_be_read_are_left_out_and_listed(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    snapshot = drawn()
    (tmp_path / "pictures/train-0-3.jpg").unlink()
    (tmp_path / "pictures/valid-1-2.jpg").write_bytes(b"not any more")
    list(train(snapshot, recipe, tmp_path / "run"))
    left_out = json.loads((tmp_path / "run/environment.json").read_text())["left_out"]
    assert sorted(Path(entry["path"]).name for entry in left_out) == ["train-0-3.jpg", "valid-1-2.jpg"]
    assert all(entry["reason"] for entry in left_out)


def test_too_many_pictures_gone_is_a_sentence_before_anything_is_learnt(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    snapshot = drawn()
    for file in list((tmp_path / "pictures").glob("train-*"))[:12]:
        file.unlink()
    with pytest.raises(TrainingFailed, match=r"of 90 pictures cannot be read.*relink them"):
        next(iterate(snapshot, recipe, tmp_path / "run"))


def test_a_loss_that_is_no_number_ends_the_run_and_spoils_nothing(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    classifier = new_classifier(tiny_base, ["red", "green", "blue"])
    classifier.model.classifier.bias.data.fill_(float("inf"))
    save_classifier(classifier, tmp_path / "overflown")
    recipe = Recipe(base=str(tmp_path / "overflown"), batch_size=8, head_first=False, precision="float32")
    with pytest.raises(TrainingFailed, match=r"loss is no number any more in step 1 of epoch 1.*learning_rate a third of it"):
        list(iterate(drawn(), recipe, tmp_path / "run"))
    assert not (tmp_path / "run/best").exists()


def test_the_time_of_an_epoch_holds_its_judging(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    snapshot, ended = drawn(60), 0.0
    for record in iterate(snapshot, replace(recipe, epochs=1), tmp_path / "run"):
        if isinstance(record, Step):
            ended = time.perf_counter()
        else:
            judging = time.perf_counter() - ended
            assert record.seconds - 180 / record.images_per_second > 0.3 * judging


@pytest.mark.parametrize(("batch_size", "parts", "each"), [(8, 2, 9), (9, 3, 10)])
def test_accumulating_learns_the_same_as_a_larger_batch(
    drawn: Drawn, still_base: Path, tmp_path: Path, batch_size: int, parts: int, each: int
) -> None:
    shared = {"base": str(still_base), "epochs": 2, "head_first": False, "choose_by": "last", "balance": "weights", "precision": "float32"}
    whole = Recipe(**shared, batch_size=batch_size)  # type: ignore[arg-type]
    pieces = replace(whole, batch_size=batch_size // parts, accumulation=parts)
    snapshot = drawn(each)
    (tmp_path / "pictures/train-0-3.jpg").write_bytes(b"no picture")
    one, other = (
        [r.loss for r in iterate(snapshot, recipe, tmp_path / f"by-{recipe.batch_size}") if isinstance(r, Step)]
        for recipe in (whole, pieces)
    )
    assert len(one) == 2 * -(-3 * each // batch_size) and other == pytest.approx(one, abs=1e-6)
    learnt, again = (load_file(tmp_path / f"by-{recipe.batch_size}/best/model.safetensors") for recipe in (whole, pieces))
    for name, weight in learnt.items():
        torch.testing.assert_close(again[name], weight, rtol=0, atol=1e-6)


@pytest.mark.parametrize("augmentation", ["none", "strong"])
def test_every_augmentation_trains(drawn: Drawn, tiny_base: Path, tmp_path: Path, augmentation: str) -> None:
    recipe = Recipe(base=str(tiny_base), epochs=1, head_first=False, batch_size=8, augmentation=augmentation, precision="bfloat16")  # type: ignore[arg-type]
    assert [epoch.number for epoch in train(drawn(4), recipe, tmp_path / "run")] == [1]


def test_any_dataset_of_the_hub_trains_without_a_project(recipe: Recipe, tmp_path: Path) -> None:
    pictures = [Image.new("RGB", (40, 30), (250 * (i % 2), i, 0)) for i in range(40)]
    features = Features({"image": datasets.Image(), "label": ClassLabel(names=["black", "red"])})
    table = Dataset.from_dict({"image": pictures, "label": [i % 2 for i in range(40)]}, features=features)
    assert [epoch.number for epoch in train(DatasetDict({"train": table}), recipe, tmp_path / "run")] == [1, 2]
    assert sum(json.loads((tmp_path / "run/environment.json").read_text())["images"].values()) == 40


def test_another_training_seed_never_moves_the_test_part(recipe: Recipe, draw: Drawn, tmp_path: Path) -> None:
    files = [str(draw(f"{i}.png", seed=i)) for i in range(20)]
    table = DatasetDict({"train": Dataset.from_dict({"path": files, "label": ["even", "odd"] * 10})})
    changes: list[dict[str, int]] = [{}, {"seed": 1}, {"split_seed": 1}]
    runs = [set_up(table, replace(recipe, **c), tmp_path / str(c), cache=None, start=None) for c in changes]  # type: ignore[arg-type]
    first, other_seed, other_split = (run.batches.collection.parts["test"] for run in runs)
    assert first == other_seed != other_split


def test_a_run_may_go_on_from_another_runs_best(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    snapshot = drawn()
    first = list(train(snapshot, recipe, tmp_path / "first"))
    again = [r for r in iterate(snapshot, recipe, tmp_path / "second", start=tmp_path / "first/best") if isinstance(r, Epoch)]
    assert again[0].train_loss < first[0].train_loss
