"""Taking pictures in through the dashboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step

Tab = Callable[..., Page]


def choose_folder(page: Page, name: str) -> None:
    page.get_by_role("button", name="Browse …").click()
    page.locator(".cvw-chooser .widget-select select").select_option(f"{name}/")
    expect(page.locator(".cvw-chooser .widget-dropdown select")).to_have_value(re.compile(".*"))
    page.get_by_role("button", name="Take this folder").click()


def work(page: Page) -> Locator:
    """Where the last import tells how it stands."""
    return page.get_by_role("region", name="Import")


@pytest.mark.slow
def test_an_empty_project_says_where_to_begin(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    page.get_by_role("button", name="Collect images").click()
    expect(page.get_by_role("heading", name="From this machine")).to_be_visible()
    open_step(page, "Inspect")
    expect(page.get_by_text("No model yet")).to_be_visible()


@pytest.mark.slow
def test_a_project_without_images_says_the_first_step_and_the_two_ways_are_of_one_width(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard, width=1440)
    open_step(page, "Collect")
    expect(page.get_by_text("No images yet. Choose a folder, drop pictures, or search the web.")).to_be_visible()
    here, browser = (page.locator(f".cvw-collect .cvw-way{which}").bounding_box() for which in (".cvw-here", ".cvw-drop"))
    fields = page.get_by_role("region", name="How they come in").bounding_box()
    assert (here["width"], here["y"]) == (browser["width"], browser["y"]) and fields["y"] < here["y"]


def test_a_folder_is_chosen_and_taken_in_and_what_was_refused_is_listed(tab: Tab, dashboard: str, pictures: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Collect")
    add = page.get_by_role("button", name="Add", exact=True)
    expect(add).to_be_disabled()
    expect(add).to_have_accessible_description("Nothing is chosen yet.")
    choose_folder(page, "labelled")
    expect(page.get_by_text(re.compile("25 files, .* under 2 labels: bison, heron"))).to_be_visible()
    expect(page.locator("strong", has_text=f"{pictures.name}/labelled")).to_be_visible()
    add.click()
    expect(work(page)).to_contain_text("24 images added · 1 refused")
    expect(page.get_by_text("No images yet.")).to_be_hidden()
    expect(work(page).get_by_role("rowheader")).to_have_text("broken.jpg")
    page.get_by_role("button", name="Look at them").click()
    expect(page.get_by_role("tab", name=re.compile("^Triage"))).to_have_attribute("aria-selected", "true")


def test_files_from_the_browser_come_in_as_new(tab: Tab, dashboard: str, pictures: Path, project_folder: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Collect")
    page.locator(".cvw-collect input[type=file]").first.set_input_files(sorted((pictures / "loose").iterdir()))
    expect(work(page).get_by_role("heading")).to_have_text(re.compile(r"\.jpg and 23 more$"))
    expect(work(page)).to_contain_text("24 images added")
    with Project(project_folder) as project:
        assert project.status().new == 24


@pytest.mark.slow
def test_a_folder_from_the_browser_gives_its_labels_and_known_pictures_are_said_to_be(
    tab: Tab, dashboard: str, pictures: Path, project_folder: Path
) -> None:
    with Project(project_folder) as project:
        project.images.add(pictures / "labelled")
    page = tab(dashboard)
    open_step(page, "Collect")
    page.locator(".cvw-collect input[type=file]").last.set_input_files(pictures / "labelled")
    expect(work(page)).to_contain_text("Nothing new: 24 files of 25 known already · 1 refused")
    expect(work(page).get_by_role("rowheader")).to_have_text("broken.jpg")


@pytest.mark.slow
def test_a_drop_that_holds_no_picture_names_the_file_and_is_not_tried_again(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Collect")
    page.locator(".cvw-collect input[type=file]").first.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"text"})
    expect(work(page)).to_contain_text("Nothing was added: the file could not be used")
    expect(work(page).get_by_role("heading")).to_have_text("notes.txt")
    expect(work(page).get_by_role("rowheader")).to_have_text("notes.txt")
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    expect(page.get_by_role("button", name="Look at them")).to_be_hidden()


@pytest.mark.slow
def test_a_half_filled_form_comes_back(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Collect")
    form = page.get_by_role("region", name="How they come in")
    form.get_by_label("State").select_option("New")
    form.get_by_label("Label", exact=True).fill("owl")
    page.wait_for_timeout(1000)  # what is typed is left when the hand rests
    page.reload()
    open_step(page, "Collect")
    expect(form.get_by_label("Label", exact=True)).to_have_value("owl")
    expect(form.get_by_label("State")).to_have_value("new")


@pytest.mark.slow
def test_a_page_that_reloads_while_files_are_sent_says_how_far_it_came(tab: Tab, dashboard: str, pictures: Path, tmp_path: Path) -> None:
    files = sorted((pictures / "labelled" / "bison").glob("*.jpg"))[:3]
    for number in range(40):
        files.append(tmp_path / f"{number}.tif")
        with files[-1].open("wb") as empty:
            empty.truncate(8_000_000)
    page = tab(dashboard)
    open_step(page, "Collect")
    page.locator(".cvw-collect input[type=file]").first.set_input_files(files)
    expect(page.get_by_text(re.compile(r"^([3-9]|\d\d) of 43 files sent"))).to_be_visible()
    page.reload()
    open_step(page, "Collect")
    expect(page.get_by_text(re.compile(r"^Sending was cut off after \d+ of 43 files\. Drop them again"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Add the .* arrived")).click()
    expect(work(page)).to_contain_text(re.compile("here already|known already|images added"))
    expect(page.get_by_text("Sending was cut off")).to_be_hidden()
