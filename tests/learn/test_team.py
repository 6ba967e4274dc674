"""Several processes train one run: through the real launcher, two of them on the CPU, beside one process alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cvwidgets.learn import train
from cvwidgets.learn.said import read_said
from cvwidgets.learn.team import Team
from cvwidgets.recipe import Recipe
from cvwidgets.vision import new_classifier, save_classifier
from tests.conftest import until

Drawn = Callable[..., Path]
LAUNCH = "accelerate.commands.launch --multi_gpu --num_processes 2 --num_machines 1 --mixed_precision no --dynamo_backend no"
COMMAND = [sys.executable, "-m", *LAUNCH.split(), "--main_process_port", "0", "-m", "cvwidgets.learn"]


@pytest.fixture
def recipe(still_base: Path) -> Recipe:
    """All that a recipe may ask for."""
    shared = {"learning_rate": 3e-3, "precision": "float32", "balance": "weights", "threads": 1}
    return Recipe(base=str(still_base), epochs=3, batch_size=8, accumulation=2, **shared)  # type: ignore[arg-type]


def ready(folder: Path, recipe: Recipe) -> Path:
    """A run folder that asks for a recipe on the snapshot beside it."""
    folder.mkdir()
    (folder / "recipe.json").write_text(json.dumps(recipe.to_json()))
    (folder / "run.json").write_text(json.dumps({"snapshot": "../snapshot", "cache": f"../cache-{folder.name}", "continues": None}))
    return folder


def facts(folder: Path) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """The steps that have a loss and the epochs, without what was measured by a clock."""
    steps, epochs = ([json.loads(line) for line in (folder / name).read_text().splitlines()] for name in ("steps.jsonl", "epochs.jsonl"))
    learnt = [(step["epoch"], step["number"], step["lr"], step["loss"]) for step in steps if step["loss"] is not None]
    return learnt, [(epoch["number"], epoch["best"], epoch["train_loss"], epoch["valid_loss"]) for epoch in epochs]


def test_the_shares_of_all_are_the_whole_and_one_alone_has_it_all() -> None:
    rows = np.arange(7)
    shares = [Team(number, 3).share(rows).tolist() for number in range(3)]
    assert sorted(row for share in shares for row in share) == rows.tolist() and {len(share) for share in shares} == {2, 3}
    assert Team().share(rows).tolist() == rows.tolist()
    assert (Team().total(2.5), Team().gather("a"), Team().lead(lambda: "b"), Team().leads) == (2.5, ["a"], "b", True)


@pytest.mark.slow
def test_two_processes_learn_what_one_does(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    snapshot = drawn(11)
    (tmp_path / "pictures/train-0-3.jpg").write_bytes(b"no picture")
    one, two = tmp_path / "one", ready(tmp_path / "two", recipe)
    list(train(snapshot, recipe, one))
    said = subprocess.run([*COMMAND, str(two)], check=True, capture_output=True, text=True).stdout
    assert [line.split(":")[0] for line in said.splitlines()] == [f"Epoch {number} of 3" for number in (1, 2, 3)]
    for mine, others in zip(facts(one), facts(two), strict=True):
        assert len(mine) >= 3 and [fact[:2] for fact in mine] == [fact[:2] for fact in others]
        assert np.array(mine, float) == pytest.approx(np.array(others, float), abs=1e-3)
    environment = json.loads((two / "environment.json").read_text())
    assert environment["processes"] == 2 and [Path(left["path"]).name for left in environment["left_out"]] == ["train-0-3.jpg"]
    assert json.loads((two / "evaluation.json").read_text())["images"] == 33
    assert len(list((two / "tensorboard").iterdir())) == 1


@pytest.mark.slow
def test_stopped_and_started_again_two_processes_end_as_if_they_never_had_and_one_may_go_on(
    drawn: Drawn, recipe: Recipe, tmp_path: Path
) -> None:
    drawn()
    whole, broken = (ready(tmp_path / name, replace(recipe, epochs=12, accumulation=1)) for name in ("whole", "broken"))
    subprocess.run([*COMMAND, str(whole)], check=True, capture_output=True)
    with subprocess.Popen([*COMMAND, str(broken)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until((broken / "epochs.jsonl").exists, seconds=120)
        (broken / "stop").touch()
        assert process.wait() == 0
    assert not (broken / "evaluation.json").exists()
    (broken / "stop").unlink()
    handed = Path(shutil.copytree(broken, tmp_path / "handed"))
    subprocess.run([*COMMAND, str(broken)], check=True, capture_output=True)
    assert facts(broken) == facts(whole)
    assert (broken / "best/model.safetensors").read_bytes() == (whole / "best/model.safetensors").read_bytes()
    subprocess.run([sys.executable, "-m", "cvwidgets.learn", str(handed)], check=True, capture_output=True)
    assert [fact[:2] for fact in facts(handed)[0]] == [fact[:2] for fact in facts(whole)[0]]


@pytest.mark.slow
def test_what_ends_one_process_ends_all_with_its_sentence(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    drawn()
    classifier = new_classifier(recipe.base, ["red", "green", "blue"])
    classifier.model.classifier.bias.data.fill_(float("inf"))
    save_classifier(classifier, tmp_path / "overflown")
    run = ready(tmp_path / "run", replace(recipe, base=str(tmp_path / "overflown"), head_first=False))
    ended = subprocess.run([*COMMAND, str(run)], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "of 2: The loss is no number any more in step 1 of epoch 1; the learning rate" in ended.stderr
    assert not (run / "best").exists()


@pytest.mark.slow
def test_the_running_statistics_that_were_judged_are_those_that_are_kept(drawn: Drawn, tmp_path: Path) -> None:
    from datasets import DatasetDict
    from transformers import ResNetConfig, ResNetModel

    parts = DatasetDict.load_from_disk(str(drawn()))
    DatasetDict({**parts, "test": parts["valid"]}).save_to_disk(str(tmp_path / "again"))
    (tmp_path / "snapshot").rename(tmp_path / "before"), (tmp_path / "again").rename(tmp_path / "snapshot")
    ResNetModel(ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1])).save_pretrained(tmp_path / "batch-norm")
    shared = {"image_size": 32, "epochs": 3, "batch_size": 8, "averaging": 0.0, "choose_by": "last", "precision": "float32", "threads": 1}
    run = ready(tmp_path / "run", Recipe(base=str(tmp_path / "batch-norm"), **shared))  # type: ignore[arg-type]
    subprocess.run([*COMMAND, str(run)], check=True, capture_output=True)
    shared_out, alone = read_said(run / "said/valid-0003.npz"), read_said(run / "said/test.npz")
    assert shared_out is not None and alone is not None
    assert dict(zip(shared_out.keys, shared_out.labels[:, 0], strict=True)) == dict(zip(alone.keys, alone.labels[:, 0], strict=True))
