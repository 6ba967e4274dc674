"""Training and asking in the dashboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project, jobs
from tests.browser.conftest import open_step, until_left
from tests.conftest import draw_picture

Tab = Callable[..., Page]


@pytest.fixture
def model(filled: Path) -> None:
    """A model in production; trained here when no test before this one did."""
    with Project(filled) as project:
        if project.models.production() is None:
            list(project.train(epochs=1))
            project.models.promote(project.runs.latest())


@pytest.mark.usefixtures("filled")
def test_a_training_is_started_watched_found_again_stopped_promoted_and_asked(tab: Tab, dashboard: str, pictures: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Train")
    page.get_by_role("spinbutton", name="Epochs").fill("200")
    page.get_by_role("button", name="Review and start").click()
    expect(page.get_by_text("It is the first run of this project.")).to_be_visible()
    expect(page.locator(".cvw-differences")).to_contain_text("Epochs")
    expect(page.locator(".cvw-takes")).to_contain_text(re.compile("About .* of memory, .* of disk"), timeout=120_000)
    page.get_by_role("button", name="Start training").click()
    expect(page.locator(".cvw-epochs tbody tr").nth(1)).to_be_visible(timeout=180_000)
    expect(page.get_by_role("button", name="Review and start")).to_be_enabled()
    expect(page.get_by_role("button", name="Promote")).to_have_count(0)
    page.reload()
    open_step(page, "Train")
    expect(page.locator(".cvw-epochs tbody tr").nth(2)).to_be_visible(timeout=120_000)
    expect(page.locator(".cvw-epochs .cvw-best")).to_have_count(1)
    expect(page.locator(".cvw-epochs caption")).to_contain_text(re.compile(r"About [0-9]+ (s|min) left\."))
    for width in (1000, 1280, 1600):  # no column is cut off, beneath the curves or beside them
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".cvw-epochs .cvw-table").evaluate("table => table.scrollWidth - table.clientWidth") == 0, width
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".cvw-sofar").get_by_text(re.compile("Stopped after"))).to_be_visible(timeout=120_000)
    page.get_by_role("button", name="Promote").click()
    expect(page.locator(".cvw-sofar").get_by_text("In production", exact=True)).to_be_visible()
    open_step(page, "Inspect")
    page.locator(".cvw-inspect input[type=file]").set_input_files(pictures / "labelled" / "heron" / "3.jpg")
    expect(page.locator(".cvw-chance")).to_have_count(2, timeout=120_000)


@pytest.mark.slow
@pytest.mark.usefixtures("model")
def test_an_image_is_dropped_and_its_label_read(tab: Tab, dashboard: str, pictures: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Inspect")
    page.locator(".cvw-inspect input[type=file]").set_input_files(pictures / "labelled" / "heron" / "3.jpg")
    expect(page.locator(".cvw-chance")).to_have_count(2, timeout=120_000)
    expect(page.locator(".cvw-first-guess")).to_contain_text(re.compile("heron|bison"))
    page.locator(".cvw-inspect input[type=file]").set_input_files(pictures / "labelled" / "bison" / "broken.jpg")
    expect(page.locator(".cvw-inspect .cvw-problem")).to_contain_text("not a picture")


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_a_start_that_has_to_compare_images_for_long_says_so_and_is_given_up(tab: Tab, dashboard: str, project_folder: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Train")
    page.get_by_role("button", name="Review and start").click()
    review = page.get_by_role("region", name="Review")
    expect(review.locator(".cvw-takes")).to_contain_text("of disk")
    holding = ["-n", "1", "-r", "1", "__import__('time').sleep(10)"]
    jobs.start(project_folder / "cache" / "copies", "timeit", holding, title="Compare look-alikes")
    with Project(project_folder) as project:
        before = [run.name for run in project.runs.list()]
        review.get_by_role("button", name="Start training").click()
        expect(review).to_contain_text("images that nobody compared yet are compared first")
        review.get_by_role("button", name="Cancel").click()
        expect(review).to_contain_text("Cancelled; nothing was started.")
        expect(review.get_by_role("button", name="Cancel")).to_be_hidden()
        expect(review.get_by_role("button", name="Start training")).to_be_enabled()
        assert [run.name for run in project.runs.list()] == before


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_a_recipe_that_cannot_be_is_said_under_the_form(tab: Tab, dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Train")
    page.get_by_role("spinbutton", name="Epochs").fill("0")
    page.get_by_role("button", name="Review and start").click()
    expect(page.locator(".cvw-side > .cvw-problem")).to_contain_text("from 1 to 10000")


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_a_recipe_is_chosen_by_a_card_changed_saved_deleted_and_brought_back(tab: Tab, dashboard: str, project_folder: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Train")
    page.get_by_role("radio", name="Standard").click()
    expect(page.get_by_text("Changed: a recipe of your own.")).to_be_hidden()
    page.get_by_role("radio", name="Quick").click()
    expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value("1")
    page.get_by_text("Everything else", exact=True).click()
    page.get_by_role("textbox", name="Patience").fill("3")
    expect(page.get_by_text("Changed: a recipe of your own.")).to_be_visible()
    page.get_by_role("textbox", name="Name to save the recipe under").fill("<b>mine</b>")
    page.get_by_role("button", name="Save as a recipe").click()
    expect(page.get_by_role("radio", name="<b>mine</b>")).to_be_checked()
    until_left(project_folder, '"patience": "3"')
    page.reload()
    open_step(page, "Train")
    expect(page.get_by_role("radio", name="<b>mine</b>")).to_be_checked()
    page.get_by_role("button", name="Delete the recipe <b>mine</b>").click()
    expect(page.get_by_role("radio", name="<b>mine</b>")).to_have_count(0)
    page.locator(".cvw-recipes").get_by_role("button", name="Undo").click()  # the header has one too
    expect(page.get_by_role("radio", name="<b>mine</b>")).to_be_checked()
    with Project(project_folder) as project:
        assert project.recipes.get("<b>mine</b>").patience == 3


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_an_empty_field_is_said_and_opened_and_what_was_opened_stays_open_after_a_reload(
    tab: Tab, dashboard: str, project_folder: Path
) -> None:
    page = tab(dashboard)
    open_step(page, "Train")
    seed = page.get_by_role("textbox", name="Seed", exact=True)
    if not seed.is_visible():  # a story before this one may have left it open
        page.get_by_text("Everything else", exact=True).click()
    seed.fill("")
    page.get_by_text("Everything else", exact=True).click()
    page.get_by_role("button", name="Review and start").click()
    expect(page.locator(".cvw-side > .cvw-problem")).to_contain_text("Seed is empty; a whole number is needed.")
    expect(seed).to_be_focused()
    until_left(project_folder, '"more": true')
    page.reload()
    open_step(page, "Train")
    expect(seed).to_be_visible()


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_a_long_list_of_advice_is_folded(tab: Tab, dashboard: str, project_folder: Path, tmp_path: Path) -> None:
    for number in range(8):
        draw_picture(tmp_path / f"rare {number}" / "1.jpg", seed=900 + number)
    with Project(project_folder) as project:
        project.images.add(tmp_path)
    page = tab(dashboard)
    open_step(page, "Train")
    expect(page.locator(".cvw-advice li")).to_have_count(5)
    page.get_by_role("button", name=re.compile("and [0-9]+ more")).click()
    expect(page.locator(".cvw-advice li").nth(7)).to_be_visible()
