"""The frame: where one left, another project, keys, theme, jobs, and a kernel that dies; in Voilà, as a person does."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project
from tests.browser.conftest import kernels, open_step, servers, until_left
from tests.conftest import until

Tab = Callable[..., Page]


def tiles(page: Page) -> Locator:
    return page.locator(".cvw-tile:visible")


@pytest.fixture
def triage(tab: Tab, dashboard: str, filled: Path) -> Iterator[Page]:
    """The dashboard, at the triage step."""
    page = tab(dashboard)
    open_step(page, "Triage")
    expect(tiles(page).first).to_be_visible()
    yield page


def test_a_reload_comes_back_to_step_filter_selection_and_form(triage: Page, filled: Path) -> None:
    page = triage
    page.get_by_role("button", name=re.compile("^Kept \\d")).click()
    page.locator("[data-label='heron']").click()
    expect(page.locator(".cvw-triage .cvw-showing")).to_contain_text("images kept, heron")
    tiles(page).nth(2).click()
    tiles(page).nth(4).click(modifiers=["Shift"])
    expect(page.get_by_text("3 selected")).to_be_visible()
    open_step(page, "Train")
    page.get_by_role("spinbutton", name="Epochs").fill("7")
    until_left(filled, '"epochs": "7"')
    page.reload()
    expect(page.get_by_role("tab", name=re.compile("^Train"))).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value("7")
    open_step(page, "Triage")
    expect(page.locator(".cvw-triage .cvw-showing")).to_contain_text("images kept, heron")
    expect(page.get_by_text("3 selected")).to_be_visible()
    expect(page.locator(".cvw-tile[aria-selected=true]")).to_have_count(3)


@pytest.mark.slow
def test_another_project_is_begun_and_a_reload_stays_in_it(tab: Tab, dashboard: str, filled: Path, pictures: Path) -> None:
    page = tab(dashboard)
    page.get_by_role("button", name=filled.name).click()
    page.get_by_role("menuitem", name=re.compile("All projects")).click()
    expect(page.locator(".cvw-card-name")).to_have_text([filled.name])
    page.reload()
    expect(page.locator(".cvw-card-name")).to_have_text([filled.name])
    page.get_by_role("textbox", name="Name of the new project").fill("birds")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".cvw-project-name")).to_have_text("birds")
    assert (pictures / "birds" / "catalog.db").exists()
    page.reload()
    expect(page.locator(".cvw-project-name")).to_have_text("birds")
    expect(page).to_have_title("birds · cvwidgets")


@pytest.mark.slow
def test_all_keys_stand_on_a_sheet_and_escape_closes_it(triage: Page) -> None:
    page = triage
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Undo the last act")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)


@pytest.mark.slow
def test_dark_is_chosen_once_and_for_the_pages_to_come(triage: Page) -> None:
    page = triage
    page.get_by_role("button", name="Light or dark").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    expect(page.locator(".cvw-workbench")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator(".cvw-workbench")).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(23, 25, 28)")


@pytest.mark.slow
def test_a_setting_saves_itself_and_a_wrong_one_is_refused_with_a_sentence(triage: Page) -> None:
    page = triage
    page.get_by_role("button", name="Settings").click()
    field = page.get_by_role("textbox", name="Threads")
    field.fill("2")
    field.press("Tab")
    expect(page.locator(".cvw-settings").get_by_text("Saved")).to_be_visible()
    field.fill("many")
    field.press("Tab")
    expect(page.get_by_text("a number is needed")).to_be_visible()


@pytest.mark.slow
def test_a_job_is_seen_with_its_end_and_its_log(triage: Page, filled: Path, pictures: Path) -> None:
    with Project(filled) as project:
        work = project.images.start_adding([pictures / "labelled"])
        list(work.reports())
    page = triage
    page.get_by_role("button", name=re.compile("^Jobs")).click()
    job = page.locator(".cvw-job").first
    expect(job).to_contain_text(re.compile("Done · .*just now"))
    job.get_by_text("Log", exact=True).click()
    expect(job.locator(".cvw-log")).not_to_have_text("Reading …")


def test_a_kernel_that_dies_is_said_within_three_seconds_and_reload_goes_on(triage: Page, dashboard: str, filled: Path) -> None:
    page = triage
    until_left(filled, '"step": "triage"')
    port = int(re.search(r":(\d+)/", dashboard)[1])  # type: ignore[index]
    for kernel in kernels(port):
        kernel.kill()
    killed = time.monotonic()
    reload = page.get_by_role("button", name="Reload")
    expect(reload).to_be_visible()
    assert time.monotonic() - killed < 5, "3 s, and what a busy machine adds"
    reload.click()
    expect(tiles(page).first).to_be_visible()
    expect(reload).to_have_count(0)


@pytest.mark.slow
def test_a_machine_that_slept_goes_on_where_it_was(triage: Page, dashboard: str, filled: Path) -> None:
    page = triage
    port = int(re.search(r":(\d+)/", dashboard)[1])  # type: ignore[index]
    asleep = [*servers(port), *kernels(port)]
    tiles(page).first.click()
    for process in asleep:
        process.suspend()
    page.keyboard.press("x")
    page.wait_for_timeout(6000)  # so long it sleeps
    for process in asleep:
        process.resume()
    expect(page.locator(".cvw-header")).to_contain_text("1 image trashed")
    expect(page.get_by_role("button", name="Reload")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator(".cvw-header")).to_contain_text("All saved")
    with Project(filled) as project:
        until(lambda: len(project.images.select(state="trashed")) == 0)


def test_nothing_is_sent_while_nothing_happens(tab: Tab, dashboard: str, filled: Path) -> None:
    page = tab("about:blank")
    frames: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(len(data))))
    page.goto(dashboard)
    open_step(page, "Triage")
    expect(tiles(page).first).to_be_visible()
    page.wait_for_timeout(3000)
    before = len(frames)
    page.wait_for_timeout(5000)
    assert before > 0 and frames[before:] == []
