"""Voilà and JupyterLab as people start them, and the browser that looks at them; each starts once for a module."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cvwidgets import Project
from tests.browser.find_chromium import find
from tests.conftest import draw_picture, until

PATIENCE = 60_000
"""Milliseconds: a kernel starts in a second or two, on a busy machine in twenty."""

BARS = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIReloadButton", "WebUIToolbar", "PreloadTopChromeWebUI")
"""What Chromium makes of its own window as pages."""

COLORS = {"bison": "saddlebrown", "heron": "steelblue"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


LEAVING = ("Cannot send", "Cannot read properties of null (reading 'widgets')")
"""What JupyterLab's services and ipywidgets say when a page or a project is left while they still answer."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    path = find()
    if path is None:
        pytest.skip("No Chromium is here; `make test` gets one.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        # In a container one is often root, for whom Chromium has no sandbox, and /dev/shm is small.
        alone = ["--no-sandbox", "--disable-dev-shm-usage"]
        # The map is drawn by WebGL, on machines without a graphics card too. All else is not, which would take a third more of computing.
        drawing = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-gpu-compositing"]
        # Each window makes pages for its own bars and lists, a second of computing, which nobody sees here.
        # A camera that shows a clock, for pages that are allowed to use one.
        more = ["--use-fake-device-for-media-stream", f"--disable-features={','.join(BARS)}"]
        opened = playwright.chromium.launch(executable_path=str(path), args=[*alone, *drawing, *more])
        yield opened
        opened.close()


@pytest.fixture
def tab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens an address in a tab; errors of the page fail the test.

    What was seen last is kept in the folder `CVWIDGETS_SHOTS`, to be looked at.
    """
    errors: list[str] = []
    contexts = []

    def open_tab(address: str, *, dark: bool = False, width: int = 1280, height: int = 900) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        return page

    yield open_tab
    for number, context in enumerate(contexts):
        if shots := os.environ.get("CVWIDGETS_SHOTS"):
            context.pages[0].screenshot(path=Path(shots) / f"{request.node.name}-{number}.png")
        context.close()
    assert [error for error in errors if error not in LEAVING] == []


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two labels that can be told apart, loose pictures, and a broken one."""
    folder = tmp_path_factory.mktemp("pictures")
    for label, color in COLORS.items():
        for number in range(12):
            draw_picture(folder / "labelled" / label / f"{number}.jpg", seed=number, color=color)
    for number in range(24):
        draw_picture(folder / "loose" / f"<b>{number}</b>.jpg".replace("/", ""), seed=100 + number, color=list(COLORS.values())[number % 2])
    (folder / "labelled" / "bison" / "broken.jpg").write_text("no picture")
    return folder


@pytest.fixture(scope="module")
def project_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that the servers of a module serve; a test fills it as it needs."""
    folder = tmp_path_factory.mktemp("projects") / "animals"
    Project(folder).close()
    return folder


@pytest.fixture(scope="module")
def filled(project_folder: Path, pictures: Path) -> Path:
    """The project with 24 kept images of two labels and 24 new ones."""
    with Project(project_folder) as project:
        project.images.add(pictures / "labelled")
        project.images.add(pictures / "loose")
    return project_folder


@pytest.fixture(scope="module")
def dashboard(project_folder: Path, pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard's address, with its token."""
    call = "open_app(Path(sys.argv[1]), roots=[Path(sys.argv[2])], browser=False, port=int(sys.argv[3]))"
    with served(call, tmp_path_factory.mktemp("machine"), project_folder, pictures, port()) as address:
        yield address


@pytest.fixture(scope="module")
def lab(project_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JupyterLab's address, with its token, at the first notebook."""
    call = "open_lab(Path(sys.argv[1]), browser=False, port=int(sys.argv[2]))"
    with served(call, tmp_path_factory.mktemp("machine"), project_folder, port()) as address:
        yield address


def open_step(page: Page, step: str) -> None:
    """Opens a step of the workbench."""
    page.get_by_role("tab", name=re.compile(f"^{step}")).click()


def open_notebook(tab: Callable[..., Page], lab: str, name: str) -> Page:
    """Opens a notebook in JupyterLab and runs it."""
    page = tab(lab.replace("1_collect.ipynb", name) + "&reset", height=1100)
    run_all_cells(page)
    return page


def run_all_cells(page: Page) -> None:
    """Runs the notebook that is open, once its kernel is there, until all cells are done."""
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    # JupyterLab takes the focus to each cell that it runs, the last one too.
    expect(page.locator(".jp-CodeCell .jp-InputPrompt").last).to_have_text(re.compile(r"\[\d+\]:"))


def port() -> int:
    """Where this process's servers begin to look for a free port; tests that run beside it begin elsewhere."""
    return 30_000 + os.getpid() * 137 % 20_000


def servers(port: int) -> list[psutil.Process]:
    """What serves at a port."""
    return [p for p in psutil.process_iter(["cmdline"]) if f"--Voila.port={port}" in (p.info["cmdline"] or [])]


def kernels(port: int) -> list[psutil.Process]:
    """The kernels of the server at a port, the oldest first."""
    children = [child for server in servers(port) for child in server.children() if "ipykernel_launcher" in " ".join(child.cmdline())]
    return sorted(children, key=lambda child: child.create_time())


@contextmanager
def served(call: str, machine: Path, *arguments: object, more: Mapping[str, str] | None = None) -> Iterator[str]:
    """Runs a server for as long as the block does; what is kept per machine is kept in `machine`, the theme of JupyterLab too.

    `more` are variables of its environment.
    """
    code = f"import sys; from pathlib import Path; from cvwidgets.dashboard import *; {call}"
    kept = {"CVWIDGETS_MACHINE_FOLDER": str(machine), "JUPYTERLAB_SETTINGS_DIR": str(machine / "lab")}
    environment = {**os.environ, **kept, "HF_HUB_OFFLINE": "1", **(more or {})}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout is not None
    try:
        address = next(line.split(" is at ")[1].strip() for line in process.stdout if "token=" in line)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def until_left(project: Path, what: str) -> None:
    """Waits until the kernel wrote down where the page was left: the hand rests before it is told, and a busy machine takes its time."""
    until(lambda: any(what in file.read_text() for file in (project / "bookmarks").glob("*.json")))
