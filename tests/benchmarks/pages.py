"""What the benchmarks of pages share: Voilà as `cvwidgets app` runs it, the processes behind it, and a Chromium that looks at it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

from cvwidgets.dashboard import notebooks_folder, voila_command
from cvwidgets.dashboard.serving import address_of, environment, free_port, new_token, running
from tests.browser.find_chromium import find

HOST = "127.0.0.1"
PATIENCE = 120.0
QUIET = 0.1
"""Seconds of processor time in a second below which a process is at rest; a kernel looks about once a second for what others changed."""

FIRST_ROW = """() => {
  const tiles = [...document.querySelectorAll(".cvw-tile")].filter((tile) => tile.getClientRects().length);
  const top = Math.min(...tiles.map((tile) => tile.getBoundingClientRect().top));
  const row = tiles.filter((tile) => tile.getBoundingClientRect().top === top).map((tile) => tile.querySelector("img"));
  return row.length > 0 && row.every((image) => image?.complete && image.naturalWidth > 0);
}"""
"""A condition of the page: the pictures of the first row of the wall are there."""

_ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE " + HOST
"""What a page may ask of other hosts is refused at once: no figure hangs on the network, and nobody is told anything."""

_WATCH = """(conditions) => {
  window.seen = {};
  const look = () => {
    for (const [name, holds] of Object.entries(conditions)) if (!(name in window.seen) && holds()) window.seen[name] = performance.now();
    requestAnimationFrame(look);
  };
  look();
}"""


@dataclass(frozen=True, slots=True)
class Server:
    """Voilà that serves one notebook: the address with its token, and its process, whose children are the kernels."""

    address: str
    process: psutil.Process

    def family(self) -> list[psutil.Process]:
        """Voilà, its kernels, and their children."""
        return [self.process, *self.process.children(recursive=True)]


@contextmanager
def voila(project: Path, *, notebook: Path | None = None, preheat: bool = False) -> Iterator[Server]:
    """Serves a notebook, the workbench if none is named, for as long as the block does; what is kept per machine goes with it."""
    source = notebook or notebooks_folder() / "workbench.ipynb"
    with tempfile.TemporaryDirectory(prefix="cvwidgets-", ignore_cleanup_errors=True) as private:
        folder = Path(private) / "served"
        folder.mkdir()
        copy, port, token = Path(shutil.copy(source, folder)), free_port(HOST, 20_000 + os.getpid() % 20_000), new_token()
        told = {**environment(token, project), "CVWIDGETS_MACHINE_FOLDER": f"{private}/machine", "HF_HUB_OFFLINE": "1"}
        before = set(psutil.Process().children())
        command = voila_command(copy, port=port, preheat=preheat)
        with running(command, environment=told, log=Path(private) / "log.txt", host=HOST, port=port, folder=folder):
            (process,) = set(psutil.Process().children()) - before
            yield Server(f"{address_of(HOST, port)}/?token={token}", process)


def write_notebook(path: Path, code: str) -> Path:
    """A notebook of one cell."""
    cell = {"cell_type": "code", "id": "only", "metadata": {}, "source": code, "outputs": [], "execution_count": None}
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    path.write_text(json.dumps({"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window."""
    path = find()
    if path is None:
        raise SystemExit(
            "There is no Chromium that starts; this benchmark needs one. `python tests/browser/find_chromium.py --install` gets it."
        )
    with sync_playwright() as playwright:
        # In a container one is often root, for whom Chromium has no sandbox, and /dev/shm is small.
        browser = playwright.chromium.launch(executable_path=str(path), args=["--no-sandbox", "--disable-dev-shm-usage", _ALONE])
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, address: str, prepare: Callable[[Page], object] = lambda _: None) -> Iterator[Page]:
    """A page of its own, with nothing in its cache, for as long as the block does; `prepare` is given it before it goes to the address."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    prepare(page)
    page.goto(address, wait_until="commit")
    yield page
    context.close()


def seconds_until(browser: Browser, server: Server, conditions: dict[str, str]) -> dict[str, float]:
    """Opens the server's page and returns how long after the navigation each condition, a JavaScript function, was first true."""
    await_rest(server)
    script = f"({_WATCH})({{{', '.join(f'{json.dumps(name)}: {holds}' for name, holds in conditions.items())}}})"
    with visit(browser, server.address, lambda page: page.add_init_script(script)) as page:
        await_condition(page, f"() => Object.keys(window.seen).length === {len(conditions)}")
        return {name: when / 1000 for name, when in page.evaluate("() => window.seen").items()}


def await_condition(page: Page, condition: str) -> None:
    """Waits until a JavaScript function is true in the page; ends the benchmark with what stands on the page when it never is."""
    try:
        page.wait_for_function(condition, polling=50)
    except TimeoutError:
        words = " ".join(page.locator("body").inner_text().split())
        raise SystemExit(f"The page did not come to {condition} within {PATIENCE:.0f} s; it says: {words[:500]}") from None


def await_rest(*servers: Server) -> None:
    """Waits until the servers and their kernels do next to nothing: earlier kernels have ended, a preheated one is ready."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        before = spent(*servers)
        time.sleep(1)
        if all(pid in before and seconds - before[pid] < QUIET for pid, seconds in spent(*servers).items()):
            return
    raise SystemExit("The servers did not come to rest; figures taken now would say nothing. Close what else runs, and measure again.")


def await_kernel(server: Server, known: set[int]) -> set[int]:
    """Waits until the server keeps a kernel ready that is none of the known ones; returns the numbers of all that it has then."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        kernels = {process.pid for process in server.process.children()}
        if kernels - known:
            return kernels
        time.sleep(0.1)
    raise SystemExit("The server got no other kernel ready. Look into what it says.")


def spent(*servers: Server) -> dict[int, float]:
    """Seconds of processor time so far, by process."""
    seconds = {}
    for process in (process for server in servers for process in server.family()):
        with suppress(psutil.NoSuchProcess):
            seconds[process.pid] = sum(process.cpu_times()[:2])
    return seconds
