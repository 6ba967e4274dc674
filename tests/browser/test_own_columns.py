"""A list's own columns in the dashboard: ticked before they come in, dropped along with pictures, chosen to split by."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import COLORS, open_step
from tests.browser.test_listing import choose
from tests.conftest import draw_picture

Tab = Callable[..., Page]


def draw_patients(folder: Path, name: str, *, first: int) -> Path:
    """Forty-eight pictures of two labels and twelve patients, and a list of them that tells of cameras and cases too."""
    rows = []
    for number in range(48):
        label = list(COLORS)[number % 2]
        draw_picture(folder / f"{name}_{number}.jpg", seed=first + number, color=COLORS[label])
        rows.append(f"{name}_{number}.jpg,{label},{name} {number // 4},{number % 3},{number}")
    (folder / f"{name}.csv").write_text("\n".join([f"file,label,{name},camera,<b>case</b>", *rows]))
    return folder


def split_by(page: Page, column: str) -> None:
    open_step(page, "Train")
    page.locator("details", has=page.get_by_text("Everything else", exact=True)).evaluate("fold => { fold.open = true; }")
    page.get_by_role("combobox", name="Split by").select_option(label=column)
    page.get_by_role("button", name="Review and start").click()


@pytest.mark.slow
def test_columns_of_a_list_are_ticked_come_in_and_split_the_images(tab: Tab, dashboard: str, pictures: Path) -> None:
    draw_patients(pictures / "clinic", "patient", first=600)
    page = tab(dashboard, height=1100)
    open_step(page, "Collect")
    choose(page.locator(".cvw-here"), "Browse …", "clinic/", "patient.csv")
    kept = page.get_by_role("group", name="Kept with the images")
    expect(kept.get_by_role("checkbox")).to_have_count(3)
    expect(kept.get_by_role("checkbox", name="<b>case</b>")).to_be_checked()
    kept.get_by_role("checkbox", name="camera").focus()
    page.keyboard.press("Space")
    listed = page.get_by_role("region", name="The list", exact=True)
    expect(listed.get_by_role("columnheader", name="camera")).not_to_contain_text("kept")
    expect(listed.get_by_role("columnheader", name="patient")).to_contain_text("kept")
    expect(kept.get_by_role("checkbox", name="camera")).to_be_focused()
    page.get_by_role("button", name="Add", exact=True).click()
    work = page.get_by_role("region", name="Import")
    expect(work).to_contain_text("48 images added")
    expect(work).to_contain_text("Kept with the images, to split by: patient, <b>case</b>.")
    split_by(page, "patient")
    review = page.locator(".cvw-review")
    expect(review).to_contain_text("Split by patient: 12 groups, each whole in one part.")
    expect(review.locator(".cvw-differences")).to_contain_text(re.compile("Split by.*patient.*Each image", re.DOTALL))
    page.get_by_role("button", name="Change", exact=True).click()
    options = page.get_by_role("combobox", name="Split by").locator("option")
    expect(options.filter(has_text=re.compile("^(camera|.*case.*)$"))).to_have_count(0)
    page.reload()
    expect(page.get_by_role("combobox", name="Split by")).to_have_value("column:patient")


@pytest.mark.slow
def test_a_dropped_list_brings_its_columns_too(tab: Tab, dashboard: str, tmp_path: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Collect")
    files = sorted(draw_patients(tmp_path / "drop", "site", first=700).iterdir())
    page.locator(".cvw-collect input[type=file]").first.set_input_files(files)
    work = page.get_by_role("region", name="Import")
    expect(work).to_contain_text("Kept with the images, to split by: site, camera, <b>case</b>.")
    expect(work).to_contain_text("48 images added")
    split_by(page, "site")
    expect(page.locator(".cvw-review")).to_contain_text(re.compile("Split by site: 1[23] groups, each whole in one part."))
