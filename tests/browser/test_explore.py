"""Explore in the dashboard: a suggestion is accepted and taken back, what is right stays right, a stack loses its copies."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step
from tests.browser.test_access import findings

Tab = Callable[..., Page]


@pytest.fixture(scope="module")
def filled(project_folder: Path, explored: Path) -> Path:
    """The project that is served is one that was looked through."""
    shutil.rmtree(project_folder)
    shutil.copytree(explored / "project", project_folder)
    return project_folder


@pytest.fixture
def page(tab: Tab, filled: Path, dashboard: str) -> Page:
    opened = tab(dashboard)
    open_step(opened, "Explore")
    return opened


def kind(page: Page, name: str) -> Locator:
    return page.locator(".cvw-explore .cvw-kind", has_text=name)


def tile(page: Page, number: int = 1) -> Locator:
    return page.locator(f".cvw-explore .cvw-tile[aria-posinset='{number}']")


def test_a_suggestion_is_accepted_by_one_key_and_taken_back_by_another(page: Page, filled: Path) -> None:
    expect(tile(page)).to_contain_text("→ red")
    number = kind(page, "Mistakes").locator(".cvw-count")
    expect(number).to_have_text(re.compile(r"\d"))
    before = number.inner_text()
    tile(page).click()
    page.keyboard.press("a")
    expect(page.locator(".cvw-did")).to_have_text("1 image moved to red")
    expect(tile(page).locator(".cvw-caption")).to_have_text("red")
    expect(number).not_to_have_text(before)
    page.keyboard.press("Control+z")
    expect(tile(page)).to_contain_text("→ red")
    expect(number).to_have_text(before)


def test_what_is_right_stays_right_after_a_reload(page: Page, filled: Path) -> None:
    expect(tile(page, 2)).to_contain_text("→")
    second = tile(page, 2).get_attribute("aria-label") or ""
    tile(page).click()
    page.keyboard.press("y")
    expect(page.locator(".cvw-did")).to_have_text("1 image confirmed as labeled")
    page.reload()
    expect(tile(page)).to_have_accessible_name(second)
    with Project(filled) as project:
        project.journal.undo()


def test_of_a_stack_the_copy_goes_to_the_trash(page: Page, filled: Path) -> None:
    kind(page, "Duplicates").click()
    row = page.locator(".cvw-finding", has_text=re.compile(r"^3\.jpg"))
    row.click()
    expect(row).to_have_attribute("aria-selected", "true")
    expect(tile(page, 2)).to_contain_text("copy")
    page.locator(".cvw-explore .cvw-scroller").press("Control+a")
    page.get_by_role("button", name="Keep the best").click()
    expect(page.locator(".cvw-did")).to_have_text("1 image trashed")
    with Project(filled) as project:
        assert [image.path.name for image in project.images.get(project.images.select(state="trashed").ids)] == ["small.jpg"]
        project.journal.undo()


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_screen_reader_finds_its_way(tab: Tab, filled: Path, dashboard: str, dark: bool) -> None:
    page = tab(dashboard, dark=dark)
    open_step(page, "Explore")
    for name in ("Mistakes", "Duplicates", "Uncertain", "Strangers"):
        kind(page, name).click()
        expect(kind(page, name)).to_have_attribute("aria-pressed", "true")
        page.locator(".cvw-explore .cvw-tile img[src]").first.wait_for()
        assert findings(page) == []
