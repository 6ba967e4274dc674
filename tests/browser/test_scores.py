"""The test images of a run in the dashboard: from a wrong cell to a corrected label."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step, until_left
from tests.browser.test_access import findings
from tests.tried import add_epoch, tried_run

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
def test_a_run_is_named_noted_pinned_deleted_and_brought_back(tab: Tab, dashboard: str, project_folder: Path) -> None:
    page = tab(dashboard, height=1400)
    open_step(page, "Train")
    rows = page.locator(".cvw-runs tbody tr")
    expect(rows).to_have_count(2)
    for word, field, text in (("Name …", "Name of run 0001", "<b>before</b>"), ("Note …", "Note of run 0001", "with the shadows")):
        page.get_by_role("button", name="More about run 0001").click()
        page.get_by_role("menuitem", name=word).click()
        page.get_by_role("textbox", name=field).fill(text)
        page.keyboard.press("Enter")
        expect(rows.filter(has_text="0001")).to_contain_text(text)
    page.get_by_role("button", name="More about run 0001").click()
    page.get_by_role("menuitem", name="Pin").click()
    expect(rows.first).to_contain_text("0001 <b>before</b>")
    page.get_by_role("button", name="More about run 0002").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(rows).to_have_count(1)
    expect(page.get_by_text("1 deleted run holds")).to_be_visible()
    page.get_by_text("Run 0002 was deleted.").get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(2)
    page.reload()
    open_step(page, "Train")
    expect(rows.first).to_contain_text("0001 <b>before</b>")
    with Project(project_folder) as project:
        assert project.runs.get("1").about().note == "with the shadows" and not project.runs.get("2").about().deleted


@pytest.mark.slow
@pytest.mark.usefixtures("runs")
def test_each_label_has_its_figures_which_open_what_is_wrong_of_it(tab: Tab, dashboard: str, project_folder: Path) -> None:
    page = tab(dashboard, height=1400)
    open_step(page, "Train")
    page.locator(".cvw-scores summary").filter(has_text="Each label").click()
    table = page.get_by_role("region", name="Figures of each label")
    expect(table.get_by_role("row")).to_have_count(3)
    table.get_by_role("button", name="Images").press("Enter")
    expect(table.get_by_role("columnheader", name="Images")).to_have_attribute("aria-sort", "descending")
    label = table.locator("button[data-label]").first
    label.press("Enter")
    expect(label).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".cvw-scores .cvw-grid [role=option]")).to_have_count(1)
    assert findings(page) == []
    until_left(project_folder, '"labels"')
    page.reload()
    open_step(page, "Train")
    expect(table.get_by_role("row")).to_have_count(3)


@pytest.mark.slow
@pytest.mark.usefixtures("runs")
def test_a_run_begun_by_itself_says_what_it_gained_and_leads_to_the_comparison(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard, height=1400)
    open_step(page, "Train")
    expect(
        page.locator(".cvw-scores").get_by_text(re.compile(r"points more right than run 0001 on the [0-9]+ test images"))
    ).to_be_visible()
    page.get_by_role("button", name="Compare both").click()
    expect(page.locator(".cvw-comparison").get_by_role("heading", name="Run 0001 and run 0002")).to_be_focused()
    page.locator(".cvw-runs").get_by_role("button", name=re.compile("^0001")).click()
    expect(page.get_by_role("button", name="Compare both")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.usefixtures("runs")
def test_the_validation_images_are_seen_epoch_by_epoch(tab: Tab, dashboard: str, project_folder: Path) -> None:
    with Project(project_folder) as project:
        run = project.runs.get("2")
        add_epoch(run, 2), add_epoch(run, 3, label=1)
    page = tab(dashboard, height=1400)
    open_step(page, "Train")
    page.get_by_role("button", name="Validation images, epoch by epoch").click()
    expect(page.get_by_text(re.compile("After epoch 3: .* called otherwise than after the epoch before"))).to_be_visible()
    wall = page.locator(".cvw-scores .cvw-grid")
    bison, heron = (wall.get_by_role("option", name=re.compile(f"label {label} .*suggested label")) for label in ("bison", "heron"))
    expect(bison.first).to_have_accessible_name(re.compile("suggested label heron"))
    expect(heron).to_have_count(0)
    page.get_by_role("slider", name="Epoch").press("ArrowLeft")
    expect(page.get_by_text("After epoch 2:")).to_be_visible()
    expect(heron.first).to_have_accessible_name(re.compile("suggested label bison"))
    expect(bison).to_have_count(0)
