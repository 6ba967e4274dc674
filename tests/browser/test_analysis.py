"""A folder is asked about in the dashboard; what was said is filtered live, judged, added and given away."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step

Tab = Callable[..., Page]


@pytest.fixture(scope="module")
def model(filled: Path) -> None:
    """A model in production."""
    with Project(filled) as project:
        list(project.train(epochs=1, image_size=32, precision="float32"))
        project.models.promote(project.runs.latest())


@pytest.mark.slow
@pytest.mark.usefixtures("model")
def test_a_folder_is_analyzed_filtered_live_judged_and_given_away(tab: Tab, dashboard: str, filled: Path, pictures: Path) -> None:
    page = tab(dashboard, height=1400)
    open_step(page, "Inspect")
    panel = page.locator(".cvw-analysis")
    panel.get_by_role("button", name="Browse").click()
    panel.get_by_role("button", name="Take this folder").click()
    panel.get_by_label("Title", exact=True).fill("<b>All of it</b>")
    panel.get_by_role("button", name="Analyze", exact=True).click()
    expect(panel.locator(".cvw-analysis-list li")).to_contain_text("49 images")
    expect(panel.get_by_role("heading", name="<b>All of it</b>")).to_be_visible()
    panel.get_by_role("button", name="More about analysis 0001").click()
    expect(page.get_by_role("menu")).to_be_in_viewport(ratio=1)  # and not cut off by the list, which scrolls
    page.keyboard.press("Escape")
    wall = panel.locator(".cvw-grid")
    expect(wall.get_by_text("48 of 49 images")).to_be_visible()
    panel.get_by_label("Only what could not be read").check()
    expect(wall.get_by_text("1 of 49 images")).to_be_visible()
    panel.get_by_role("button", name="Clear the filter").click()
    first = panel.locator(".cvw-sieve-label").first
    name, count = first.locator("bdi").inner_text(), first.locator(".cvw-count").inner_text()
    first.get_by_role("checkbox").check()
    expect(wall.get_by_text(f"{count} of 49 images")).to_be_visible()
    panel.get_by_label("All but these").check()
    expect(wall.get_by_text(f"{48 - int(count)} of 49 images")).to_be_visible()
    panel.get_by_role("button", name="Clear the filter").click()
    expect(wall.get_by_text("48 of 49 images")).to_be_visible()
    panel.get_by_label("Least confidence").fill("200")
    expect(wall.get_by_text(re.compile("^[0-9]+ of 49 images"))).not_to_contain_text("48 of")
    panel.get_by_label("Least confidence").fill("0")
    expect(wall.get_by_text("48 of 49 images")).to_be_visible()
    wall.locator("[role=option]").first.click()
    page.keyboard.press("x")
    expect(page.get_by_text("1 image trashed").first).to_be_visible()
    page.keyboard.press("Control+z")
    panel.get_by_text("Export what was said").click()
    panel.get_by_label("Name of the export").fill("all")
    panel.get_by_role("button", name="Export", exact=True).click()
    expect(panel.get_by_text("48 rows are in")).to_be_visible()
    with (filled / "exports" / "all.csv").open(newline="") as file:
        assert sum(row["label"] == name for row in csv.DictReader(file)) == int(count)
