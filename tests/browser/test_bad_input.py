"""What befalls a page from outside: odd names, files that are gone, a catalog that is held, a kernel that is killed, another window."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step
from tests.browser.test_filters import add_filter
from tests.conftest import draw_picture, until

Tab = Callable[..., Page]
NAMES = ["<b>bison", "<img src=x onerror=document.title=1>", "🦬🦌", "שלום עולם", "wide " * 39 + "words", "birds/owl"]
"""The fifth has 200 characters; the slash of the last makes it a label under another."""

HOLD = """
import sqlite3, sys, time
catalog = sqlite3.connect(sys.argv[1], isolation_level=None)
catalog.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
catalog.execute("ROLLBACK")
"""
PICTURES_ARE_THERE = """() => {
  const tiles = [...document.querySelectorAll(".cvw-tile:not([hidden])")];
  return tiles.length > 9 && tiles.every((tile) => tile.querySelector("img").naturalWidth);
}"""


@pytest.fixture(scope="module")
def heap(project_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 150 pictures, all of them New in the project."""
    folder = tmp_path_factory.mktemp("heap")
    for number in range(150):
        draw_picture(folder / f"{number:03d}.jpg", seed=number)
    with Project(project_folder) as project:
        project.images.add(folder)
    return folder


@pytest.fixture
def page(tab: Tab, dashboard: str, heap: Path, project_folder: Path) -> Iterator[Page]:
    """Triage as one finds it who was never here; what a test decides is taken back."""
    forget_place(project_folder / "bookmarks")
    with Project(project_folder) as project:
        before = project.journal.last()
        yield at_triage(tab(dashboard))
        while (last := project.journal.last()) != before and last is not None:
            project.journal.undo(last.id)


def forget_place(bookmarks: Path) -> None:
    """Takes away where the last page was left, until its kernel, which ends in a moment, writes it no more."""
    begun = time.monotonic()
    while time.monotonic() - begun < 1.5:
        if bookmarks.exists():
            shutil.rmtree(bookmarks, ignore_errors=True)
            begun = time.monotonic()
        time.sleep(0.1)


def at_triage(page: Page) -> Page:
    open_step(page, "Triage")
    tiles(page).first.wait_for()
    return page


def tiles(page: Page) -> Locator:
    return page.locator(".cvw-tile:visible")


