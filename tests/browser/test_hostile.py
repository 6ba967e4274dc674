"""Names, labels and metadata are text and nothing else, wherever they are shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step, port, served
from tests.browser.hostile import HOSTILE, MARK
from tests.conftest import draw_picture

Tab = Callable[..., Page]
FOLDER = HOSTILE[1].replace("/", "∕")
ALL_CAPTIONS = """() => {
    const captions = [...document.querySelectorAll(".cvw-tile:not([hidden]) .cvw-caption")].map((caption) => caption.textContent);
    return captions.length > 20 && captions.every(Boolean) && captions;
}"""
NAMES = [unicodedata.normalize("NFC", text.replace("/", "∕")) for text in HOSTILE]


@pytest.fixture(scope="module")
def hostile_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a hostile name, a hundred labels with hostile names, and in each an image whose file is called so, too."""
    root = tmp_path_factory.mktemp("roots")
    heap = root / f"heap {FOLDER}"
    with Project(root / FOLDER) as project:
        for number, name in enumerate(NAMES):
            draw_picture(heap / f"{number:03d} {name[:60]}.jpg", seed=number, color="teal")
        project.images.add(heap, label=NAMES[0])
        for image in project.images.get(project.images.select().ids):
            name = NAMES[int(image.path.name[:3])]
            if name != NAMES[0]:
                project.labels.add(name)
            project.images.assign([image.id], name)
        (heap / f"broken {NAMES[0]}.jpg").write_text("no picture")
        list(project.images.start_adding([heap]).reports())
        return project.folder


@pytest.fixture(scope="module")
def hostile_dashboard(hostile_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard of that project."""
    call = "open_app(Path(sys.argv[1]), roots=[Path(sys.argv[1]).parent], browser=False, port=int(sys.argv[2]))"
    with served(call, tmp_path_factory.mktemp("machine"), hostile_project, port()) as address:
        yield address


@pytest.fixture
def page(tab: Tab, hostile_dashboard: str) -> Page:
    return tab(hostile_dashboard, height=1400)


def is_untouched(page: Page) -> bool:
    """Whether nothing that a name says has been done, nor made into elements."""
    strangers = ".cvw script, .cvw iframe, .cvw style, .cvw b, .cvw video, .cvw a, .cvw img:not([src^='blob:']):not([draggable])"
    return MARK not in page.title().replace(FOLDER, "") and page.locator(strangers).count() == 0


def texts(page: Page, selector: str) -> list[str]:
    return [
        unicodedata.normalize("NFC", text) for text in page.locator(selector).evaluate_all("found => found.map(one => one.textContent)")
    ]


def test_a_hundred_labels_stand_in_the_tree_as_they_are_called(page: Page) -> None:
    open_step(page, "Triage")
    expect(page.locator(".cvw-label:visible")).to_have_count(len(NAMES) + 2)
    assert set(NAMES) <= set(texts(page, ".cvw-row-name"))
    assert is_untouched(page)


@pytest.mark.slow
def test_tiles_show_labels_and_files_as_they_are_called(page: Page) -> None:
    open_step(page, "Triage")
    expect(page.locator(".cvw-triage .cvw-showing")).to_contain_text("kept")
    shown = page.wait_for_function(ALL_CAPTIONS).json_value()
    assert {unicodedata.normalize("NFC", text) for text in shown} <= set(NAMES)
    assert is_untouched(page)


@pytest.mark.slow
def test_project_jobs_refused_files_and_advice_say_names_as_they_are(page: Page) -> None:
    expect(page.locator(".cvw-project-name")).to_have_text(FOLDER)
    open_step(page, "Collect")
    expect(page.locator(".cvw-collect")).to_contain_text(f"broken {NAMES[0]}.jpg")
    page.get_by_role("button", name="Jobs").click()
    expect(page.locator(".cvw-job").first).to_contain_text(f"heap {FOLDER}")
    open_step(page, "Train")
    expect(page.locator(".cvw-advice li").first).to_be_visible()
    said = texts(page, ".cvw-advice li")[0]
    assert any(said.startswith(f"'{name}' has 1 image") for name in NAMES)
    assert is_untouched(page)


@pytest.mark.slow
def test_the_list_of_projects_says_names_as_they_are(page: Page) -> None:
    page.locator(".cvw-project").click()
    page.get_by_role("menuitem", name="All projects").click()
    expect(page.locator(".cvw-card-name")).to_have_text([FOLDER])
    assert is_untouched(page)


def test_labels_are_offered_by_their_names_when_one_is_given(page: Page) -> None:
    open_step(page, "Triage")
    expect(page.locator(".cvw-triage .cvw-showing")).to_contain_text("kept")
    page.locator(".cvw-tile:visible").first.click()
    page.keyboard.press("l")
    page.get_by_role("combobox").fill("<script")
    page.locator(".cvw-option bdi").first.wait_for()
    assert NAMES[0] in texts(page, ".cvw-option bdi")
    assert is_untouched(page)
