"""How soon a page is there: the frame beside an empty page of Voilà, the first pictures of 100,000 images beside those of 100.

python tests/benchmarks/first_pictures.py [IMAGES]    prints three JSON lines: pictures, frame, frame with a preheated kernel.

Times are seconds from the navigation, in a Chromium with nothing in its cache; medians of pairs, each page when all servers are at rest.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.benchmarks.pages import FIRST_ROW, await_kernel, chromium, seconds_until, voila, write_notebook
from tests.benchmarks.projects import generate

PAIRS = 5
NAME = "heap"
FRAME = {
    "frame": f"""() => {{
      const header = document.querySelector(".cvw-header");
      return Boolean(header?.getClientRects().length) && header.textContent.includes("{NAME}");
    }}"""
}
PICTURES = {**FRAME, "pictures": FIRST_ROW}
EMPTY = {"empty": '() => document.querySelector(".widget-label")?.textContent === "Nothing"'}

Times = Mapping[str, float]


def take(images: int) -> list[dict[str, Times]]:
    """Opens the four pages in turns: empty, few images, many images, and many images with a preheated kernel."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        few, many = generate(folder / "few" / NAME, 100, pictures=True), generate(folder / "many" / NAME, images, pictures=True)
        empty = write_notebook(folder / "empty.ipynb", 'import ipywidgets\nipywidgets.Label("Nothing")')
        with chromium() as browser, voila(few, notebook=empty) as bare, voila(few) as small, voila(many) as large:
            pages = {"empty": (bare, EMPTY), "few": (small, PICTURES), "many": (large, PICTURES)}
            for server, seen in pages.values():
                seconds_until(browser, server, seen)
            taken = [{name: seconds_until(browser, *page) for name, page in pages.items()} for _ in range(PAIRS)]
        with chromium() as browser, voila(many, preheat=True) as ready:
            kernels = await_kernel(ready, set())
            seconds_until(browser, ready, FRAME)
            for number, times in enumerate(taken):
                kernels = await_kernel(ready, kernels)  # it is got ready some seconds after the page before
                taken[number] = {**times, "ready": seconds_until(browser, ready, PICTURES)}
            return taken


def measure(images: int) -> Iterator[dict[str, object]]:
    """The three figures."""
    taken = take(images)

    def median(page: str, what: str) -> float:
        return round(statistics.median(times[page][what] for times in taken), 2)

    def later(what: str, other: str, then: str) -> float:
        return round(statistics.median(times["many"][what] - times[other][then] for times in taken), 2)

    yield {
        "benchmark": f"first pictures of {images:,} images, after those of 100",
        "value": later("pictures", "few", "pictures"),
        "unit": "s later",
        "target": "≤ 0.5",
        f"{images:,} images_s": median("many", "pictures"),
        "100 images_s": median("few", "pictures"),
        "pairs": PAIRS,
    }
    yield {
        "benchmark": "frame of the dashboard, after an empty page of Voilà",
        "value": later("frame", "empty", "empty"),
        "unit": "s later",
        "target": "≤ 1",
        f"{images:,} images_s": median("many", "frame"),
        "empty page_s": median("empty", "empty"),
        "pairs": PAIRS,
    }
    yield {
        "benchmark": "frame of the dashboard with a preheated kernel",
        "value": median("ready", "frame"),
        "unit": "s",
        "target": "≤ 2",
        "first pictures_s": median("ready", "pictures"),
        "empty page without_s": median("empty", "empty"),
        "pages": PAIRS,
    }


if __name__ == "__main__":
    for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000):
        print(json.dumps(line, ensure_ascii=False))
