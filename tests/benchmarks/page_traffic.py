"""What kernel and page say to each other: bytes while nothing changes, and thumbnails beside a bare widget that sends the same.

python tests/benchmarks/page_traffic.py [THUMBNAILS]    prints two JSON lines.

The thumbnails are asked for as the wall's own page does while somebody scrolls; the bare widget sends them unasked, from memory.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocket

from tests.benchmarks.pages import FIRST_ROW, Server, await_condition, await_rest, chromium, visit, voila, write_notebook
from tests.benchmarks.projects import generate

PAIRS = 7
REST_SECONDS = 10
NOTEBOOK = """import os
from cvwidgets import Project
from tests.benchmarks.bare import Bare

Bare(Project(os.environ["CVWIDGETS_PROJECT"]), {count})"""


def at_rest(browser: Browser, server: Server) -> dict[str, object]:
    """Bytes from the kernel, whatever its messages are about, while the workbench stands open on Triage and nothing changes."""
    come: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: come.append(len(frame)))

    with visit(browser, server.address, lambda page: page.on("websocket", listen)) as page:
        await_condition(page, FIRST_ROW)
        await_rest(server)
        page.wait_for_timeout(1000)
        first = sum(come)
        come.clear()
        page.wait_for_timeout(1000 * REST_SECONDS)
        return {
            "benchmark": f"from kernel to page at rest, in {REST_SECONDS} s",
            "value": sum(come),
            "unit": "bytes",
            "target": "0",
            "until the page was there_kB": first // 1000,
        }


def thumbnails(browser: Browser, server: Server, count: int) -> dict[str, object]:
    """How fast the wall's thumbnails come, to those of the bare widget: the median of pairs, after one for the caches."""
    with visit(browser, server.address) as page:
        await_condition(page, "() => window.takeBoth !== undefined")
        _take(page)
        await_rest(server)
        taken = [_take(page) for _ in range(PAIRS)]
    return {
        "benchmark": f"{count:,} thumbnails to the page, ours to a bare widget",
        "value": round(statistics.median(pair["bare"] / pair["ours"] for pair in taken), 2),
        "unit": "×",
        "target": "≥ 0.7",
        **{f"{name}_s": round(statistics.median(pair[name] for pair in taken), 2) for name in ("ours", "bare")},
        "pairs": PAIRS,
    }


def _take(page: Page) -> dict[str, float]:
    taken: dict[str, float] = page.evaluate("() => window.takeBoth()")
    return taken


def measure(count: int) -> Iterator[dict[str, object]]:
    """Both figures."""
    with tempfile.TemporaryDirectory() as place, chromium() as browser:
        project = generate(Path(place) / "heap", 2 * count, pictures=True)
        with voila(project) as server:
            yield at_rest(browser, server)
        with voila(project, notebook=write_notebook(Path(place) / "bare.ipynb", NOTEBOOK.format(count=count))) as server:
            yield thumbnails(browser, server, count)


if __name__ == "__main__":
    for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 2000):
        print(json.dumps(line, ensure_ascii=False), flush=True)
