"""A wall whose view knows more of its images, in a page of its own: what stands on tiles, their order and range."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project
from tests.browser.conftest import port, served
from tests.browser.test_access import findings
from tests.dashboard.conftest import write_notebook

Tab = Callable[..., Page]
CALL = "open_app(Path(sys.argv[1]), browser=False, port=int(sys.argv[2]), notebook=Path(sys.argv[3]))"
CODE = """
import os
from cvwidgets import Project
from cvwidgets.widgets import ImageGrid
project = Project(os.environ["CVWIDGETS_PROJECT"])
ids = project.images.select(state="kept").ids
values = {"distance": [n * 7 % 24 / 20 for n in range(24)], "confidence": [0.999 - n / 30 for n in range(24)]}
ImageGrid(project.images.view(ids, values=values, words="nearest to 00af…"), tile_size=144)
"""


@pytest.fixture(scope="module")
def wall(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page with 24 kept images of a project that has a split; each has a distance and a confidence."""
    folder = tmp_path_factory.mktemp("notebook")
    with Project(filled) as project:
        project._store.snapshots.freeze(split=(0.6, 0.2, 0.2), seed=1)
        project.images.thumbnails(project.images.select(state="kept").ids)
    with served(CALL, folder, filled, port() + 70, write_notebook(folder / "wall.ipynb", CODE)) as address:
        yield address


def tile(page: Page, number: int = 1) -> Locator:
    return page.locator(f".cvw-tile[aria-posinset='{number}']:visible")


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True])
def test_what_stands_on_tiles_is_chosen_by_keyboard_and_heard_too(tab: Tab, wall: str, dark: bool) -> None:
    page = tab(wall, dark=dark, height=720)
    expect(tile(page, 2)).to_contain_text("↔ 0.35")
    expect(tile(page, 2).locator(".cvw-figures")).to_have_text("↔ 0.35")
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    for name in ("File name", "Part of the split", "Confidence"):
        page.get_by_role("menuitemcheckbox", name=name).press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Show", exact=True)).to_be_focused()
    expect(tile(page)).to_contain_text(">0.99")
    expect(tile(page).locator(".cvw-caption")).to_have_text("0.jpg\nbison")
    expect(tile(page)).to_have_accessible_name(
        re.compile("^0.jpg · label bison · Kept · (Train|Valid|Test) · distance 0.00 · confidence >0.99$")
    )
    page.locator(".cvw-tile img[src]").nth(15).wait_for()
    assert findings(page) == []


@pytest.mark.slow
def test_a_wall_is_narrowed_and_put_in_order_by_keyboard_and_all_comes_back(tab: Tab, wall: str) -> None:
    page = tab(wall, height=720)
    shown = page.locator(".cvw-showing")
    expect(shown).to_have_text("24 images · nearest to 00af…")
    tile(page, 2).click()
    page.get_by_label("distance to").fill("0.4")
    page.keyboard.press("Enter")
    expect(shown).to_have_text("24 images · nearest to 00af… · 9 shown · distance up to 0.4")
    expect(page.locator(".cvw-tile:visible")).to_have_count(9)
    expect(page.get_by_label("distance to")).to_be_focused()
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.get_by_role("button", name="Order: as given").press("Enter")
    page.get_by_role("menuitemradio", name="Distance, highest first").press("Enter")
    expect(tile(page).locator(".cvw-figures")).to_have_text("↔ 0.40")
    page.get_by_label("distance from").fill("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No distance lies from 2 to 0.4; the lower end comes first.")
    page.get_by_role("button", name="Show all as given").click()
    expect(shown).to_have_text("24 images · nearest to 00af…")
    expect(page.get_by_label("distance to")).to_have_value("")
