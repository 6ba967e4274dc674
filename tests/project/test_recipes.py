from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cvwidgets import Project, Recipe
from cvwidgets.errors import ReadOnlyProject, RecipeError
from tests.browser.hostile import HOSTILE


def test_a_recipe_is_saved_under_a_name_found_by_another_process_and_read_as_json(project: Project) -> None:
    mine = Recipe(epochs=7, patience=2)
    project.recipes.save("My leaves", mine)
    with Project(project.folder) as other:
        assert other.recipes.get("My leaves") == mine
        assert [one.name for one in other.recipes.list()] == ["quick", "standard", "thorough", "My leaves"]
    [file] = (project.folder / "recipes").iterdir()
    assert Recipe.from_json(json.loads(file.read_text())) == mine


def test_those_that_come_along_cannot_be_overwritten_and_standard_is_what_runs_by_default(project: Project) -> None:
    with pytest.raises(RecipeError, match="comes with cvwidgets"):
        project.recipes.save("Quick", Recipe())
    assert project.recipes.get("Standard") == Recipe()
    assert project.recipes.get("quick").epochs == 1


def test_nothing_is_saved_over_another_and_what_was_deleted_can_be_saved_again(project: Project) -> None:
    project.recipes.save("mine", Recipe(epochs=4))
    with pytest.raises(RecipeError, match="'mine' was saved already"):
        project.recipes.save("Mine", Recipe(epochs=3))
    gone = project.recipes.delete("mine")
    assert gone.epochs == 4 and len(project.recipes.list()) == 3
    with pytest.raises(RecipeError, match="There is no recipe 'mine'"):
        project.recipes.get("mine")
    with pytest.raises(RecipeError, match="No recipe 'mine' was saved"):
        project.recipes.delete("mine")


ODD = ["../../evil", "a/b", "C:\\x", "con", ".hidden", "", " ", "x" * 61, "\x00"]


@pytest.mark.parametrize("name", [*HOSTILE, *ODD])
def test_no_name_leads_out_of_the_folder(project: Project, name: str) -> None:
    try:
        project.recipes.save(name, Recipe(epochs=9))
    except RecipeError:
        assert not (project.folder / "recipes").exists()
        return
    assert project.recipes.get(name).epochs == 9
    [file] = (project.folder / "recipes").iterdir()
    assert file.parent == project.folder / "recipes"


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"epochs": 0}', '{"bogus": 1}'])
def test_a_damaged_file_is_passed_over_and_said_when_it_is_asked_for(project: Project, damage: str) -> None:
    project.recipes.save("mine", Recipe())
    (project.folder / "recipes" / "mine.json").write_text(damage)
    assert len(project.recipes.list()) == 3
    with pytest.raises(RecipeError):
        project.recipes.get("mine")


def test_a_recipe_is_found_by_its_name_or_as_a_file_of_json(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"epochs": 7, "split": [0.8, 0.1, 0.1]}')
    assert project.recipes.find(file) == project.recipes.find(str(file)) == Recipe(epochs=7, split=(0.8, 0.1, 0.1))
    project.recipes.save("mine.json", Recipe(epochs=3))
    assert project.recipes.find("mine.json").epochs == 3 and project.recipes.find("Quick").epochs == 1
    with pytest.raises(RecipeError, match=r"'gone.json' cannot be read .*Name a file of JSON, or a recipe of the project"):
        project.recipes.find("gone.json")
    file.write_text('{"epochs": 7,}')
    with pytest.raises(RecipeError, match=r"mine.json' holds no recipe. The text is no JSON \(line 1, column"):
        project.recipes.find(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no JSON"),
        ("epochs: 3", "is no JSON"),
        ("[1]", "holds no object of JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ('{"bogus": 1}', "unknown field 'bogus'"),
        ('{"epochs": 0}', "epochs is 0; it must be a whole number from 1 to 10000"),
        ('{"learning_rate": NaN}', "learning_rate is nan; it must be above 0"),
    ],
)
def test_what_is_wrong_with_a_text_is_said_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(RecipeError, match=said) as raised:
        Recipe.from_text(text)
    assert len(str(raised.value)) < 700


def test_a_project_that_can_only_be_looked_at_keeps_no_recipes(project: Project) -> None:
    project.recipes._read_only = True
    with pytest.raises(ReadOnlyProject, match="can only be looked at"):
        project.recipes.save("mine", replace(Recipe(), epochs=2))


def test_names_of_any_script_keep_their_letters(project: Project, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="too long for a file"):
        project.recipes.save("樹" * 40, Recipe())
    project.recipes.save("Blätter 樹 🌿", Recipe())
    assert project.recipes.list()[-1].word == "Blätter 樹 🌿"
