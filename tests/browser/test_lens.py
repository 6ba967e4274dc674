"""Looking at one image closely in the dashboard, and judging it there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step
from tests.conftest import draw_picture

Tab = Callable[..., Page]


@pytest.fixture(scope="module")
def photos(filled: Path, pictures: Path) -> Path:
    """Two photos with more pixels than a screen, the last two that are New; the very last one's original is cut off since it was read."""
    for number in range(2):
        draw_picture(pictures / "photos" / f"photo-{number}.jpg", seed=number, size=(4000, 3000))
    with Project(filled) as project:
        project.images.add(pictures / "photos")
        project.images.thumbnails(project.images.select(state="new").ids)
    cut_off = pictures / "photos" / "photo-1.jpg"
    cut_off.write_bytes(cut_off.read_bytes()[: cut_off.stat().st_size // 2])
    return pictures / "photos"


def lens(page: Page) -> Locator:
    return page.get_by_role("dialog", name=re.compile("^Image"))


def stage(page: Page) -> Locator:
    return page.locator(".cvw-lens-stage")


def open_lens(page: Page, key: str = "Home") -> None:
    """Opens the lens on the first or the last image by keys alone."""
    open_step(page, "Triage")
    page.locator(".cvw-tile[aria-posinset='1']:visible").click()
    page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(lens(page)).to_be_visible()


@pytest.mark.usefixtures("photos")
def test_enter_opens_it_arrows_go_on_and_escape_gives_the_focus_back(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_lens(page)
    expect(lens(page)).to_contain_text("1 of 26")
    expect(stage(page)).to_have_attribute("data-sharp", "80")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(lens(page)).to_contain_text("3 of 26")
    expect(page.locator(".cvw-lens-side")).to_contain_text(re.compile("SHA-256"))
    page.keyboard.press("Escape")
    expect(lens(page)).not_to_be_visible()
    page.wait_for_function("document.activeElement.className === 'cvw-scroller'")
    expect(page.get_by_text("1 selected")).to_be_visible()
    expect(page.locator(".cvw-cursor:visible")).to_have_attribute("aria-posinset", "3")


@pytest.mark.usefixtures("photos")
def test_an_image_is_judged_from_there_alone_and_undone(tab: Tab, dashboard: str, project_folder: Path) -> None:
    page = tab(dashboard)
    open_lens(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    expect(lens(page).locator(".cvw-lens-top .cvw-lens-state")).to_have_text("Trash")
    expect(lens(page)).to_contain_text("1 image trashed")
    with Project(project_folder) as project:
        assert len(project.images.select(state="trashed")) == 1
    page.keyboard.press("Control+z")
    expect(lens(page).locator(".cvw-lens-top .cvw-lens-state")).to_have_text("New")
    page.keyboard.press("l")
    page.get_by_role("combobox").type("heron\n")
    expect(lens(page).locator(".cvw-lens-top .cvw-lens-state")).to_have_text("Kept · heron")
    page.keyboard.press("Control+z")
    expect(lens(page).locator(".cvw-lens-top .cvw-lens-state")).to_have_text("New")


@pytest.mark.slow
@pytest.mark.parametrize(("dark", "width"), [(False, 1000), (True, 1900)])
def test_who_zooms_in_gets_all_pixels(tab: Tab, dashboard: str, photos: Path, dark: bool, width: int) -> None:
    page = tab(dashboard, dark=dark, width=width)
    open_lens(page, "End")
    page.keyboard.press("ArrowLeft")
    expect(stage(page)).to_have_attribute("data-sharp", "2000")
    page.keyboard.press("Shift+0")
    expect(stage(page)).to_have_attribute("data-sharp", "4000")
    expect(lens(page)).to_contain_text("100%")
    before = picture_left(page)
    page.keyboard.press("Shift+ArrowRight")
    assert picture_left(page) < before
    before = picture_left(page)
    stage(page).hover()
    page.mouse.down()
    page.mouse.move(*(end - 60 for end in middle_of(page)), steps=3)
    page.mouse.up()
    assert picture_left(page) == before - 60
    page.keyboard.press("1")
    assert stage(page).evaluate("(stage) => stage.lastElementChild.previousElementSibling.clientWidth <= stage.clientWidth")


def middle_of(page: Page) -> tuple[float, float]:
    box = stage(page).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def picture_left(page: Page) -> float:
    return float(stage(page).evaluate("(stage) => stage.querySelector('[src^=blob]').getBoundingClientRect().left"))


@pytest.mark.slow
@pytest.mark.usefixtures("photos")
def test_the_key_of_a_label_labels_there_too_and_with_shift_it_zooms(tab: Tab, dashboard: str, project_folder: Path) -> None:
    with Project(project_folder) as project:
        project.labels.hotkey("heron", "0")
    page = tab(dashboard)
    open_lens(page, "End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("0")
    expect(lens(page).locator(".cvw-lens-top .cvw-lens-state")).to_have_text("Kept · heron")
    expect(stage(page)).to_have_attribute("data-sharp", "2000")
    fitted = page.locator(".cvw-lens-percent").inner_text()
    page.keyboard.press("Control+z")
    expect(lens(page).locator(".cvw-lens-top .cvw-lens-state")).to_have_text("New")
    page.keyboard.press("Shift+0")
    expect(page.locator(".cvw-lens-percent")).to_have_text("100%")
    page.keyboard.press("Shift+1")
    expect(page.locator(".cvw-lens-percent")).to_have_text(fitted)
    with Project(project_folder) as project:
        project.labels.hotkey("heron", None)


@pytest.mark.slow
@pytest.mark.usefixtures("photos")
def test_with_advance_a_decision_goes_on_to_the_next_image_there_too(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    page.get_by_role("button", name="Advance").click()
    open_lens(page)
    page.keyboard.press("x")
    expect(lens(page)).to_contain_text("2 of 26")
    page.keyboard.press("Control+z")
    page.keyboard.press("ArrowLeft")
    expect(lens(page).locator(".cvw-lens-top .cvw-lens-state")).to_have_text("New")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Advance").click()


@pytest.mark.slow
@pytest.mark.usefixtures("photos")
def test_tab_stays_in_the_lens_and_the_button_that_opened_it_leads_back_to_the_wall(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    page.locator(".cvw-tile[aria-posinset='2']:visible").click()
    page.get_by_role("button", name="Open").click()
    expect(lens(page)).to_be_visible()
    seen = set()
    for key in ["Tab"] * 30 + ["Shift+Tab"] * 20:
        page.keyboard.press(key)
        where = page.evaluate(
            "(({activeElement: at}) => at.closest('dialog') ? at.getAttribute('aria-label') ?? at.textContent : '')(document)"
        )
        assert where, f"{key} left the lens after {seen}"
        seen.add(where)
    assert {"Picture", "Facts", "Close (Esc)", "KeepK"} <= seen
    page.locator(".cvw-lens-title").click()
    page.keyboard.press("ArrowRight")
    expect(lens(page)).to_contain_text("3 of 26")
    page.get_by_role("button", name="Close (Esc)").click()
    page.wait_for_function("document.activeElement.className === 'cvw-scroller'")


@pytest.mark.slow
@pytest.mark.usefixtures("photos")
def test_a_broken_original_is_said_over_its_thumbnail_and_judged_all_the_same(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_lens(page, "End")
    expect(stage(page)).to_contain_text("The original cannot be shown. It is damaged")
    assert stage(page).locator("img").first.evaluate("(image) => image.naturalWidth > 0")
    page.keyboard.press("k")
    expect(page.locator(".cvw-lens .cvw-problem")).to_be_visible()
    page.keyboard.press("x")
    expect(lens(page).locator(".cvw-lens-top .cvw-lens-state")).to_have_text("Trash")
    page.keyboard.press("Control+z")
    expect(lens(page).locator(".cvw-lens-top .cvw-lens-state")).to_have_text("New")


@pytest.mark.slow
@pytest.mark.usefixtures("photos")
def test_space_opens_it_for_as_long_as_it_is_held_and_selects_when_tapped(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    page.locator(".cvw-tile[aria-posinset='3']:visible").click()
    page.keyboard.down("Space")
    expect(lens(page)).to_be_visible()
    page.keyboard.up("Space")
    expect(lens(page)).not_to_be_visible()
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_text("Click to select")).to_be_visible()


@pytest.mark.slow
@pytest.mark.usefixtures("photos")
def test_a_double_click_opens_it_and_the_mouse_does_what_keys_do(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Triage")
    page.locator(".cvw-tile[aria-posinset='3']:visible").dblclick()
    expect(lens(page)).to_contain_text("3 of 26")
    page.get_by_role("button", name="The next image (→)").click()
    expect(lens(page)).to_contain_text("4 of 26")
    expect(stage(page)).to_have_attribute("data-sharp", "80")
    fitted = page.locator(".cvw-lens-percent").inner_text()
    stage(page).hover()
    page.mouse.wheel(0, -300)
    expect(page.locator(".cvw-lens-percent")).not_to_have_text(fitted)
    page.get_by_role("button", name="Close (Esc)").click()
    expect(lens(page)).not_to_be_visible()
