"""Explore in the dashboard: what is suggested is accepted, what is right stays right, a stack loses its copies, the map is drawn on."""

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
from tests.tried import tried_run

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
    return page.locator(f".cvw-explore .cvw-tile:visible[aria-posinset='{number}']")


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


def test_a_cell_of_the_confusion_matrix_opens_its_images_and_leads_to_the_next_run_as_they_are_put_right(page: Page, filled: Path) -> None:
    with Project(filled) as project:
        tried_run(project, wrong=[])
    kind(page, "Confusion").click()
    cell = page.get_by_role("button", name=re.compile("^blue: .* are taken for red"))
    before = int(cell.inner_text())
    cell.click()
    expect(page.locator(".cvw-matrix [aria-selected=true]")).to_contain_text(str(before))
    expect(tile(page)).to_contain_text("→ red")
    assert findings(page) == []
    tile(page).click()
    page.keyboard.press("a")
    expect(page.locator(".cvw-did")).to_have_text("1 image moved to red")
    expect(cell).to_have_text(str(before - 1))
    page.get_by_role("button", name="Retrain with this change").click()
    expect(page.get_by_text("1 image changed since run 0001: 1 under another label.")).to_be_visible()
    open_step(page, "Explore")
    page.keyboard.press("Control+z")
    expect(cell).to_have_text(str(before))


def test_beside_a_mistake_stand_the_images_most_like_it(page: Page) -> None:
    strip = page.get_by_role("region", name="Why it is suspected")
    expect(strip).to_contain_text("Select an image")
    tile(page).click()
    expect(strip).to_contain_text(re.compile(r"Kept as blue \(.*red \(.*is suggested"))
    expect(strip.locator("figure")).to_have_count(6)
    expect(strip.locator("figcaption", has_text="red").first).to_be_visible()


@pytest.mark.slow
def test_the_lens_says_what_an_image_probably_is_and_goes_to_those_like_it(page: Page) -> None:
    open_step(page, "Triage")
    page.get_by_role("button", name=re.compile("^Kept \\d")).click()
    expect(page.locator(".cvw-triage .cvw-showing")).to_contain_text("images kept")
    page.locator(".cvw-triage .cvw-tile:visible[aria-posinset='1']").click()
    page.keyboard.press("Enter")
    side = page.locator(".cvw-lens-side:visible")
    expect(side.locator(".cvw-bar-row")).to_have_count(2)
    expect(side.get_by_text("As seen by the starter")).to_be_visible()
    expect(side.locator("figure")).to_have_count(9)
    nearest = side.get_by_role("button", name=re.compile("^Go to ")).first
    name = (nearest.get_attribute("aria-label") or "").removeprefix("Go to ").split(" · ")[0]
    nearest.click()
    expect(page.get_by_role("dialog", name=f"Image {name}")).to_be_visible()


def test_while_the_threshold_moves_the_pair_that_sits_at_it_is_shown(page: Page) -> None:
    kind(page, "Duplicates").click()
    strip = page.get_by_role("region", name="Threshold")
    expect(strip.locator("figure")).to_have_count(2)
    expect(strip).to_contain_text("stacked")
    strip.get_by_role("slider").press("End")
    expect(strip).to_contain_text("not stacked")
    expect(kind(page, "Duplicates").locator(".cvw-count")).to_have_text("0")


@pytest.mark.slow
def test_a_varied_few_are_a_first_look_and_what_is_accepted_is_counted_before(page: Page) -> None:
    kind(page, "Uncertain").click()
    page.get_by_label("Certain from").fill("0.5")
    expect(page.get_by_role("button", name="Accept the one")).to_be_enabled()
    page.get_by_label("Certain from").fill("1")
    expect(page.get_by_role("button", name="None is so certain")).to_be_disabled()
    page.get_by_role("option", name="A varied few").click()
    expect(page.get_by_label("How many")).to_have_value("60")
    expect(page.locator(".cvw-explore .cvw-foot")).to_contain_text("1 image · New, a varied few")


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


