"""The whole loop in the dashboard, as a person goes through it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from cvwidgets import Project

Tab = Callable[..., Page]


def open_step(page: Page, step: str) -> None:
    page.get_by_role("tab", name=re.compile(f"^{step}")).click()


def choose_folder(page: Page, name: str) -> None:
    page.get_by_role("button", name="Choose", exact=True).click()
    page.locator(".cvw-chooser .widget-select select").select_option(f"{name}/")
    expect(page.locator(".cvw-chooser .widget-dropdown select")).to_have_value(re.compile(".*"))
    page.get_by_role("button", name="Choose", exact=True).click()


def tiles(page: Page):
    return page.locator(".cvw-tile:visible")


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


def test_a_label_is_given_by_typing_and_what_was_judged_leaves_when_asked(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    tiles(page).nth(0).click()
    page.keyboard.press("l")
    page.get_by_role("combobox").type("bis")
    page.keyboard.press("Enter")
    expect(page.locator(".cvw-judged:visible")).to_have_count(1)
    page.get_by_role("button", name="Show what changed").click()
    expect(page.locator(".cvw-judged:visible")).to_have_count(0)
    expect(page.locator(".cvw-showing")).to_contain_text("23 New")
    page.get_by_role("button", name=re.compile("^Undo: ")).click()
    expect(page.locator(".cvw-showing")).to_contain_text("1 more came")


def test_ctrl_a_invert_and_escape_work_on_all_images(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    tiles(page).nth(3).click()
    page.keyboard.press("i")
    expect(page.get_by_text("23 selected")).to_be_visible()
    page.keyboard.press("Control+a")
    expect(page.get_by_text("24 selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Click to select")).to_be_visible()


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


def test_names_of_files_and_labels_are_text_and_nothing_else(tab: Tab, dashboard: str, project_folder: Path) -> None:
    label = "<img src=x onerror=document.title='owned'>"
    with Project(project_folder) as project:
        project.labels.add(label)
    page = tab(dashboard)
    open_step(page, "Triage")
    expect(page.locator(".cvw-tree")).to_contain_text(label)
    expect(tiles(page).first).to_have_attribute("title", re.compile("·"))
    assert page.title() != "owned" and page.locator(".cvw-tree img").count() == 0
    with Project(project_folder) as project:
        project.labels.delete(label)


def test_a_training_is_started_watched_found_again_stopped_and_promoted(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Train")
    page.get_by_role("spinbutton", name="Epochs").fill("200")
    page.get_by_role("button", name="Start training").click()
    expect(page.locator(".cvw-epochs tbody tr").nth(1)).to_be_visible(timeout=180_000)
    page.reload()
    open_step(page, "Train")
    expect(page.locator(".cvw-epochs tbody tr").nth(2)).to_be_visible(timeout=120_000)
    expect(page.locator(".cvw-epochs .cvw-best")).to_have_count(1)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".cvw-sofar").get_by_text(re.compile("Stopped after"))).to_be_visible(timeout=120_000)
    page.get_by_role("button", name="Promote").click()
    expect(page.get_by_text("In production")).to_be_visible()


def test_an_image_is_dropped_and_its_label_read(tab: Tab, dashboard: str, pictures: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Inspect")
    page.locator(".cvw-inspect input[type=file]").set_input_files(pictures / "labelled" / "heron" / "3.jpg")
    expect(page.locator(".cvw-bar-row")).to_have_count(2, timeout=120_000)
    expect(page.locator(".cvw-first-guess")).to_contain_text(re.compile("heron|bison"))
    page.locator(".cvw-inspect input[type=file]").set_input_files(pictures / "labelled" / "bison" / "broken.jpg")
    expect(page.get_by_role("alert")).to_contain_text("not a picture")


def test_a_recipe_that_cannot_be_is_said_under_the_form(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Train")
    page.get_by_role("spinbutton", name="Epochs").fill("0")
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("alert")).to_contain_text("it must be 1 to 10000")
