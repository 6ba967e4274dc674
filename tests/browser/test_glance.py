"""The data at a glance as a way in: its bars and columns show their images in Triage, in the dashboard and in a notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_notebook, open_step
from tests.browser.test_access import findings

Tab = Callable[..., Page]
CELLS = [
    "from pathlib import Path\nfrom ipywidgets import Button, VBox\nfrom cvwidgets import Project\n"
    "from cvwidgets.widgets import DataGlance, JournalPanel, TriagePanel\n"
    "project, other = Project(Path('..')), Project(Path('../../other'))",
    "DataGlance(project)",
    "JournalPanel(project)",
    "TriagePanel(other)",
    "more, box = Button(description='Triage'), VBox()\n"
    "more.on_click(lambda _: setattr(box, 'children', () if box.children else (TriagePanel(project),)))\nVBox([more, box])",
]


def showing(page: Page) -> Locator:
    """The words beneath the wall that is in sight."""
    return page.locator(".cvw-triage .cvw-showing:visible")


@pytest.fixture
def collect(tab: Tab, dashboard: str, filled: Path) -> Callable[..., Page]:
    """Opens the dashboard at its first step."""

    def open_collect(**look: object) -> Page:
        with Project(filled) as project:
            project.bookmarks.put("workbench", {"step": "collect"})
        page = tab(dashboard, **look)
        open_step(page, "Collect")
        expect(page.get_by_role("heading", name="The data at a glance")).to_be_visible()
        return page

    return open_collect


@pytest.mark.slow
def test_a_bar_shows_its_images_in_triage_by_mouse_and_by_keyboard(collect: Callable[..., Page]) -> None:
    page = collect(width=1000)
    expect(page.locator(".cvw-triage")).to_have_count(0)  # as when nobody was there since the page came
    page.get_by_role("button", name="bison: show 12 kept").click()
    expect(showing(page)).to_have_text("12 images kept, bison")
    expect(page.get_by_role("tab", name="Triage")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("listbox", name="Images")).to_be_focused()
    open_step(page, "Collect")
    page.get_by_role("button", name="heron: show all 12 images").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="heron: show 12 kept")).to_be_focused()
    page.keyboard.press("Enter")
    expect(showing(page)).to_have_text("12 images kept, heron")
    expect(page.get_by_role("listbox", name="Images")).to_be_focused()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(1000, False), (1900, True)])
def test_a_column_says_its_count_and_shows_its_images(collect: Callable[..., Page], width: int, dark: bool) -> None:
    page = collect(width=width, dark=dark, height=1300)
    column = page.get_by_role("button", name="32 to 63 pixels: show 48 images")
    expect(column.locator(".cvw-column-count")).to_be_hidden()
    page.get_by_role("button", name="heron: show 12 kept").focus()
    page.keyboard.press("Tab")
    expect(column).to_be_focused()
    expect(column.locator(".cvw-column-count")).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Enter")
    expect(showing(page)).to_have_text("48 of 48 images · 32 to 63 px")
    open_step(page, "Collect")
    page.get_by_role("button", name="JPEG: show 48 images").click()
    expect(showing(page)).to_have_text("48 of 48 images · JPEG")


@pytest.fixture
def notebook(filled: Path) -> str:
    """A notebook with the glance of a project and the triage panel of another one; a button opens and closes that of the first."""
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    cells = [{**code, "id": f"cell-{number}", "source": text} for number, text in enumerate(CELLS)]
    (filled / "notebooks").mkdir(exist_ok=True)
    (filled / "notebooks" / "glance.ipynb").write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return "glance.ipynb"


@pytest.mark.slow
def test_in_cells_bars_and_acts_lead_to_the_triage_panel_of_their_project_and_to_no_other(tab: Tab, lab: str, notebook: str) -> None:
    page = open_notebook(tab, lab, notebook)
    kept, button = page.get_by_role("img", name="bison: 12 kept"), page.get_by_role("button", name="bison: show 12 kept")
    act = page.get_by_role("button", name=re.compile("^Show the images of")).first
    expect(kept).to_be_visible()
    expect(act).to_be_hidden()
    page.get_by_role("button", name="Triage", exact=True).click()
    elsewhere, here = (page.locator(".cvw-triage").nth(number).locator(".cvw-showing") for number in (0, 1))
    button.click()
    expect(here).to_have_text("12 images kept, bison")
    act.click()
    expect(here).to_contain_text("of act")
    expect(elsewhere).to_have_text("0 images to look at")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Triage", exact=True).click()
    expect(kept).to_be_visible()
