"""Searching the web in the dashboard, at a provider of this computer: what comes, what was judged, and what is never offered again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step, port, served
from tests.browser.test_access import findings
from tests.collect import hub_server, meadow
from tests.collect.web_apis import Apis, serving
from tests.conftest import draw_picture
from tests.dashboard.conftest import write_notebook

Tab = Callable[..., Page]
CELL = "from cvwidgets.widgets import Workbench\n\nWorkbench(allow_private=True)"
"""The page alone, and none that is served otherwise, may fetch from this computer."""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Apis]:
    with serving() as served_pictures:
        for number in range(8):
            picture = draw_picture(tmp_path / "web" / f"{number}.jpg", seed=number, color=["gold", "orchid"][number % 2])
            served_pictures.give(f"/{number}.jpg", picture.read_bytes())
        meadow.install(tmp_path / "packages", served_pictures.origin, monkeypatch)
        yield served_pictures


@pytest.fixture
def meadow_dashboard(tmp_path: Path, project_folder: Path, site: Apis, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The dashboard, where the provider Meadow can be asked, and a hub of this computer."""
    notebook = write_notebook(tmp_path / "search.ipynb", CELL)
    call = "open_app(Path(sys.argv[1]), notebook=Path(sys.argv[2]), browser=False, port=int(sys.argv[3]))"
    with hub_server.serving(monkeypatch) as hub:
        with Project(tmp_path / "flowers") as flowers:
            flowers.images.add(tmp_path / "web", label="flowers", state="kept")
            flowers.export(tmp_path / "parquet", "parquet")
        hub.sets["ann/<b>flowers"] = hub.sets["ann/flowers"] = tmp_path / "parquet"
        with served(call, tmp_path / "machine", project_folder, notebook, port(), more={"HF_HUB_OFFLINE": "0"}) as address:
            yield address


def web(page: Page) -> Locator:
    open_step(page, "Collect")
    return page.get_by_role("region", name="From the web")


def work(page: Page) -> Locator:
    return page.get_by_role("region", name="Import")


def tiles(page: Page) -> Locator:
    return page.locator(".cvw-triage .cvw-tile:visible")


def ask_meadow(part: Locator) -> None:
    part.get_by_text(re.compile("^Asks Openverse and Wikimedia Commons")).click()
    for name in ("Openverse", "Wikimedia Commons"):
        part.get_by_role("checkbox", name=name).uncheck()
    part.get_by_role("checkbox", name="Meadow").check()


@pytest.mark.slow
def test_what_was_judged_never_comes_back_and_the_first_decision_is_undone_after_a_reload(
    tab: Tab, meadow_dashboard: str, project_folder: Path, site: Apis
) -> None:
    page = tab(meadow_dashboard, height=1200)
    part = web(page)
    part.get_by_role("combobox", name="Label").fill("daisy")
    expect(part.get_by_role("textbox", name="Look for")).to_have_value("daisy")
    ask_meadow(part)
    part.get_by_role("button", name="Show what it finds").click()
    expect(part.locator(".cvw-previewed img")).to_have_count(8)
    expect(part.get_by_text("Nothing has come into the project.")).to_be_visible()
    expect(part.get_by_text(re.compile("answered just now"))).to_be_visible()

    site.answers["/7.jpg"], last = site.hangs, site.answers["/7.jpg"]
    part.get_by_role("spinbutton", name="How many").fill("8")
    part.get_by_role("button", name="Search", exact=True).click()
    expect(work(page)).to_contain_text("0 refused, 7 new")
    expect(part.get_by_text("A search is under way")).to_be_visible()
    open_step(page, "Triage")
    expect(tiles(page)).to_have_count(7)  # they arrive while it runs
    open_step(page, "Collect")
    work(page).get_by_role("button", name="Cancel").click()
    expect(work(page)).to_contain_text("Stopped; what is in stays in")
    site.answers["/7.jpg"] = last
    work(page).get_by_role("button", name="Go on").click()
    expect(work(page)).to_contain_text("1 new, 7 from before it was broken off")
    work(page).get_by_role("button", name="Look at them").click()

    expect(page.get_by_role("button", name=re.compile("^New \\d"))).to_contain_text("8")
    expect(page.locator(".cvw-foot:visible")).to_contain_text("8 images to look at, daisy")
    for number in (0, 1):
        tiles(page).nth(number).click()
        page.keyboard.press("x")
        expect(page.locator(".cvw-judged:visible")).to_have_count(number + 1)
    page.reload()
    part = web(page)
    expect(part.get_by_role("textbox", name="Look for")).to_have_value("daisy")
    expect(work(page).get_by_role("button", name="Look at them")).to_be_visible()
    part.get_by_role("button", name="Search", exact=True).click()
    expect(work(page)).to_contain_text("8 asked, 8 seen, 6 known, 2 judged before, 0 refused, 0 new")
    page.reload()
    open_step(page, "Triage")
    new = page.get_by_role("button", name=re.compile("^New \\d"))
    for count in ("7", "8"):
        page.get_by_role("button", name=re.compile("^Undo: 1 image trashed")).click()
        expect(new).to_contain_text(count)
    with Project(project_folder) as project:
        assert len(project.images.select("daisy", "new")) == 8 and project.status().trashed == 0


@pytest.mark.slow
def test_data_sets_of_the_hub_are_found_by_words_and_cloned(tab: Tab, meadow_dashboard: str) -> None:
    page = tab(meadow_dashboard, height=1200)
    part = web(page)
    part.get_by_text("Data sets of the hub").click()
    part.get_by_role("textbox", name="Words in the name of a data set").fill("flowers")
    part.get_by_role("button", name="Search the hub").click()
    expect(part.get_by_role("listitem")).to_have_text([re.compile("^ann/<b>flowers.* kB · license mit"), re.compile("^ann/flowers")])
    part.get_by_role("textbox", name="Name of a data set", exact=True).fill("ann/nowhere")
    part.get_by_role("button", name="Clone", exact=True).click()
    expect(work(page)).to_contain_text("the hub shows you none of that name")
    part.get_by_role("button", name="Clone ann/flowers", exact=True).click()
    expect(work(page)).to_contain_text(re.compile("8 images added|are here already"))
    part.locator("details").first.evaluate("fold => fold.open = true")
    expect(part.get_by_role("checkbox", name="iNaturalist")).to_be_visible()
    assert findings(page) == []
