"""The dashboard as it is served: who is asked, what is told of the token, what a page shows while it starts and when its kernel is gone."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from tests.browser.conftest import PATIENCE, port, served
from tests.browser.relay import relay
from tests.conftest import until
from tests.dashboard.conftest import write_notebook

Tab = Callable[..., Page]
CALL = "open_app(Path(sys.argv[1]), notebook=Path(sys.argv[2]), roots=[Path(sys.argv[1])], browser=False, port=int(sys.argv[3]))"
BELOW = CALL.replace("browser=", "base_url='/tools/cvw/', browser=")
NUMBER = "import os, ipywidgets\nipywidgets.HTML(f'<b id=kernel>{os.getpid()}</b>')"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(23, 25, 28)"
GROUNDS = """
  window.grounds = [];
  (function look() {
    if (document.body) window.grounds.push(getComputedStyle(document.body).backgroundColor);
    requestAnimationFrame(look);
  })();
"""


@pytest.fixture(scope="module")
def number(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page that shows the number of its kernel's process."""
    with serving(tmp_path_factory.mktemp("number"), NUMBER) as address:
        yield address


def serving(folder: Path, *cells: str, call: str = CALL) -> AbstractContextManager[str]:
    return served(call, folder, folder, write_notebook(folder / "tiny.ipynb", *cells), port())


def kernel_of(page: Page) -> int:
    return int(page.locator("#kernel").inner_text())


def is_over(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


def test_no_request_leaves_the_machine_while_the_dashboard_is_used(browser: Browser, dashboard: str, filled: Path) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(dashboard)
    page.locator(".cvw:visible").first.wait_for()
    for tab in page.get_by_role("tab").all():
        tab.click()
    page.wait_for_load_state("networkidle")
    context.close()
    assert len(asked) > 20
    assert {address for address in asked if not re.match(r"(https?|ws)://127\.0\.0\.1:|blob:|data:", address)} == set()


def test_the_token_is_out_of_the_address_at_once_and_a_reload_works_without_it(tab: Tab, number: str) -> None:
    page = tab(number)
    first = kernel_of(page)
    assert page.url == number.split("?")[0] and page.evaluate("document.referrer") == ""
    page.reload()
    assert kernel_of(page) != first


def test_a_page_that_is_reloaded_or_closed_ends_its_kernel(tab: Tab, number: str) -> None:
    page = tab(number)
    first = kernel_of(page)
    page.reload()
    second = kernel_of(page)
    page.goto("about:blank")
    until(lambda: is_over(first) and is_over(second))


def test_a_page_left_before_its_widgets_are_there_ends_its_kernel_too(tab: Tab, number: str) -> None:
    page = tab("about:blank")
    page.route("**/voila/static/voila.js", lambda route: route.abort())
    page.goto(number)
    kernel = page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    page.goto("about:blank")

    def is_gone() -> bool:
        connection = HTTPConnection(urlsplit(number).netloc)
        connection.request("GET", f"/api/kernels/{kernel}", headers={"Cookie": cookies, "Referer": number})
        return connection.getresponse().status == 404

    until(is_gone)


@pytest.mark.slow
def test_a_page_is_told_within_three_seconds_that_its_kernel_died(tab: Tab, number: str) -> None:
    page = tab("about:blank")
    told: list[float] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: told.append(time.monotonic()) if b'"dead"' in bytes(frame) else None)

    page.on("websocket", listen)
    page.goto(number)
    kernel = kernel_of(page)
    killed = time.monotonic()
    os.kill(kernel, signal.SIGKILL)
    page.wait_for_event("console", lambda message: "Kernel: dead" in message.text)
    assert told[0] - killed < 3


def test_the_ground_is_dark_from_the_first_paint_where_the_system_is(tab: Tab, number: str) -> None:
    page = tab("about:blank", dark=True)
    page.add_init_script(GROUNDS)
    page.goto(number)
    page.locator("#kernel").wait_for()
    assert set(page.evaluate("window.grounds")) == {DARK}
    page.emulate_media(color_scheme="light")
    expect(page.locator("body")).to_have_css("background-color", LIGHT)


