"""Choosing what a split keeps whole, and reading what comes of it before the start."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import COLORS, open_step
from tests.conftest import draw_picture


@pytest.fixture
def bursts(project_folder: Path, tmp_path: Path) -> None:
    """Ten bursts of six pictures within seconds of each other, of two labels that lie in a folder each."""
    for number in range(60):
        label = list(COLORS)[number % 2]
        exif = Image.Exif()
        moment = datetime(2026, 5, 1) + timedelta(hours=number // 6, seconds=number % 6)
        exif.get_ifd(0x8769)[0x9003] = f"{moment:%Y:%m:%d %H:%M:%S}"
        draw_picture(tmp_path / "camera" / label / f"{number}.jpg", seed=number, color=COLORS[label], exif=exif)
    with Project(project_folder) as project:
        project.images.add(tmp_path / "camera")


@pytest.mark.slow
@pytest.mark.usefixtures("bursts")
def test_a_split_is_advised_chosen_and_reviewed(tab: Callable[..., Page], dashboard: str) -> None:
    page = tab(dashboard)
    open_step(page, "Train")
    review = page.locator(".cvw-review")
    page.get_by_role("button", name="Review and start").click()
    expect(review).to_contain_text(re.compile("60 of 60 images were taken within 10 seconds of another, and .* Split by capture time"))
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_text("Everything else", exact=True).click()
    expect(page.get_by_role("textbox", name="Gap in time")).to_be_hidden()
    page.get_by_role("combobox", name="Split by").select_option(label="Folder")
    page.get_by_role("button", name="Review and start").click()
    expect(review).to_contain_text("it lies in 1 group by folder, and each part needs a whole one.")
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_role("combobox", name="Split by").select_option(label="Capture time")
    page.get_by_role("textbox", name="Gap in time").fill("5")
    page.get_by_role("button", name="Review and start").click()
    expect(review).to_contain_text("Split by capture time: 10 groups, each whole in one part.")
    expect(review.locator(".cvw-differences")).to_contain_text(
        re.compile("Split by.*Capture time.*Each image.*Gap in time.*5.*30", re.DOTALL)
    )
    expect(review).to_contain_text("About 36 images to learn from")
