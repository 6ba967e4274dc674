"""The panels in a notebook in JupyterLab, whose keys neither fire inside nor are lost outside."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from cvwidgets import Project
from tests.browser.conftest import PATIENCE, open_notebook, open_step, port, run_all_cells, served
from tests.browser.test_access import findings
from tests.conftest import look_through

Tab = Callable[..., Page]
LOOKS = ("Light", "Dark")
IN_SIGHT = {
    "Collect": ".cvw-glance h3",
    "Triage": ".cvw-triage .cvw-tile img[src]",
    "Train": ".cvw-epochs .cvw-best",
    "Explore": ".cvw-explore .cvw-kind[aria-pressed=true]",
    "Inspect": ".cvw-inspect",
    "Serve": ".cvw-serve",
}
"""What is on the screen when a step has come."""
START = "open_lab(Path(sys.argv[1]), browser=False, port=int(sys.argv[2]))"


def test_keys_judge_images_and_leave_the_notebook_alone(tab: Tab, lab: str, filled: Path) -> None:
    page = open_notebook(tab, lab, "2_triage.ipynb")
    page.locator(".cvw-tile:visible").nth(0).click()
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    page.keyboard.press("b")
    page.keyboard.press("x")
    expect(page.locator(".cvw-judged:visible")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.locator(".cvw-judged:visible")).to_have_count(0)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    page.keyboard.press("Escape")  # nothing selected
    page.keyboard.press("Escape")  # back in the notebook, whose keys work again
    page.keyboard.press("b")
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(cells + 1)


@pytest.mark.slow
def test_a_button_with_the_focus_keeps_keys_from_the_notebook_too(tab: Tab, lab: str, filled: Path) -> None:
    page = open_notebook(tab, lab, "2_triage.ipynb")
    page.get_by_role("button", name="Kept 24").click()
    expect(page.locator(".cvw-triage .cvw-showing")).to_contain_text("24 images kept")
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    page.keyboard.press("b")
    page.keyboard.press("x")
    expect(page.locator(".cvw-triage .cvw-showing")).to_contain_text("24 images kept")
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


@pytest.mark.slow
def test_a_grid_in_a_cell_gives_its_selection_to_python(tab: Tab, lab: str, filled: Path) -> None:
    page = open_notebook(tab, lab, "5_inspect.ipynb")
    page.locator(".cvw-tile:visible").nth(2).click()
    page.get_by_text("1 selected").wait_for()
    page.locator(".jp-CodeCell").last.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".jp-CodeCell .jp-OutputArea-output pre").last).to_have_text(f"[{filled_id(filled, 2)}]\n")


@pytest.mark.slow
def test_no_request_leaves_the_machine_from_a_jupyterlab_that_was_never_opened_before(
    browser: Browser, project_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(("JUPYTER", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    asked: list[str] = []
    with served(START, tmp_path, project_folder, port() + 50) as address:
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.goto(address)
        run_all_cells(page)
        page.get_by_role("tab", name="Extension Manager").click()
        page.wait_for_load_state("networkidle")
        context.close()
    assert len(asked) > 20
    assert {address for address in asked if not re.match(r"(https?|ws)://127\.0\.0\.1:|blob:|data:", address)} == set()


@pytest.mark.slow
def test_the_token_leaves_the_address_and_a_reload_works_without_it(tab: Tab, lab: str) -> None:
    page = tab(lab)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    assert urlsplit(page.url).query == ""
    assert urlsplit(page.url).path.startswith("/lab/tree/notebooks")  # the folder alone while the notebook opens
    page.reload()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()


@pytest.mark.slow
def test_a_notebook_is_told_within_three_seconds_that_its_kernel_died(tab: Tab, lab: str) -> None:
    page = tab("about:blank")
    told: list[float] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: told.append(time.monotonic()) if "restarting" in str(frame) else None)

    page.on("websocket", listen)
    page.goto(lab.replace("1_collect.ipynb", "5_inspect.ipynb") + "&reset")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".jp-CodeCell").last.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("import os; os.kill(os.getpid(), 9)")
    began = time.monotonic()
    page.keyboard.press("Shift+Enter")
    page.get_by_text("appears to have died").wait_for()
    assert told[0] - began < 3


@pytest.fixture(scope="module")
def worked_on(filled: Path) -> Path:
    """The project, looked through, with a run, and its model in production."""
    with Project(filled) as project:
        look_through(project)
        list(project.train(epochs=1, image_size=32, precision="float32"))
        project.models.promote(project.runs.latest())
    return filled


@pytest.mark.slow
@pytest.mark.usefixtures("worked_on")
@pytest.mark.parametrize("look", LOOKS)
def test_no_step_of_the_workbench_has_a_serious_finding(tab: Tab, lab: str, pictures: Path, look: str) -> None:
    page = dressed(open_notebook(tab, lab, "workbench.ipynb"), look)
    found = {}
    for step, sight in IN_SIGHT.items():
        open_step(page, step)
        expect(page.locator(sight).first).to_be_visible()
        found[step] = findings(page)
    page.locator(".cvw-inspect input[type=file]").set_input_files(pictures / "labelled" / "heron" / "3.jpg")
    expect(page.locator(".cvw-chance")).to_have_count(2, timeout=120_000)
    found["an answer"] = findings(page)
    assert found == {place: [] for place in found}


@pytest.mark.slow
@pytest.mark.usefixtures("worked_on")
@pytest.mark.parametrize("look", LOOKS)
def test_neither_has_a_drawer_nor_the_sheet_of_keys_nor_the_lens(tab: Tab, lab: str, look: str) -> None:
    page = dressed(open_notebook(tab, lab, "workbench.ipynb"), look)
    found = {}
    for name in ("Journal", "Jobs", "Settings"):
        page.locator(".cvw-header").get_by_role("button", name=re.compile(f"^{name}")).click()
        expect(page.get_by_role("complementary", name=name)).to_be_visible()
        found[name] = findings(page)
    page.locator(".cvw-workbench").press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    found["the sheet of keys"] = findings(page)
    page.keyboard.press("Escape")
    open_step(page, "Triage")
    page.locator(".cvw-triage .cvw-tile:visible").first.dblclick()
    expect(page.locator(".cvw-lens-side:visible")).to_contain_text("SHA-256")
    found["the lens"] = findings(page)
    assert found == {place: [] for place in found}


@pytest.mark.slow
@pytest.mark.usefixtures("worked_on")
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["1_collect", "2_triage", "3_train", "4_explore", "5_inspect", "6_serve"])
def test_no_panel_in_a_cell_of_its_own_has_one(tab: Tab, lab: str, name: str, look: str) -> None:
    page = dressed(open_notebook(tab, lab, f"{name}.ipynb"), look)
    expect(page.locator(".cvw").first.get_by_role("button").last).to_be_visible()
    assert findings(page) == []


def dressed(page: Page, look: str) -> Page:
    """The page, in a theme that was chosen in JupyterLab's menu."""
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    for name in ("Theme", f"JupyterLab {look}"):  # not every entry has a role
        page.locator(".lm-Menu-itemLabel:visible").get_by_text(name, exact=True).click()
    expect(page.locator(f".cvw[data-theme={look.lower()}][data-host=lab]").first).to_be_visible()
    # JupyterLab's body is 0 px high and hides what flows over: axe-core would take all text for hidden, and compare no colors.
    page.add_style_tag(content="body { height: 100vh; }")
    return page


def filled_id(folder: Path, position: int) -> int:
    with Project(folder) as opened:
        return int(opened.images.select().ids[position])