@pytest.mark.slow
def test_what_was_chosen_in_this_browser_outweighs_the_system(tab: Tab, number: str) -> None:
    page = tab(number, dark=True)
    page.evaluate("localStorage.setItem('cvwidgets-theme', 'light')")
    page.add_init_script(GROUNDS)
    page.reload()
    page.locator("#kernel").wait_for()
    assert set(page.evaluate("window.grounds")) == {LIGHT}
    page.evaluate("document.documentElement.dataset.cvwTheme = 'dark'")
    expect(page.locator("#rendered_cells")).to_have_css("background-color", DARK)


@pytest.mark.slow  # a server of its own
def test_while_the_kernel_starts_the_frame_stands_still_and_says_so(tab: Tab, tmp_path: Path) -> None:
    go = tmp_path / "go"
    wait = f"import pathlib, time\nwhile not pathlib.Path({str(go)!r}).exists(): time.sleep(0.05)"
    with serving(tmp_path, wait, NUMBER) as address:
        page = tab("about:blank")
        page.goto(address, wait_until="commit")
        expect(page.get_by_role("status")).to_have_text("Starting …")
        assert page.locator("#cvw-skeleton header").bounding_box()["height"] == 56  # type: ignore[index]
        assert page.title() == "cvwidgets"
        go.touch()
        page.locator("#kernel").wait_for()
        expect(page.locator("#cvw-skeleton")).to_have_count(0)


@pytest.mark.slow  # a server of its own
def test_a_kernel_that_cannot_start_is_said_with_a_way_to_try_again(tab: Tab, tmp_path: Path) -> None:
    with serving(tmp_path, f"import os\nif not os.path.exists({str(tmp_path / 'mended')!r}): os._exit(1)", NUMBER) as address:
        page = tab(address)
        expect(page.get_by_role("alert")).to_contain_text("The kernel could not be started.")
        (tmp_path / "mended").touch()
        page.get_by_role("button", name="Reload").click()
        page.locator("#kernel").wait_for()


@pytest.mark.slow  # a server of its own
def test_a_kernel_that_died_while_it_was_kept_ready_keeps_nobody_out(tab: Tab, tmp_path: Path) -> None:
    numbers = tmp_path / "numbers"
    with serving(tmp_path, NUMBER, f"with open({str(numbers)!r}, 'a') as file: print(os.getpid(), file=file)") as address:
        page = tab(address)
        page.locator("#kernel").wait_for()
        until(lambda: len(numbers.read_text().split()) == 2)
        ready = int(numbers.read_text().split()[1])
        os.kill(ready, signal.SIGKILL)
        page.reload()
        expect(page.locator("#kernel")).to_be_visible()
        assert kernel_of(page) != ready


@pytest.mark.slow  # a server of its own
def test_an_error_of_the_notebook_can_be_read(tab: Tab, tmp_path: Path) -> None:
    with serving(tmp_path, "1 / 0") as address:
        page = tab(address, dark=True)
        page.get_by_text("ZeroDivisionError").first.wait_for()
        expect(page.locator("#cvw-skeleton")).to_have_count(0)
        page.wait_for_load_state("networkidle")  # what a server that ends does not answer is an error of the page


@pytest.mark.slow  # a server of its own
def test_behind_a_proxy_all_that_the_page_asks_for_lies_below_its_path(tab: Tab, tmp_path: Path) -> None:
    with serving(tmp_path, NUMBER, call=BELOW) as address, relay(address) as public:
        page = tab("about:blank")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.goto(public)
        first = kernel_of(page)
        page.reload()
        assert kernel_of(page) != first
        assert {urlsplit(url).path[:11] for url in asked} == {"/tools/cvw/"}
        until(lambda: is_over(first))
