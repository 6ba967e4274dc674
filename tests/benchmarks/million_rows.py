"""A wall of 1,000,000 rows beside one of 10,000: first pictures, jumps by the scrollbar, what page and kernel hold of it.

python tests/benchmarks/million_rows.py [IMAGES]    prints five JSON lines.

Both stand open in the same Chromium under Voilà, are opened in turns, and are then scrolled to the same parts of their height in turns.
All images are new and have thumbnails of 4 kB, small ones: what grows with the rows must not hide behind what is sent. Both projects are
made once and lie in the system's folder for temporary files, 6 GB that stay there for the next time; they are read once before, so that
all comes from the system's cache.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page

from cvwidgets import Project
from tests.benchmarks import projects
from tests.benchmarks.pages import FIRST_ROW, Server, await_condition, await_rest, chromium, seconds_until, visit, voila

PAIRS = 5
JUMPS = 20
FEW = 10_000
KEPT = Path(tempfile.gettempdir()) / "cvwidgets-benchmarks"
SETTLED_MS = 1000
"""After a jump the page notes its place, and the kernel that it was told."""

JUMP = """async (part) => {
  const scroller = [...document.querySelectorAll(".cvw-scroller")].find((one) => one.getClientRects().length);
  const box = scroller.getBoundingClientRect();
  const onScreen = () => [...scroller.querySelectorAll(".cvw-tile")].filter((tile) => {
    const place = tile.getBoundingClientRect();
    return place.height && place.bottom > box.top && place.top < box.bottom;
  });
  const count = Number(onScreen()[0].getAttribute("aria-setsize"));
  const isThere = (tiles) => tiles.length && Math.abs(Number(tiles[0].dataset.position) - part * (count - tiles.length)) < 100;
  const isShown = (tile) => tile.querySelector("img").complete && tile.querySelector("img").naturalWidth > 0;
  const began = performance.now();
  scroller.scrollTop = part * (scroller.scrollHeight - scroller.clientHeight);
  let tiles;
  do {
    await new Promise(requestAnimationFrame);
    tiles = onScreen().sort((one, other) => one.dataset.position - other.dataset.position);
  } while (!(isThere(tiles) && tiles.every(isShown)));
  await Promise.all(tiles.map((tile) => tile.querySelector("img").decode()));
  return { seconds: (performance.now() - began) / 1000, tiles: tiles.length };
}"""
"""Sets the scrollbar to a part of its way; returns the seconds until the pictures on the screen are those of that place, and decoded."""


def kept(images: int) -> Path:
    """The project of so many images, made unless it is there from the last time; nobody has looked at it since."""
    made_by = hashlib.sha256(Path(projects.__file__).read_bytes()).hexdigest()[:12]
    home = KEPT / f"rows-{images}"
    folder = home / "heap"
    if not (home / made_by).exists():
        shutil.rmtree(home, ignore_errors=True)
        projects.generate(folder, min(images, FEW), pictures=True, new=1, plain=True)
        if images > FEW:
            projects.multiply(folder, images // FEW)
        Project(folder).close()  # which makes the back-up of the day
        (home / made_by).touch()
    shutil.rmtree(folder / "bookmarks", ignore_errors=True)
    for path in (folder / "catalog.db", folder / "cache" / "thumbnails.db"):
        with path.open("rb", buffering=0) as file:
            while file.read(1 << 22):
                pass
    return folder


def first_pictures(browser: Browser, small: Server, large: Server, images: int) -> dict[str, object]:
    """How much later the first row of pictures of the large wall is there."""
    taken = [[seconds_until(browser, server, {"pictures": FIRST_ROW})["pictures"] for server in (small, large)] for _ in range(PAIRS + 1)]
    pairs = taken[1:]
    return {
        "benchmark": f"first pictures of {images:,} rows, after those of {FEW:,}",
        "value": round(statistics.median(many - few for few, many in pairs), 2),
        "unit": "s later",
        "target": "≤ 1",
        f"{images:,} rows_s": round(statistics.median(many for _, many in pairs), 2),
        f"{FEW:,} rows_s": round(statistics.median(few for few, _ in pairs), 2),
        "pairs": PAIRS,
    }


def jump(pages: list[Page]) -> Iterator[list[float]]:
    """The seconds of each page for a jump to the same part of its height, one part after the other; no two of them lie near each other."""
    chance = random.Random(0)
    parts = [(step + chance.uniform(0.2, 0.8)) / JUMPS for step in chance.sample(range(JUMPS), JUMPS)]
    for number, part in enumerate(parts):
        seconds = [0.0] * len(pages)
        for which in (range(len(pages)), reversed(range(len(pages))))[number % 2]:
            pages[which].bring_to_front()
            seconds[which] = pages[which].evaluate(JUMP, part)["seconds"]
            pages[which].wait_for_timeout(SETTLED_MS)
        yield seconds


def jumps(pages: list[Page], images: int) -> dict[str, object]:
    """How much longer the pictures of a place take on the large wall."""
    taken = list(jump(pages))
    return {
        "benchmark": f"a jump by the scrollbar on {images:,} rows, to one on {FEW:,}",
        "value": round(statistics.median(many for _, many in taken) / statistics.median(few for few, _ in taken), 2),
        "unit": "×",
        "target": "≤ 1.5",
        f"{images:,} rows_s": round(statistics.median(many for _, many in taken), 3),
        f"{FEW:,} rows_s": round(statistics.median(few for few, _ in taken), 3),
        "slowest_s": round(max(many for _, many in taken), 3),
        "places": JUMPS,
    }


def browser_holds(page: Page) -> dict[str, float]:
    """How many elements stand in a page, and how large its heap is after a collection of garbage, in bytes."""
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable")
    client.send("HeapProfiler.collectGarbage")
    metrics = {metric["name"]: metric["value"] for metric in client.send("Performance.getMetrics")["metrics"]}
    client.detach()
    return {"elements": page.evaluate("() => document.querySelectorAll('*').length"), "heap": metrics["JSHeapUsedSize"]}


def in_the_browser(pages: list[Page], images: int) -> Iterator[dict[str, object]]:
    """Whether the page grows with the rows, after the same scrolling."""
    few, many = map(browser_holds, pages)
    for what, name, unit, size in (("elements", "elements of the page", "", 1), ("heap", "memory of the page", "_MB", 1e6)):
        yield {
            "benchmark": f"{name} with {images:,} rows, to {FEW:,}",
            "value": round(many[what] / few[what], 3),
            "unit": "×",
            "target": "≤ 1.1",
            f"{images:,} rows{unit}": round(many[what] / size, 1),
            f"{FEW:,} rows{unit}": round(few[what] / size, 1),
            "after jumps": JUMPS,
        }


def kernel_of(server: Server) -> psutil.Process:
    """The kernel of the page that stands open."""
    return max(server.process.children(), key=lambda process: process.create_time())


def in_the_kernel(small: Server, large: Server, images: int) -> dict[str, object]:
    """How much more memory of its own the kernel of the large wall has."""
    few, many = (kernel_of(server).memory_full_info() for server in (small, large))
    return {
        "benchmark": f"memory of the kernel with {images:,} rows, above that with {FEW:,}",
        "value": round((many.uss - few.uss) / 1e6),
        "unit": "MB",
        "target": "< 100",
        f"{images:,} rows_MB": round(many.uss / 1e6),
        f"{FEW:,} rows_MB": round(few.uss / 1e6),
        "resident, more_MB": round((many.rss - few.rss) / 1e6),
    }


def measure(images: int) -> Iterator[dict[str, object]]:
    """The five figures."""
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        small, large = (stack.enter_context(voila(kept(count))) for count in (FEW, images))
        yield first_pictures(browser, small, large, images)
        await_rest(small, large)
        pages = []
        for server in (small, large):
            pages.append(stack.enter_context(visit(browser, server.address)))
            await_condition(pages[-1], FIRST_ROW)
        await_rest(small, large)
        yield jumps(pages, images)
        yield from in_the_browser(pages, images)
        await_rest(small, large)
        yield in_the_kernel(small, large, images)


if __name__ == "__main__":
    for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000):
        print(json.dumps(line, ensure_ascii=False), flush=True)
