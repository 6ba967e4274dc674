"""The whole loop in JupyterLab: pictures in, judged, trained on, found again after a reload, promoted, asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_notebook, open_step, run_all_cells

Tab = Callable[..., Page]


@pytest.fixture
def workbench(tab: Tab, lab: str, filled: Path) -> Page:
    """The workbench in a notebook, on a project with kept and new images."""
    return open_notebook(tab, lab, "workbench.ipynb")


@pytest.mark.slow  # a training in a kernel of JupyterLab: a minute and more
def test_the_loop_is_gone_through_in_a_notebook(workbench: Page, pictures: Path) -> None:
    page = workbench
    bring_in(page, pictures)
    judge_twenty_and_undo(page)
    train_reload_stop_and_promote(page)
    ask(page, pictures)


def bring_in(page: Page, pictures: Path) -> None:
    open_step(page, "Collect")
    page.locator(".cvw-collect input[type=file]").first.set_input_files(pictures / "labelled" / "bison" / "broken.jpg")
    expect(page.locator(".cvw-collect")).to_contain_text("broken.jpg")


def judge_twenty_and_undo(page: Page) -> None:
    open_step(page, "Triage")
    page.locator(".cvw-tile:visible").nth(0).click()
    for _ in range(19):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("20 selected")).to_be_visible()
    page.keyboard.press("x")
    expect(page.locator(".cvw-header")).to_contain_text("20 images trashed")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name=re.compile("^New \\d"))).to_contain_text("24")


def train_reload_stop_and_promote(page: Page) -> None:
    open_step(page, "Train")
    page.get_by_role("spinbutton", name="Epochs").fill("200")
    page.get_by_role("button", name="Review and start").click()
    page.get_by_role("button", name="Start training").click()
    rows = page.locator(".cvw-epochs tbody tr")
    expect(rows.nth(1)).to_be_visible(timeout=180_000)
    page.reload()
    run_all_cells(page)
    open_step(page, "Train")
    expect(rows.nth(2)).to_be_visible(timeout=180_000)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".cvw-sofar").get_by_text(re.compile("Stopped after"))).to_be_visible(timeout=120_000)
    page.get_by_role("button", name="Promote").click()
    expect(page.locator(".cvw-sofar").get_by_text("In production", exact=True)).to_be_visible()


def ask(page: Page, pictures: Path) -> None:
    open_step(page, "Inspect")
    page.locator(".cvw-inspect input[type=file]").set_input_files(pictures / "labelled" / "heron" / "3.jpg")
    expect(page.locator(".cvw-first-guess")).to_contain_text(re.compile("heron|bison"), timeout=120_000)
