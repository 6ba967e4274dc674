"""A report as someone reads it who has nothing but the file, and how the dashboard gives it away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step
from tests.conftest import draw_picture
from tests.tried import answered_run

Tab = Callable[..., Page]
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run with three labels, one of which is markup."""
    home = tmp_path_factory.mktemp("report")
    for number in range(150):
        draw_picture(home / f"heap/{['elk', 'owl', 'bison'][number % 3]}/{number}.jpg", number)
    with Project(home / "herd") as project:
        project.images.add(home / "heap")
        project.labels.rename("owl", HOSTILE)
        run = answered_run(project, sure=1.0)
        run.describe(title="<script>alert(1)</script>")
        return run.report(home / "herd.html")


@pytest.mark.slow
@pytest.mark.parametrize(("dark", "width"), [(False, 1000), (True, 1900)])
def test_a_cell_opens_its_pictures_from_the_disk_and_nothing_is_fetched(tab: Tab, report: Path, dark: bool, width: int) -> None:
    page = tab("about:blank", dark=dark, width=width)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(f"a script of the labels ran: {dialog.message}"))
    page.goto(report.as_uri())
    expect(page).to_have_title("herd · Run 0001 · <script>alert(1)</script>")
    matrix, place = page.get_by_role("grid", name="Confusion matrix"), page.get_by_role("region", name="Pictures of the cell")
    cell = matrix.get_by_role("button", name="of elk called elk")
    cell.click()
    expect(place.get_by_role("heading")).to_have_text("elk, called by its own label")
    expect(place.get_by_role("img")).to_have_count(int(str(cell.text_content())))
    expect(cell).to_have_attribute("aria-pressed", "true")
    assert place.get_by_role("img").first.evaluate("(picture) => picture.decode().then(() => picture.naturalWidth)") > 0
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(place.get_by_role("heading")).not_to_have_text("elk, called by its own label")
    expect(matrix.get_by_title(HOSTILE, exact=True)).to_have_count(2)
    assert [address for address in asked if not address.startswith("data:image/jpeg")] == [report.as_uri()]


@pytest.mark.slow
def test_train_gives_the_report_of_a_run_as_a_file(tab: Tab, dashboard: str, filled: Path, tmp_path: Path) -> None:
    with Project(filled) as project:
        answered_run(project)
    page = tab(dashboard, height=1400)
    open_step(page, "Train")
    panel = page.locator(".cvw-reporting")
    panel.get_by_role("button", name="Report").click()
    expect(panel.get_by_text("animals-run-0001.html")).to_be_visible()
    with page.expect_download() as download:
        panel.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "animals-run-0001.html"
    download.value.save_as(tmp_path / "kept.html")
    assert (tmp_path / "kept.html").read_bytes() == (filled / "exports" / "animals-run-0001.html").read_bytes()
    page.get_by_role("button", name="Jobs").click()
    expect(page.locator(".cvw-job").filter(has_text="Report of run 0001")).to_contain_text("Done")
    page.keyboard.press("Escape")
    panel.scroll_into_view_if_needed()