SCATTER = "[...document.querySelectorAll('.cvw-map *')].find((one) => one.api).api"
"""The map's own door for scripts; there once it was drawn."""


@pytest.fixture
def points(page: Page) -> list[tuple[float, float]]:
    """The map is open; where each of its points stands on the screen."""
    kind(page, "Map").click()
    expect(page.get_by_role("button", name="Draw around")).to_have_attribute("aria-pressed", "true")
    canvas = page.locator(".cvw-map canvas").first
    page.wait_for_function(f"() => {SCATTER.removesuffix('.api')}?.api.get('isPointsDrawn')")
    box = canvas.bounding_box()
    assert box is not None
    found = page.evaluate(f"() => {SCATTER}.get('points').map((_, point) => {SCATTER}.getScreenPosition(point))")
    return [(box["x"] + x, box["y"] + y) for x, y in found]


def draw_around(page: Page, points: list[tuple[float, float]], *, close: bool = True) -> None:
    """Drags around some points: back to where it began, or half around."""
    across, down = zip(*points, strict=True)
    left, right, top, bottom = min(across) - 8, max(across) + 8, min(down) - 8, max(down) + 8
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), *([(left, bottom), (left, top)] if close else [])):
        page.mouse.move(x, y, steps=10)
    page.mouse.up()


@pytest.mark.slow
def test_what_is_drawn_around_on_the_map_comes_to_the_wall_and_what_is_selected_there_is_marked(
    page: Page, points: list[tuple[float, float]]
) -> None:
    draw_around(page, points)
    expect(page.locator(".cvw-explore .cvw-foot")).to_contain_text(f"{len(points)} images · chosen on the map")
    tile(page, 2).click()
    page.wait_for_function(f"() => {SCATTER}.get('selectedPoints').length === 1")
    page.keyboard.press("Escape")
    page.wait_for_function(f"(all) => {SCATTER}.get('selectedPoints').length === all", arg=len(points))
    page.get_by_role("option", name="By state").click()
    expect(page.get_by_role("option", name="By state")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".cvw-explore .cvw-foot")).to_contain_text(f"{len(points)} images")


@pytest.mark.slow
def test_the_point_under_the_pointer_shows_its_picture_and_the_map_can_be_moved(page: Page, points: list[tuple[float, float]]) -> None:
    peek = page.locator(".cvw-peek")
    page.mouse.move(*points[0])
    expect(peek.locator("img")).to_be_visible()
    expect(peek).to_contain_text(re.compile(r"\.jpg"))
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("button", name="Move", exact=True)).to_have_attribute("aria-pressed", "true")
    moved = f"(x) => Math.abs({SCATTER}.getScreenPosition(0)[0] - x)"
    before = page.evaluate(f"() => {SCATTER}.getScreenPosition(0)[0]")
    draw_around(page, points[:1], close=False)
    page.wait_for_function(f"(x) => ({moved})(x) > 4", arg=before)
    expect(page.locator(".cvw-explore .cvw-foot")).to_contain_text("0 images")
    page.get_by_role("button", name="Whole map").click()
    page.wait_for_function(f"(x) => ({moved})(x) < 1", arg=before)
    page.keyboard.down("Shift")
    draw_around(page, points)
    page.keyboard.up("Shift")
    expect(page.locator(".cvw-explore .cvw-foot")).to_contain_text(f"{len(points)} images")


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True])
def test_a_screen_reader_finds_its_way(tab: Tab, filled: Path, dashboard: str, dark: bool) -> None:
    page = tab(dashboard, dark=dark)
    open_step(page, "Explore")
    for name in ("Mistakes", "Duplicates", "Uncertain", "Strangers"):
        kind(page, name).click()
        expect(kind(page, name)).to_have_attribute("aria-pressed", "true")
        page.locator(".cvw-explore .cvw-tile img[src]").first.wait_for()
        assert findings(page) == []
    kind(page, "Map").click()
    expect(page.get_by_role("button", name="Draw around")).to_have_attribute("aria-pressed", "true")
    assert findings(page) == []
