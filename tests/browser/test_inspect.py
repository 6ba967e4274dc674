"""Asking the model in the dashboard, again after a reload, and about what is no picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step

Tab = Callable[..., Page]


@pytest.fixture(scope="module")
def model(filled: Path) -> None:
    """A model in production."""
    with Project(filled) as project:
        list(project.train(epochs=1, image_size=32, precision="float32"))
        project.models.promote(project.runs.latest())


def choose(page: Page, path: Path) -> None:
    page.locator(".cvw-inspect input[type=file]").set_input_files(path)


@pytest.mark.slow
@pytest.mark.usefixtures("model")
def test_the_answer_comes_back_after_a_reload_and_stays_when_a_file_is_no_picture(tab: Tab, dashboard: str, pictures: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Inspect")
    choose(page, pictures / "labelled" / "bison" / "broken.jpg")
    expect(page.locator(".cvw-inspect [role=alert]")).to_contain_text("'broken.jpg' cannot be shown", timeout=120_000)
    expect(page.get_by_text("Drop an image here, or choose a file.")).to_be_visible()
    expect(page.locator(".cvw-inspect .cvw-drop")).to_have_css("border-style", "dashed")
    choose(page, pictures / "labelled" / "heron" / "3.jpg")
    expect(page.get_by_role("img", name="3.jpg")).to_be_visible(timeout=120_000)
    said = page.locator(".cvw-first-guess").inner_text()
    page.reload()
    open_step(page, "Inspect")
    expect(page.get_by_role("img", name="3.jpg")).to_be_visible()
    choose(page, pictures / "labelled" / "bison" / "broken.jpg")
    expect(page.locator(".cvw-inspect [role=alert]")).to_contain_text("Choose another file, or drop one here.")
    assert page.locator(".cvw-first-guess").inner_text() == said and page.get_by_role("img", name="3.jpg").is_visible()


@pytest.mark.slow
@pytest.mark.usefixtures("model")
def test_the_worker_is_warmed_when_the_step_is_shown_and_says_that_it_loads(tab: Tab, dashboard: str, pictures: Path, filled: Path) -> None:
    (filled / "worker" / "stop").touch()
    page = tab(dashboard)
    open_step(page, "Inspect")
    choose(page, pictures / "labelled" / "heron" / "4.jpg")
    expect(page.get_by_text("Loading the model; the first answer takes a while.")).to_be_visible()
    expect(page.get_by_role("progressbar", name="The model is asked")).to_be_visible()
    expect(page.get_by_role("img", name="4.jpg")).to_be_visible(timeout=120_000)
    expect(page.locator(".cvw-answering")).to_be_hidden()
