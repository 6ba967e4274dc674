"""Filters in the dashboard, by keyboard: added, changed, taken away, saved, and there again after a reload."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step

Tab = Callable[..., Page]


def add_filter(page: Page, *typed: str) -> None:
    """Adds a condition as a person does: its kind, then its value, each by some letters and Enter."""
    page.get_by_role("button", name="+ Filter").focus()
    page.keyboard.press("Enter")
    for text in typed:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_a_filter_is_added_saved_taken_away_and_comes_back_by_its_name(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    showing = page.locator(".cvw-triage .cvw-showing")
    expect(showing).to_contain_text("24 images to look at")
    add_filter(page, "form", "jp")
    expect(showing).to_contain_text("24 of 24 images to look at · JPEG")
    add_filter(page, "size in", "to 70")
    expect(page.locator(".cvw-chip")).to_have_text(["JPEG", "up to 70 px"])
    page.get_by_role("button", name="In the order they came").click()
    page.get_by_role("menuitemradio", name="By name", exact=True).click()
    expect(showing).to_contain_text("JPEG, up to 70 px · by name")
    page.get_by_role("button", name="Saved").click()
    page.get_by_role("menuitem", name="Save this").click()
    page.keyboard.type("<b>small</b>\n")
    page.get_by_role("button", name="JPEG", exact=True).focus()
    page.keyboard.press("Delete")
    expect(page.locator(".cvw-chip")).to_have_text(["up to 70 px"])
    page.keyboard.press("Backspace")
    expect(page.locator(".cvw-chip")).to_have_count(0)
    page.get_by_role("button", name="Saved").click()
    page.get_by_role("menuitemradio", name="<b>small</b>").click()
    expect(page.locator(".cvw-chip")).to_have_count(2)
    expect(showing).to_contain_text("JPEG, up to 70 px · by name")
    page.wait_for_timeout(1000)  # where one is left is written when the hand rests
    page.reload()
    expect(page.locator(".cvw-chip")).to_have_text(["JPEG", "up to 70 px"])
    expect(page.locator(".cvw-triage .cvw-showing")).to_contain_text("by name")


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_the_list_of_filters_stands_over_the_wall_and_escape_leaves_it(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard, dark=True, width=1000)
    open_step(page, "Triage")
    add_filter(page, "label")
    expect(page.get_by_role("option", name="bison")).to_be_visible()
    page.keyboard.press("Backspace")
    expect(page.get_by_role("option", name="Format")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="+ Filter")).to_be_focused()


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_the_images_of_an_act_are_shown_when_a_journal_asks(tab: Tab, dashboard: str, project_folder: Path) -> None:
    with Project(project_folder) as project:
        act = project.images.trash(project.images.select("bison", "kept").ids[:3])
    page = tab(dashboard)
    open_step(page, "Collect")
    page.locator(".cvw-header").evaluate(
        "(place, act) => place.dispatchEvent(new CustomEvent('cvw-show-act', { bubbles: true, detail: { act } }))", act.id
    )
    expect(page.locator(".cvw-triage .cvw-showing")).to_contain_text(f"of act {act.id} (3 images trashed)")
    expect(page.locator(".cvw-triage .cvw-showing")).to_contain_text("3 of 48 images")
    expect(page.get_by_role("button", name="All 48")).to_have_attribute("aria-pressed", "true")
    with Project(project_folder) as project:
        project.journal.undo(act.id)
