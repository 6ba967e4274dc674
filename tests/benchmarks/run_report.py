"""The report of a run with 10,000 test images: how large it is, and how soon after it is opened from the disk a cell's pictures are there.

python tests/benchmarks/run_report.py [IMAGES]    prints three JSON lines; needs no network and no server.

Time is counted from the start of the navigation until the pictures of a cell that was clicked are decoded and a frame was drawn with them:
of a matrix of 10 labels, and of a list of confusions of 100. The pictures are drawn, with more detail than photos of the same size have.
"""

from __future__ import annotations

import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser

from cvwidgets import Project
from tests.benchmarks.pages import chromium
from tests.benchmarks.projects import draw
from tests.tried import answered_run

SHARES = (0.02, 0.02, 0.96)
DRAWN = 64
TIMES = 5

_USE = """window.usable = new Promise((resolve) => document.addEventListener("DOMContentLoaded", async () => {
  const { first } = document.getElementById("cvw-place").dataset;
  [...document.querySelectorAll("[data-cell]")].find((door) => door.dataset.cell !== first && door.checkVisibility()).click();
  await Promise.all([...document.querySelectorAll("#cvw-place img")].map((picture) => picture.decode()));
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() / 1000)));
}));"""


def draw_heap(folder: Path, images: int) -> Path:
    """Files of 100 labels in 10 groups; each has bytes of its own, though the pictures repeat."""
    drawn = []
    for seed in range(DRAWN):
        memory = io.BytesIO()
        draw(np.random.default_rng(seed), (320, 240)).save(memory, "JPEG", quality=85)
        drawn.append(memory.getvalue())
    for number in range(images):
        place = folder / f"kind {number % 10}" / f"sort {number // 10 % 10}"
        place.mkdir(parents=True, exist_ok=True)
        comment = str(number).encode()
        marked = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
        (place / f"{number:05}.jpg").write_bytes(drawn[number % DRAWN][:2] + marked + drawn[number % DRAWN][2:])
    return folder


def seconds_to_use(browser: Browser, file: Path) -> tuple[float, float]:
    """Opens a report in a new window, clicks a cell; returns when its pictures were there, and how long the page's thread computed."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(_USE)
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(file.as_uri())
    seconds = float(page.evaluate("window.usable"))
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    context.close()
    return seconds, metrics["TaskDuration"]


def measure(images: int) -> Iterator[dict[str, object]]:
    """The size of the larger of both reports, and the medians of the times."""
    with tempfile.TemporaryDirectory() as folder, Project(Path(folder) / "project") as project:
        project.images.add(draw_heap(Path(folder) / "heap", round(images / SHARES[2])))
        written = {}
        for labels, depth, sure in ((100, None, 4.5), (10, 1, 3.0)):  # each of the 100 needs an image in each part
            run = answered_run(project, shares=SHARES, depth=depth, sure=sure)
            begun = time.perf_counter()
            file = project.runs.report(run)
            written[labels] = file, time.perf_counter() - begun, run.evaluation().images  # type: ignore[union-attr]
        yield {
            "benchmark": f"the report of a run with {images:,} test images, the larger of two",
            "value": round(max(file.stat().st_size for file, _, _ in written.values()) / 1e6, 1),
            "unit": "MB",
            "target": "< 10",
            **{
                f"{labels} labels": {"MB": round(file.stat().st_size / 1e6, 1), "written_s": round(seconds, 1), "test images": tested}
                for labels, (file, seconds, tested) in written.items()
            },
        }
        with chromium() as browser:
            seconds_to_use(browser, next(iter(written.values()))[0])
            for labels, (file, _, _) in written.items():
                taken = [seconds_to_use(browser, file) for _ in range(TIMES)]
                yield {
                    "benchmark": f"from opening that report to the pictures of a cell, {labels} labels",
                    "value": round(statistics.median(seconds for seconds, _ in taken), 2),
                    "unit": "s",
                    "target": "≤ 1",
                    "slowest_s": round(max(seconds for seconds, _ in taken), 2),
                    "computed by the page, which other work does not stretch_s": round(statistics.median(own for _, own in taken), 2),
                    "times": TIMES,
                }


if __name__ == "__main__":
    for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000):
        print(json.dumps(line), flush=True)
