"""Giving away what is kept, in the dashboard."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_step

Tab = Callable[..., Page]


@pytest.mark.slow
@pytest.mark.parametrize(("dark", "width"), [(False, 1000), (True, 1900)])
def test_what_is_kept_goes_out_in_parts_and_the_page_says_where_it_lies(
    tab: Tab, dashboard: str, filled: Path, dark: bool, width: int
) -> None:
    page = tab(dashboard, dark=dark, width=width)
    open_step(page, "Collect")
    out = page.get_by_role("region", name="Going out")
    name = f"herd {width}"
    go = out.get_by_role("button", name="Export 24 images")
    out.get_by_role("textbox", name="Name").fill("")  # what was typed before is there again
    expect(out.get_by_text("It needs a name.")).to_be_visible()
    expect(go).to_be_disabled()
    out.get_by_role("textbox", name="Name").fill(name)
    out.get_by_role("checkbox").check()
    out.get_by_role("textbox", name="Shares").fill("50 / 25 / 25")
    go.click()
    place = filled / "exports" / name
    expect(out.get_by_text(str(place), exact=True)).to_be_visible(timeout=60_000)
    expect(out.get_by_role("status")).to_have_text("24 images under 2 labels (12 train, 6 valid, 6 test) are in")
    with (place / "images.csv").open(newline="") as file:
        assert {row["label"] for row in csv.DictReader(file)} == {"heron", "bison"}
    go.click()
    expect(out.get_by_role("alert")).to_contain_text(f"There is an export '{name}' already")
    go.scroll_into_view_if_needed()
