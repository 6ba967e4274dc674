"""The tree of labels in a notebook, by keyboard alone; a thousand labels stay quick, and everyone can use it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_notebook
from tests.browser.test_access import findings

Tab = Callable[..., Page]
CELL = """from pathlib import Path
from cvwidgets import Project
from cvwidgets.widgets import LabelTree
tree = LabelTree(Project(Path("..")), state="kept")
tree"""


@pytest.fixture(scope="module")
def notebook(filled: Path) -> str:
    """The name of a notebook in the project that shows the tree."""
    code = {"cell_type": "code", "execution_count": None, "id": "tree", "metadata": {}, "outputs": [], "source": CELL}
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    page = {"cells": [code], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (filled / "notebooks").mkdir(exist_ok=True)
    (filled / "notebooks" / "tree.ipynb").write_text(json.dumps(page), "utf-8")
    return "tree.ipynb"


def row(page: Page, name: str) -> Locator:
    return page.locator(f'[role="treeitem"][aria-label^="{name}: "]')


def test_labels_are_put_in_order_by_keyboard_alone(tab: Tab, lab: str, notebook: str, filled: Path) -> None:
    page = open_notebook(tab, lab, notebook)
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    row(page, "All images").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(row(page, "bison")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("wisent")
    page.keyboard.press("Enter")
    expect(row(page, "wisent")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row(page, "wisent")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="Key").press("Enter")
    page.keyboard.press("b")
    expect(row(page, "wisent").locator("kbd")).to_have_text("B")
    with Project(filled) as project:
        assert {label.name: label.hotkey for label in project.labels.list()}["wisent"] == "B"
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="Merge").press("Enter")
    page.keyboard.type("nowhere")
    page.keyboard.press("Enter")
    expect(page.locator(".cvw-options > *")).to_have_text(["No label has “nowhere” in its name."])
    page.keyboard.press("Escape")
    expect(row(page, "wisent")).to_be_focused()
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells, "no key of the notebook was pressed"


def test_what_deleting_does_is_said_before_and_undone_after(tab: Tab, lab: str, notebook: str, filled: Path) -> None:
    with Project(filled) as project:
        project.labels.add("herd")
        project.images.select(state="new").assign("herd")
    page = open_notebook(tab, lab, notebook)
    row(page, "herd").click()
    page.keyboard.press("Delete")
    expect(page.get_by_role("menuitem", name="Delete")).to_contain_text("Deletes herd: 24 images go back to New under Unsorted.")
    expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
    assert findings(page) == []
    page.keyboard.press("Enter")
    expect(row(page, "herd")).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(row(page, "herd").locator(".cvw-count")).to_have_text("24")
    assert findings(page) == []


@pytest.mark.slow
def test_of_a_thousand_labels_few_stand_in_the_page_and_a_text_finds_one(tab: Tab, lab: str, notebook: str, filled: Path) -> None:
    with Project(filled) as project:
        for number in range(1000):
            project.labels.add(f"many/kind {number}")
    page = open_notebook(tab, lab, notebook)
    row(page, "All images").focus()
    page.keyboard.press("End")
    expect(page.locator('[role="treeitem"]:focus')).to_have_attribute("data-place", re.compile("^10.."))
    assert page.get_by_role("treeitem").count() < 60
    page.get_by_label("Find a label").fill("kind 777")
    expect(page.get_by_role("treeitem")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(row(page, "many/kind 777")).to_have_attribute("aria-selected", "true")