def first_on_screen(page: Page) -> int:
    """The position of the image in the corner of the wall."""
    wall = page.locator(".cvw-scroller:visible").bounding_box()
    assert wall
    place = [wall["x"] + 40, wall["y"] + 40]
    return int(page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('.cvw-tile').ariaPosInSet", place))


def turn_wheel(page: Page, pixels: int) -> None:
    before = first_on_screen(page)
    tiles(page).first.hover()
    page.mouse.wheel(0, pixels)
    page.wait_for_function(f"document.querySelector('.cvw-scroller').scrollTop >= {pixels}")
    assert first_on_screen(page) > before


def end_kernel(page: Page) -> None:
    """Kills the kernel of a page, as the system does when memory is short."""
    number = page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    (kernel,) = (process for process in psutil.process_iter(["cmdline"]) if any(number in part for part in process.info["cmdline"] or ()))
    kernel.kill()


@contextmanager
def held(catalog: Path, *, seconds: float) -> Iterator[None]:
    """Another process writes to the catalog when the block begins, and goes on for so long."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(catalog), str(seconds)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        yield
    assert holder.returncode == 0


def nothing_is_code(page: Page) -> bool:
    return page.title().endswith("· cvwidgets") and page.locator(".cvw b, .cvw img[src='x']").count() == 0


@pytest.mark.slow
def test_labels_of_any_name_are_made_on_the_page_and_stand_in_the_tree_as_they_were_typed(page: Page) -> None:
    for name in NAMES:
        page.get_by_role("button", name="+ Label").click()
        page.keyboard.insert_text(name)
        page.keyboard.press("Enter")
        expect(page.locator(".cvw-label-said")).to_contain_text(name)
    assert {*NAMES[:-1], "birds", "owl"} <= {*page.locator(".cvw-row-name:visible").all_text_contents()}
    page.get_by_role("textbox", name="Find in file names").fill(NAMES[1])
    expect(page.locator(".cvw-empty:visible")).to_have_text(f"No file here has '{NAMES[1]}' in its name.")
    assert nothing_is_code(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the longest name stays in its place"


@pytest.mark.slow
def test_labels_of_any_name_are_given_and_filtered_by_when_some_of_the_name_is_typed(page: Page, project_folder: Path) -> None:
    with Project(project_folder) as project:
        for name in NAMES:
            project.labels.add(name)
    for number, name in enumerate(NAMES):
        tiles(page).nth(number).click()
        page.keyboard.press("l")
        page.keyboard.insert_text(name[-4:])
        expect(page.locator(".cvw-option bdi").first).to_have_text(name)
        page.keyboard.press("Enter")
        expect(page.locator(".cvw-header")).to_contain_text(f"1 image moved to {name}")
        expect(tiles(page).nth(number).locator(".cvw-caption")).to_have_text(name)
    page.get_by_role("button", name=re.compile(r"^All \d")).click()
    expect(page.locator(".cvw-triage .cvw-showing")).not_to_contain_text("to look at")
    for number, name in enumerate(NAMES):
        add_filter(page, "label", name[-4:])
        expect(page.locator(".cvw-triage .cvw-showing")).to_have_text(re.compile(rf"^{number + 1} images?, .*{re.escape(name)}"))
    expect(page.locator(".cvw-chip bdi")).to_have_text(f"{', '.join(NAMES[:-1])} or {NAMES[-1]}")
    assert nothing_is_code(page)


@pytest.mark.slow
def test_an_original_that_is_missing_or_broken_says_so_on_its_tile_and_is_judged_all_the_same(
    page: Page, heap: Path, project_folder: Path
) -> None:
    spoilt = [draw_picture(heap.parent / "spoilt" / f"{number}.jpg", seed=500 + number) for number in range(3)]
    with Project(project_folder) as project:
        project.images.add(heap.parent / "spoilt", label="spoilt")
        spoilt[0].unlink()
        spoilt[1].write_text("no picture")
        shutil.rmtree(project_folder / "cache")
        page.locator("[data-label='spoilt']").click()
        expect(page.locator(".cvw-broken:visible")).to_have_text(["File missing", "Cannot be read"])
        expect(page.locator(".cvw-is-broken:visible").last).to_have_attribute("title", re.compile("The file is damaged, or no picture"))
        page.locator(".cvw-is-broken:visible").first.click()
        page.keyboard.press("Control+a")
        page.keyboard.press("k")
        expect(page.locator(".cvw-header")).to_contain_text("3 images kept")
        assert len(project.images.select("spoilt", "kept")) == 3


@pytest.mark.slow
def test_pictures_come_again_when_the_cache_is_deleted_under_the_page(page: Page, project_folder: Path) -> None:
    page.wait_for_function(PICTURES_ARE_THERE)
    shutil.rmtree(project_folder / "cache")
    page.get_by_role("button", name=re.compile(r"^All \d")).click()
    expect(page.locator(".cvw-triage .cvw-showing")).not_to_contain_text("to look at")
    page.wait_for_function(PICTURES_ARE_THERE)
    until((project_folder / "cache" / "thumbnails.db").exists)


@pytest.mark.slow
def test_a_decision_waits_for_a_catalog_that_is_held_and_is_made_once(page: Page, project_folder: Path) -> None:
    with Project(project_folder) as project:
        newest = project.journal.acts(1)[0].id
        tiles(page).first.click()
        with held(project_folder / "catalog.db", seconds=10):
            page.keyboard.press("x")
            expect(page.locator(".cvw-saved")).to_have_text("Saving …", timeout=3000)
            page.keyboard.press("x")  # one who waits presses again
            turn_wheel(page, 300)
            assert project.journal.acts(1)[0].id == newest
        expect(page.locator(".cvw-header")).to_contain_text("1 image trashed")
        expect(page.locator(".cvw-saved")).to_have_text("All saved")
        assert project.journal.acts(1)[0].id == newest + 1 and project.status().trashed == 1
    expect(page.locator(".cvw-problem:visible")).to_have_count(0)


def test_after_a_kernel_was_killed_reload_brings_back_step_filter_place_and_selection(page: Page) -> None:
    page.get_by_role("textbox", name="Find in file names").fill("1")
    expect(page.locator(".cvw-triage .cvw-showing")).to_contain_text("'1' in name")
    turn_wheel(page, 300)
    place = first_on_screen(page)
    page.locator(f".cvw-tile[aria-posinset='{place + 9}']:visible").click()
    page.locator(f".cvw-tile[aria-posinset='{place + 12}']:visible").click(modifiers=["Control"])
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.wait_for_timeout(1500)  # the hand rests; where one is is left with the project
    end_kernel(page)
    killed = time.monotonic()
    page.get_by_role("button", name="Reload").wait_for()
    assert time.monotonic() - killed < 5, "3 s, and what a busy machine adds"
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_text("2 selected")).to_be_visible()
    expect(page.get_by_role("tab", name=re.compile("^Triage"))).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("textbox", name="Find in file names")).to_have_value("1")
    expect(page.locator(".cvw-tile[aria-selected=true]:visible")).to_have_count(2)
    assert first_on_screen(page) == place
    assert page.locator(f".cvw-tile[aria-posinset='{place + 12}']:visible").get_attribute("aria-selected") == "true"


@pytest.mark.slow
def test_a_decision_is_seen_in_another_window_which_keeps_its_place_and_selection(page: Page, tab: Tab, dashboard: str) -> None:
    other = at_triage(tab(dashboard))
    turn_wheel(other, 150)
    place = first_on_screen(other)
    other.locator(f".cvw-tile[aria-posinset='{place + 1}']:visible").click()
    other.keyboard.press("Shift+ArrowRight")
    expect(other.get_by_text("2 selected")).to_be_visible()
    page.locator(f".cvw-tile[aria-posinset='{place + 4}']:visible").click()
    page.keyboard.press("x")
    expect(page.locator(".cvw-judged:visible")).to_have_count(1)
    decided = time.monotonic()
    expect(other.locator(".cvw-judged:visible")).to_have_attribute("aria-posinset", str(place + 4))
    assert time.monotonic() - decided < 4, "2 s, and what a busy machine adds"
    assert first_on_screen(other) == place
    expect(other.get_by_text("2 selected")).to_be_visible()
    assert other.locator(".cvw-tile[aria-selected=true]:visible").first.get_attribute("aria-posinset") == str(place + 1)
