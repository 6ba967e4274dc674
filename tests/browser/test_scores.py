"""The test images of a run in the dashboard: from a wrong cell to a corrected label, and two runs side by side."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step
from tests.tried import tried_run

Tab = Callable[..., Page]


@pytest.fixture
def runs(filled: Path) -> None:
    """Two runs, of which the first has two of its test images wrong and the second one of them."""
    with Project(filled) as project:
        if not project.runs.list():
            tried_run(project, wrong=[0, 1])
            tried_run(project, wrong=[1])


@pytest.mark.usefixtures("runs")
def test_a_wrong_cell_is_opened_put_right_and_counted_by_its_new_label_and_undone(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard, height=1400)
    open_step(page, "Train")
    expect(page.locator(".cvw-today")).to_contain_text("By today's labels")
    before = page.locator(".cvw-today").text_content()
    page.locator(".cvw-scores .cvw-matrix .cvw-wrong").filter(has_text=re.compile("[0-9]")).first.click()
    wall = page.locator(".cvw-scores .cvw-grid")
    wall.locator("[role=option]").first.click()
    page.keyboard.press("a")
    expect(page.locator(".cvw-today")).to_contain_text("100.0%")
    expect(page.locator(".cvw-today")).to_contain_text("1 has another label than when the run was trained.")
    page.keyboard.press("Control+z")
    expect(page.locator(".cvw-today")).to_have_text(str(before))


@pytest.mark.slow
@pytest.mark.usefixtures("runs")
def test_two_runs_are_compared_and_the_images_on_which_they_disagree_are_seen(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard, height=1400)
    open_step(page, "Train")
    page.get_by_label("Compare with").select_option("0001")
    expect(page.get_by_text(re.compile("On the same [0-9]+ test images.*That may be chance"))).to_be_visible()
    page.get_by_role("button", name="1 right now").click()
    expect(page.locator(".cvw-scores .cvw-grid [role=option]")).to_have_count(1)
    expect(page.get_by_text("Nothing: only the images and labels changed.")).to_be_visible()
