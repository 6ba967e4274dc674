"""Lists of names in the dashboard: looked at and mapped before they come in, dropped along with hundreds of pictures, split as they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project
from tests.browser.conftest import COLORS, open_step
from tests.conftest import draw_picture

Tab = Callable[..., Page]
PARTS = ("train", "train", "train", "val", "test", "test")


@pytest.fixture(scope="module")
def table(pictures: Path) -> Path:
    """Twenty-four pictures and, in another folder, a table that gives them labels and parts under headers of its own."""
    rows = []
    for number in range(24):
        label = list(COLORS)[number % 2]
        draw_picture(pictures / "photos" / f"IMG_{number}.jpg", seed=500 + number, color=COLORS[label])
        rows.append(f"IMG_{number}.jpg;{label};{PARTS[number // 2 % 6]};{number * 7}")
    (pictures / "lists").mkdir()
    (pictures / "lists" / "survey.csv").write_text("\n".join(["photo;taxon;set;grams", *rows]))
    return pictures / "lists" / "survey.csv"


def choose(chooser: Locator, button: str, *names: str) -> None:
    """Goes down the folders of a chooser and takes what comes last."""
    chooser.get_by_role("button", name=button).click()
    for name in names:
        chooser.locator(".widget-select select").select_option(name)
    chooser.get_by_role("button", name=re.compile("^Take this")).click()


@pytest.mark.slow
@pytest.mark.parametrize(("dark", "width"), [(False, 1000), (True, 1900)])
def test_a_list_is_mapped_before_it_comes_in_and_its_parts_are_trained_by(
    tab: Tab, dashboard: str, table: Path, dark: bool, width: int
) -> None:
    page = tab(dashboard, dark=dark, width=width, height=1100)
    open_step(page, "Collect")
    choose(page.locator(".cvw-here"), "Browse …", "lists/", table.name)
    listed = page.get_by_role("region", name="The list", exact=True)
    expect(listed.get_by_text("Not one of the first files that it names is there.")).to_be_visible()
    expect(listed.get_by_role("table")).to_contain_text("IMG_0.jpgbisontrain0")
    listed.get_by_role("combobox", name="Labels").select_option("taxon")
    expect(listed.get_by_role("columnheader", name="taxon")).to_contain_text("Labels")
    choose(listed, "Another folder …", "↑ up", "photos/")
    expect(listed.get_by_text("All of the first 24 files that it names are there.")).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("region", name="Import")).to_contain_text(re.compile("24 images added|all 24 files show images that are here"))
    expect(listed).to_be_hidden()
    open_step(page, "Train")
    page.locator("details", has=page.get_by_text("Everything else", exact=True)).evaluate("fold => { fold.open = true; }")
    page.get_by_role("combobox", name="Split by").select_option(label="How they came")
    page.get_by_role("button", name="Review and start").click()
    expect(page.locator(".cvw-review")).to_contain_text("Split as the images came: 24 of 24 came with a part.")
    expect(page.locator(".cvw-review")).to_contain_text("12 images to learn from")


@pytest.mark.slow
def test_hundreds_of_dropped_files_show_how_far_each_is_and_take_the_labels_of_the_list_among_them(
    tab: Tab, dashboard: str, project_folder: Path, tmp_path: Path
) -> None:
    names = [f"{number}.jpg" for number in range(300)]
    for number, name in enumerate(names):
        draw_picture(tmp_path / "drop" / name, seed=1000 + number, size=(40, 30))
    (tmp_path / "drop" / "labels.csv").write_text("\n".join(["file,label", *(f"{name},crab" for name in names), "gone.jpg,crab"]))
    with (tmp_path / "drop" / "large.tif").open("wb") as large:
        large.truncate(60_000_000)
    page = tab(dashboard)
    open_step(page, "Collect")
    page.locator(".cvw-collect input[type=file]").first.set_input_files(sorted((tmp_path / "drop").iterdir()))
    expect(page.get_by_role("progressbar", name=re.compile(r"^\d+\.jpg$")).first).to_be_attached()
    expect(page.get_by_role("progressbar", name="large.tif")).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]\d$"))
    work = page.get_by_role("region", name="Import")
    expect(work).to_contain_text("300 images added · 2 refused")
    expect(page.get_by_role("list", name="On their way")).to_be_hidden()
    with Project(project_folder) as project:
        assert len(project.images.select("crab", "kept")) == 300
