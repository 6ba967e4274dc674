"""Selecting as in a file manager: by drag, to the end of the page, with a way back; and what is selected goes to labels by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step

Tab = Callable[..., Page]


@pytest.fixture
def page(tab: Tab, dashboard: str, filled: Path) -> Iterator[Page]:
    """Triage over 24 new images; what a test decides is taken back."""
    with Project(filled) as project:
        before = project.journal.last()
        page = tab(dashboard)
        open_step(page, "Triage")
        tiles(page).first.wait_for()
        if page.get_by_text("Clear").is_visible():  # another test's selection came back
            tiles(page).first.click()
            page.keyboard.press("Escape")
        yield page
        while (last := project.journal.last()) != before and last is not None:
            project.journal.undo(last.id)


def tiles(page: Page) -> Locator:
    return page.locator(".cvw-tile:visible")


def drag(page: Page, begin: Locator, end: Locator) -> None:
    first, last = begin.bounding_box(), end.bounding_box()
    assert first and last
    page.mouse.move(first["x"] + 20, first["y"] + 20)
    page.mouse.down()
    page.mouse.move(first["x"] + 40, first["y"] + 40)
    page.mouse.move(last["x"] + 20, last["y"] + 20, steps=4)
    page.mouse.up()


def columns(page: Page) -> int:
    return int(
        page.evaluate("""() => {
      const tiles = [...document.querySelectorAll(".cvw-tile")].filter((tile) => tile.getClientRects().length);
      const tops = tiles.map((tile) => tile.getBoundingClientRect().top);
      return tops.filter((top) => top === Math.min(...tops)).length;
    }""")
    )


def test_a_drag_over_images_selects_what_it_touches_and_ctrl_adds_to_it(page: Page) -> None:
    row = columns(page)
    drag(page, tiles(page).nth(0), tiles(page).nth(row + 1))
    expect(page.get_by_text("4 selected")).to_be_visible()
    page.keyboard.down("Control")
    drag(page, tiles(page).nth(3), tiles(page).nth(3 + row))
    page.keyboard.up("Control")
    expect(page.get_by_text("6 selected")).to_be_visible()


def test_a_click_that_takes_a_large_selection_away_is_taken_back_by_ctrl_z(page: Page) -> None:
    tiles(page).nth(0).click()
    page.keyboard.press("Control+a")
    tiles(page).nth(5).click()
    expect(page.get_by_text("Ctrl+Z selects the 24 again")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("24 selected")).to_be_visible()
    expect(page.locator(".cvw-header")).not_to_contain_text("Undone")


@pytest.mark.slow
def test_shift_end_selects_from_here_on_and_the_menu_the_rest_of_the_page(page: Page) -> None:
    tiles(page).nth(4).click()
    page.keyboard.press("Shift+End")
    expect(page.get_by_text("20 selected")).to_be_visible()
    page.keyboard.press("Home")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Select the rest of the page").click()
    expect(page.locator(".cvw-selected:visible")).not_to_have_text("1 selected")


@pytest.mark.slow
def test_the_key_of_a_label_moves_what_is_selected_there(page: Page, filled: Path) -> None:
    with Project(filled) as project:
        project.labels.hotkey("heron", "4")
    tiles(page).nth(0).click()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("2 selected")).to_be_visible()
    expect(page.locator("[data-label='heron'] kbd")).to_have_text("4")
    page.keyboard.press("4")
    expect(page.locator(".cvw-header")).to_contain_text("2 images moved to heron")


def test_the_selected_are_kept_for_a_label_by_dragging_them_onto_it(page: Page) -> None:
    tiles(page).nth(0).click()
    page.keyboard.press("Shift+ArrowRight")
    tiles(page).nth(0).drag_to(page.locator("[data-label='bison']"))
    expect(page.locator(".cvw-header")).to_contain_text("2 images moved to bison")


@pytest.mark.slow
def test_keep_these_and_trash_the_rest_is_one_act(page: Page, filled: Path) -> None:
    with Project(filled) as project:
        project.images.assign(project.images.select(state="new").ids, "bison")
        project.images.renew(project.images.select("bison", "kept").ids)
    page.get_by_role("button", name="Hide", exact=False).or_(page.locator(".cvw-stale:visible")).first.click()
    expect(page.locator(".cvw-triage .cvw-showing")).to_have_text("36 images to look at")  # what is selected before that goes with the wall
    tiles(page).nth(0).click()
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Keep these, trash the rest").click()
    expect(page.locator(".cvw-header")).to_contain_text("2 images kept")
    page.keyboard.press("Control+z")
    expect(page.locator(".cvw-header")).to_contain_text("Undone")


@pytest.mark.slow
def test_with_advance_a_decision_goes_on_to_the_next_image(page: Page) -> None:
    page.get_by_role("button", name="Advance").click()
    tiles(page).nth(0).click()
    page.keyboard.press("x")
    expect(tiles(page).nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("x")
    expect(tiles(page).nth(2)).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Advance").click()
