from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from cvwidgets.errors import SettingsError
from cvwidgets.learn.machine import choose_computing
from cvwidgets.learn.training import set_up
from cvwidgets.recipe import Recipe
from cvwidgets.settings import change_settings
from cvwidgets.vision import new_classifier

CPU = torch.device("cpu")


def test_a_trial_is_made_once_and_kept_for_the_machine(tiny_base: Path, machine_folder: Path) -> None:
    classifier, recipe = new_classifier(tiny_base, ["a", "b"]), Recipe()
    first = choose_computing(classifier, recipe, CPU, 1)
    known = json.loads((machine_folder / "computing.json").read_text())
    (key,) = known
    known[key]["precision"] = "bfloat16" if first.precision == "float32" else "float32"
    (machine_folder / "computing.json").write_text(json.dumps(known))
    assert choose_computing(classifier, recipe, CPU, 1).precision == known[key]["precision"] != first.precision


def test_what_the_recipe_asks_for_is_done(tiny_base: Path) -> None:
    classifier = new_classifier(tiny_base, ["a", "b"])
    assert choose_computing(classifier, Recipe(precision="bfloat16"), CPU, 1).precision == "bfloat16"


def test_a_trial_changes_neither_the_model_nor_the_callers_chance(tiny_base: Path) -> None:
    classifier = new_classifier(tiny_base, ["a", "b"])
    before = {name: tensor.clone() for name, tensor in classifier.model.state_dict().items()}
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    choose_computing(classifier, Recipe(), CPU, 1)
    assert torch.equal(torch.rand(1), expected)
    assert all(torch.equal(before[name], tensor) for name, tensor in classifier.model.state_dict().items())
    assert all(parameter.grad is None for parameter in classifier.model.parameters())


def test_a_damaged_note_of_the_machine_is_made_again(tiny_base: Path, machine_folder: Path) -> None:
    (machine_folder / "computing.json").write_text("{half a")
    assert choose_computing(new_classifier(tiny_base, ["a", "b"]), Recipe(), CPU, 1).threads == 1
    assert json.loads((machine_folder / "computing.json").read_text())


def test_the_settings_decide_what_the_recipe_leaves_open(drawn: Callable[..., Path], tiny_base: Path, tmp_path: Path) -> None:
    change_settings(device="cpu", threads=3)
    recipe = Recipe(base=str(tiny_base), precision="float32")
    computing = set_up(drawn(2), recipe, tmp_path / "run", cache=None, start=None).computing
    assert (computing.device, computing.threads) == ("cpu", 3)
    assert json.loads((tmp_path / "run/environment.json").read_text())["threads"] == 3
    assert set_up(tmp_path / "snapshot", replace(recipe, threads=1), tmp_path / "other", cache=None, start=None).computing.threads == 1


@pytest.mark.parametrize("device", ["cuda:99", "mps"])
def test_a_device_of_the_settings_that_is_not_there_is_three_beats(
    drawn: Callable[..., Path], tiny_base: Path, tmp_path: Path, device: str
) -> None:
    change_settings(device=device)
    recipe = Recipe(base=str(tiny_base))
    with pytest.raises(SettingsError, match=f"settings name '{device}'.*needs a device that is there. Choose another"):
        set_up(drawn(2), recipe, tmp_path / "run", cache=None, start=None)
