"""Augmentations of one's own in the dashboard: chosen, seen on own images, reviewed, found again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_step, until_left

Tab = Callable[..., Page]


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_a_list_of_ones_own_is_made_seen_on_own_images_reviewed_and_found_again(tab: Tab, dashboard: str, project_folder: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Train")
    page.get_by_text("Everything else", exact=True).click()
    page.get_by_role("combobox", name="Augmentation").select_option("Own …")
    page.get_by_role("button", name="Preview on own images").click()
    pictures = page.get_by_role("region", name="Preview of augmentations").get_by_role("img")
    expect(pictures).to_have_count(28)
    before = pictures.nth(1).get_attribute("src")
    page.get_by_role("checkbox", name="Hue").check()
    page.get_by_role("slider", name="Hue: how far").fill("120")
    expect(page.get_by_text("50% of the time, up to 120° either way")).to_be_visible()
    expect(page.get_by_text("Changed: a recipe of your own.")).to_be_visible()
    expect(pictures.nth(1)).not_to_have_attribute("src", before or "")
    page.get_by_role("button", name="Review and start").click()
    expect(page.locator(".cvw-differences")).to_contain_text("hue 120° 50%")
    until_left(project_folder, '\\"hue\\"')
    page.reload()
    open_step(page, "Train")
    expect(page.get_by_role("combobox", name="Augmentation")).to_have_value("\0own")
    expect(page.get_by_role("slider", name="Hue: how far")).to_have_value("120")
