"""The form of a recipe, by the messages that the page sends: kept whole, read as JSON, advised as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields

import pytest

from cvwidgets import Project, Recipe
from cvwidgets.widgets import TrainPanel

Open = Callable[..., object]


def test_a_recipe_that_differs_in_base_split_seed_and_device_alone_is_kept_and_given_back_whole(page: Open, project: Project) -> None:
    panel = TrainPanel(project)
    mine = Recipe(base="/gone/away", split=(0.8, 0.1, 0.1), split_seed=4, depth=1, seed=7, precision="float32", device="cpu", threads=2)
    assert "ok" in page(panel).ask("save_recipe", name="mine", recipe=mine.to_json())  # type: ignore[operator]
    [saved] = [one for one in panel._recipes if one["saved"]]
    assert Recipe.from_json(saved["recipe"]) == mine


def test_a_recipe_is_read_as_json_with_what_is_left_out_as_in_standard_or_refused_with_a_sentence(page: Open, project: Project) -> None:
    asked = page(TrainPanel(project))  # type: ignore[operator]
    read = asked.ask("read_recipe", text='{"epochs": 3, "augmentation": "crop 0.5"}')["ok"]["recipe"]
    assert Recipe.from_json(read) == Recipe(epochs=3, augmentation="crop 0.5")  # type: ignore[arg-type]
    for text, said in (("{", "is no JSON"), ('{"epochs": "x"}', "epochs is 'x'"), ('{"epoch": 1}', "unknown field 'epoch'")):
        assert said in asked.ask("read_recipe", text=text)["error"]["message"]


def test_what_is_advised_of_the_split_follows_what_is_typed(page: Open, project: Project) -> None:
    asked = page(TrainPanel(project))  # type: ignore[operator]

    def advised(**recipe: object) -> str | None:
        return asked.ask("advise", recipe=recipe)["ok"]["advice"]

    assert "Of 20 images kept, 4 are for the test" in (advised(split=[0.6, 0.2, 0.2]) or "")
    assert "Of 20 images kept, 10 are for the test" in (advised(split=[0.3, 0.2, 0.5]) or "")
    assert advised(split_by="given") is None
    assert not [one for one in TrainPanel(project)._kept["advice"] if "for the test" in one]


def test_the_page_is_told_the_words_of_every_field_and_the_devices_of_this_machine(page: Open, project: Project) -> None:
    panel = TrainPanel(project)
    assert panel._parameters.keys() >= {field.name for field in fields(Recipe)} and panel._devices[0] == "cpu"
    json.dumps(panel._parameters)


@pytest.mark.slow
def test_the_time_of_a_saved_recipe_is_asked_for_its_own_base(page: Open, project: Project) -> None:
    project.recipes.save("mine", Recipe(image_size=32, batch_size=2, epochs=2))
    assert project.try_pace(Recipe(image_size=32, batch_size=2)).wait() is not None
    seconds = page(TrainPanel(project)).ask("times", base="/elsewhere")["ok"]["seconds"]  # type: ignore[operator]
    assert seconds["mine"] > 0 and seconds["standard"] is None
