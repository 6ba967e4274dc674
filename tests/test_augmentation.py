"""Augmentations in a recipe: by a level's name, as a list, as a text; and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cvwidgets import Recipe, augmentation
from cvwidgets.augmentation import KINDS, LEVELS, Augmentation, read_augmentation, write_augmentation
from cvwidgets.errors import RecipeError
from cvwidgets.recipe import differences

OWN = (Augmentation("crop", 1.0, 0.35), Augmentation("vertical_flip", 0.5), Augmentation("turn", 0.25, 15))


def test_a_list_is_written_into_a_recipe_and_read_back() -> None:
    recipe = Recipe(augmentation=OWN)
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe
    assert recipe.augmentations == OWN and hash(recipe)


def test_a_recipe_of_an_older_version_is_read_as_it_was() -> None:
    assert Recipe.from_json({"augmentation": "strong"}).augmentations == LEVELS["strong"]
    assert Recipe.from_json({}).augmentation == "light" and Recipe(augmentation="none").augmentations == ()


def test_augmentations_are_written_as_a_text_that_is_read_the_same() -> None:
    every = tuple(Augmentation(kind.name, 0.3, kind.strength) for kind in KINDS)
    for one in (OWN, every, "light"):
        assert read_augmentation(write_augmentation(one)) == one  # type: ignore[arg-type]
    assert write_augmentation(OWN) == "crop 0.35, vertical flip 50%, turn 15° 25%"
    assert read_augmentation(" turn 25% ,gray") == (Augmentation("turn", 0.25, 15.0), Augmentation("gray", 1.0))


def test_a_list_stands_in_the_order_of_the_table_and_one_with_a_name_is_called_so() -> None:
    assert Recipe(augmentation=OWN[::-1]).augmentation == OWN
    assert Recipe(augmentation=LEVELS["strong"][::-1]) == Recipe(augmentation="strong")
    assert Recipe.from_json({"augmentation": []}).augmentation == "none"


def test_two_recipes_differ_by_a_text_one_can_read() -> None:
    assert differences(Recipe(augmentation=OWN), Recipe()) == (("augmentation", "crop 0.35, vertical flip 50%, turn 15° 25%", "light"),)
    assert differences(replace(Recipe(), augmentation=LEVELS["light"]), Recipe()) == ()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("heavy", r"'heavy'; it must be none, light, strong, or a list such as 'crop 0\.65, flip 50%'"),
        ("crop 2", r"The strength of 'crop' is 2\.0; it must be above 0, up to 0\.95 \(share\)"),
        ("crop 0.5, flip 200%", r"The probability of 'flip' is 2\.0; it must be above 0, up to 1"),
        ("crop 0.5, crop 0.6", "names one kind twice"),
        ("crop 0.5 0.6 0.7", "such as"),
        ("turn 1.2.3", "such as"),
        ("", "such as"),
        (None, "such as"),
        (3, "such as"),
        ([1], "such as"),
        ([{"name": "crop"}], "such as"),
        ([{"name": "melt", "probability": 1}], "There is no augmentation 'melt'; there are crop, flip"),
        ([{"name": ["crop"], "probability": 1}], "There is no augmentation"),
        ([{"name": "flip", "probability": 1, "strength": 0.1}], r"must be 0, as it has none"),
        ([{"name": "turn", "probability": 1}], r"must be above 0, up to 180 \(degrees\)"),
        ([{"name": "turn", "probability": True, "strength": 5}], "The probability of 'turn' is True"),
        ([{"name": "turn", "probability": 0.5, "strength": float("nan")}], "The strength of 'turn' is nan"),
    ],
)
def test_what_is_no_augmentation_is_refused_with_what_is_needed(value: object, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        Recipe.from_json({"augmentation": value})


def test_what_one_begins_with_can_be_used() -> None:
    for kind in KINDS:
        assert Augmentation(kind.name, kind.probability, kind.strength) and kind.usual[0] <= kind.strength <= kind.usual[1] <= kind.most


def test_the_page_about_augmentations_says_what_the_table_says() -> None:
    page = (Path(augmentation.__file__).parent / "learn/AUGMENTATIONS.md").read_text(encoding="utf-8")
    for kind in KINDS:
        assert f"| {kind.name} | {kind.sentence} | {kind.usually} | {f'{kind.most:g}' if kind.most else ''} |" in page
    assert all(f"- {level}: {write_augmentation(listed)}\n" in page for level, listed in LEVELS.items() if listed)
