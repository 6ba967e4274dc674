"""Recipes in the dashboard: one that was saved comes back whole, one is read and taken as JSON, and advice follows what is typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project, Recipe
from tests.browser.conftest import open_step
from tests.browser.test_access import findings

Tab = Callable[..., Page]


@pytest.fixture
def train(tab: Tab, dashboard: str, filled: Path) -> Page:
    """The step Train with all fields in sight."""
    with Project(filled) as project:
        if all(one.name != "elsewhere" for one in project.recipes.list()):
            project.recipes.save("elsewhere", Recipe(base="/gone/away", epochs=7, split=(0.5, 0.25, 0.25), seed=4, device="cpu", threads=2))
    page = tab(dashboard)
    open_step(page, "Train")
    page.locator(".cvw-more").evaluate("fold => { fold.open = true; }")
    return page


@pytest.mark.slow
def test_a_saved_recipe_comes_back_whole_and_the_ones_that_come_along_leave_base_and_split(train: Page) -> None:
    train.get_by_role("radio", name="elsewhere").click()
    expect(train.get_by_role("textbox", name="Name or folder of the base model")).to_have_value("/gone/away")
    expect(train.get_by_role("textbox", name="Train / valid / test")).to_have_value("50 / 25 / 25")
    expect(train.get_by_role("textbox", name="Seed", exact=True)).to_have_value("4")
    expect(train.get_by_role("combobox", name="Device")).to_have_value("cpu")
    expect(train.get_by_role("textbox", name="Threads")).to_have_value("2")
    expect(train.get_by_role("radio", name="elsewhere")).to_be_checked()
    expect(train.get_by_role("button", name="Save as a recipe")).to_be_hidden()
    train.get_by_role("button", name="Review and start").click()
    expect(train.locator(".cvw-review")).to_contain_text("The base '/gone/away' is a folder that is not there; a training needs it.")
    train.get_by_role("button", name="Change", exact=True).click()
    train.get_by_role("radio", name="Standard").click()
    expect(train.get_by_role("textbox", name="Train / valid / test")).to_have_value("50 / 25 / 25")
    train.get_by_role("textbox", name="Seed", exact=True).fill("5")
    expect(train.get_by_role("radio", name="Standard")).to_be_checked()
    expect(train.get_by_role("button", name="Save as a recipe")).to_be_visible()


@pytest.mark.slow
def test_a_recipe_is_read_as_json_and_one_that_is_pasted_is_taken_or_refused_where_it_stands(train: Page) -> None:
    train.locator(".cvw-json > summary").click()
    shown, pasted = train.locator(".cvw-json pre"), train.get_by_role("textbox", name="A recipe as JSON")
    train.get_by_role("spinbutton", name="Epochs").fill("9")
    expect(shown).to_contain_text('"epochs": 9')
    assert Recipe.from_text(shown.inner_text()).epochs == 9
    pasted.fill('{"epoch": 3}')
    train.get_by_role("button", name="Take it").click()
    expect(train.locator(".cvw-json .cvw-problem")).to_contain_text("unknown field 'epoch'")
    pasted.fill(json.dumps({"base": "starter", "epochs": 3, "seed": 8, "split_by": "column:place"}))
    assert findings(train) == []
    train.get_by_role("button", name="Take it").click()
    expect(train.get_by_role("combobox", name="Base model")).to_have_value("starter")
    expect(train.get_by_role("spinbutton", name="Epochs")).to_have_value("3")
    expect(train.get_by_role("combobox", name="Split by")).to_have_value("column:place")
    expect(train.locator(".cvw-json .cvw-problem")).to_be_hidden()


@pytest.mark.slow
def test_what_is_advised_of_the_split_follows_what_is_typed(train: Page) -> None:
    split = train.get_by_role("textbox", name="Train / valid / test")
    split.fill("60 / 20 / 20")
    train.get_by_role("combobox", name="Split by").select_option(label="Each image")
    expect(train.locator(".cvw-advice")).to_contain_text(re.compile("Of 2[0-9] images kept, 5 are for the test"))
    split.fill("25 / 25 / 50")
    expect(train.locator(".cvw-advice")).to_contain_text(re.compile("Of 2[0-9] images kept, 12 are for the test"))
