"""The panels in a notebook in JupyterLab, whose keys neither fire inside nor are lost outside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_notebook

Tab = Callable[..., Page]


def test_keys_judge_images_and_leave_the_notebook_alone(tab: Tab, lab: str, filled: Path) -> None:
    page = open_notebook(tab, lab, "2_triage.ipynb")
    page.locator(".cvw-tile:visible").nth(0).click()
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    page.keyboard.press("b")
    page.keyboard.press("x")
    expect(page.locator(".cvw-judged:visible")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.locator(".cvw-judged:visible")).to_have_count(0)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    page.keyboard.press("Escape")  # nothing selected
    page.keyboard.press("Escape")  # back in the notebook, whose keys work again
    page.keyboard.press("b")
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(cells + 1)


def test_a_button_with_the_focus_keeps_keys_from_the_notebook_too(tab: Tab, lab: str, filled: Path) -> None:
    page = open_notebook(tab, lab, "2_triage.ipynb")
    page.get_by_role("button", name="Kept 24").click()
    expect(page.locator(".cvw-showing")).to_contain_text("24 Kept")
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    page.keyboard.press("b")
    page.keyboard.press("x")
    expect(page.locator(".cvw-showing")).to_contain_text("24 Kept · all decisions saved")
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


def test_a_grid_in_a_cell_gives_its_selection_to_python(tab: Tab, lab: str, filled: Path) -> None:
    page = open_notebook(tab, lab, "4_inspect.ipynb")
    page.locator(".cvw-tile:visible").nth(2).click()
    page.get_by_text("1 selected").wait_for()
    page.locator(".jp-CodeCell").last.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".jp-CodeCell .jp-OutputArea-output pre").last).to_have_text(f"[{filled_id(filled, 2)}]\n")


def filled_id(folder: Path, position: int) -> int:
    with Project(folder) as opened:
        return int(opened.images.select().ids[position])
