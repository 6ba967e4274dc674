"""Judging in the dashboard, as a person does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step

Tab = Callable[..., Page]


def tiles(page: Page) -> Locator:
    return page.locator(".cvw-tile:visible")


@pytest.mark.usefixtures("filled")
def test_twenty_images_are_judged_by_keyboard_and_undone_by_one_key(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    tiles(page).nth(0).click()
    tiles(page).nth(19).click(modifiers=["Shift"])
    expect(page.get_by_text("20 selected")).to_be_visible()
    page.keyboard.press("x")
    expect(page.locator(".cvw-judged:visible")).to_have_count(20)
    expect(page.locator(".cvw-header")).to_contain_text("20 images trashed")
    page.keyboard.press("Control+z")
    expect(page.locator(".cvw-judged:visible")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^New \\d"))).to_contain_text("24")


@pytest.mark.usefixtures("filled")
def test_a_label_is_given_by_typing_and_what_was_judged_leaves_when_asked(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    tiles(page).nth(0).click()
    page.keyboard.press("l")
    page.get_by_role("combobox").type("bis")
    page.keyboard.press("Enter")
    expect(page.locator(".cvw-judged:visible")).to_have_count(1)
    page.get_by_role("button", name="Hide 1 judged").click()
    expect(page.locator(".cvw-judged:visible")).to_have_count(0)
    expect(page.locator(".cvw-triage .cvw-showing")).to_contain_text("23 images to look at")
    page.get_by_role("button", name=re.compile("^Undo: ")).click()
    expect(page.get_by_role("button", name="Show 1 that came")).to_be_visible()


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_what_is_typed_after_l_names_a_label_and_judges_nothing(tab: Tab, dashboard: str, project_folder: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    tiles(page).nth(0).click()
    page.keyboard.type("lfox\n")
    expect(page.locator(".cvw-header")).to_contain_text(re.compile("1 image (moved|kept).* fox"))
    with Project(project_folder) as project:
        assert {label.name for label in project.labels.list()} >= {"fox"} and project.status().trashed == 0
        project.journal.undo()
        project.labels.delete("fox")


@pytest.mark.usefixtures("filled")
def test_ctrl_a_invert_and_escape_work_on_all_images(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    tiles(page).nth(3).click()
    page.keyboard.press("i")
    expect(page.get_by_text("23 selected")).to_be_visible()
    page.keyboard.press("Control+a")
    expect(page.get_by_text("24 selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Ctrl+Z selects the 24 again")).to_be_visible()


@pytest.mark.usefixtures("filled")
def test_a_decision_elsewhere_is_seen_within_two_seconds(tab: Tab, dashboard: str, project_folder: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    expect(tiles(page).first).to_be_visible()
    with Project(project_folder) as project:
        ids = project.images.select(state="new").ids[:2]
        project.images.trash(ids)
        expect(page.locator(".cvw-judged:visible")).to_have_count(2, timeout=5000)
        project.images.renew(ids)
    expect(page.locator(".cvw-judged:visible")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_names_of_files_and_labels_are_text_and_nothing_else(tab: Tab, dashboard: str, project_folder: Path) -> None:
    label = "<img src=x onerror=document.title='owned'>"
    with Project(project_folder) as project:
        project.labels.add(label)
    page = tab(dashboard)
    open_step(page, "Triage")
    expect(page.locator(".cvw-label-tree:visible")).to_contain_text(label)
    expect(tiles(page).first).to_have_attribute("title", re.compile("·"))
    assert page.title() != "owned" and page.locator(".cvw-label-tree img").count() == 0
    with Project(project_folder) as project:
        project.labels.delete(label)


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_undo_works_wherever_the_focus_is(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    tiles(page).nth(0).click()
    page.keyboard.press("x")
    expect(page.locator(".cvw-header")).to_contain_text("1 image trashed")
    open_step(page, "Collect")
    page.keyboard.press("Control+z")
    expect(page.locator(".cvw-header")).to_contain_text("Undone: 1 image trashed")
