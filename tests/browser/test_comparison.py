"""Runs beside each other in the dashboard, and one trained again with what was put right, before and after."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step
from tests.browser.test_access import findings
from tests.tried import tried_run

Tab = Callable[..., Page]
SMALL = {"epochs": 1, "image_size": 32, "precision": "float32"}


@pytest.fixture
def runs(filled: Path) -> None:
    """Three runs, each wrong on other test images."""
    with Project(filled) as project:
        tried_run(project, wrong=[0, 1], **SMALL)
        tried_run(project, wrong=[1, 2], **{**SMALL, "seed": 3})
        tried_run(project, wrong=[0], **SMALL)


@pytest.mark.slow
@pytest.mark.usefixtures("runs")
def test_runs_are_compared_and_one_is_trained_again_with_what_was_put_right(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard, width=1600, height=2000)
    open_step(page, "Train")
    for run in ("0001", "0002", "0003"):
        page.get_by_role("checkbox", name=f"Compare run {run}").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Compare 3 runs").click()
    beside = page.locator(".cvw-comparison")
    expect(beside.get_by_text("each run is set against run 0001")).to_be_visible()
    expect(beside.locator("svg.cvw-curve .cvw-run-mark")).to_have_count(6)
    expect(beside.get_by_role("table").filter(has_text="Seed")).to_contain_text("3")
    beside.get_by_role("button", name="not called alike by all").click()
    expect(beside.locator(".cvw-grid [role=option]").first).to_be_visible()
    assert findings(page) == []
    beside.get_by_role("button", name="Close the comparison").click()
    expect(beside).to_be_hidden()
    page.locator(".cvw-scores .cvw-matrix .cvw-wrong").filter(has_text=re.compile("[0-9]")).first.click()
    page.locator(".cvw-scores .cvw-grid [role=option]").first.click()
    page.keyboard.press("a")
    page.get_by_role("button", name="Retrain with this change").click()
    expect(page.get_by_text("1 image changed since run 0003: 1 under another label.")).to_be_visible()
    page.get_by_role("button", name="Start training").click()
    expect(beside.get_by_role("heading", name="Run 0003 and run 0004")).to_be_visible()
    expect(beside.get_by_text(re.compile("On the same [0-9]+ test images, by today's labels: run 0003 has 100.0% right"))).to_be_visible()
    expect(beside.get_by_text("Nothing: only the images and labels changed.")).to_be_visible()
