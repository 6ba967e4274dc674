"""Taking pictures in through the dashboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step

Tab = Callable[..., Page]


def choose_folder(page: Page, name: str) -> None:
    page.get_by_role("button", name="Choose", exact=True).click()
    page.locator(".cvw-chooser .widget-select select").select_option(f"{name}/")
    expect(page.locator(".cvw-chooser .widget-dropdown select")).to_have_value(re.compile(".*"))
    page.get_by_role("button", name="Choose", exact=True).click()


def test_an_empty_project_says_where_to_begin(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    page.get_by_role("button", name="Collect images").click()
    expect(page.get_by_role("heading", name="From this machine")).to_be_visible()
    open_step(page, "Inspect")
    expect(page.get_by_text("No model yet")).to_be_visible()


def test_a_folder_is_chosen_and_taken_in_and_what_was_refused_is_listed(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Collect")
    choose_folder(page, "labelled")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Done · 24 added · 1 refused")).to_be_visible()
    expect(page.locator(".cvw-refused")).to_contain_text("broken.jpg")


def test_files_from_the_browser_come_in_as_new(tab: Tab, dashboard: str, pictures: Path, project_folder: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Collect")
    page.locator(".cvw-collect input[type=file]").set_input_files(sorted((pictures / "loose").iterdir()))
    expect(page.get_by_text("24 added.")).to_be_visible()
    with Project(project_folder) as project:
        assert project.status().new == 24
