"""Twenty pages open at once on one project: the memory of all that serves them, and how soon each answers a click.

python tests/benchmarks/twenty_pages.py [PAGES]    prints two JSON lines.

The memory is that of Voilà, the kernels (one of them kept ready) and the prediction worker with a model, each shared page counted once
where the system tells (PSS, on Linux; elsewhere USS, what is each process's alone). The browser's is not in it.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Page

from cvwidgets import jobs
from cvwidgets.vision import new_classifier, save_classifier
from tests.benchmarks.pages import FIRST_ROW, Server, await_condition, await_rest, chromium, spent, visit, voila
from tests.benchmarks.projects import LABELS, generate

IMAGES = 10_000
REST_SECONDS = 10

ANSWERED = f"""async (click) => {{
  const firstRow = {FIRST_ROW};
  const first = () => [...document.querySelectorAll('.cvw-tile[data-position="0"]')].find((tile) => tile.getClientRects().length);
  const named = () => first()?.getAttribute("aria-label") ?? "Loading";
  const before = named();
  const clicks = {{
    tile: [first(), () => first().getAttribute("aria-selected") === "true"],
    kept: [document.querySelector('.cvw-tab[data-state="kept"]'), () => ![before, "Loading"].includes(named()) && firstRow()],
  }};
  const [target, answered] = clicks[click];
  const began = performance.now();
  target.click();
  while (!answered()) await new Promise(requestAnimationFrame);
  return (performance.now() - began) / 1000;
}}"""
"""Clicks the first tile, or the tab of what is kept; returns the seconds until it is selected, or until the other pictures are there."""


@contextmanager
def asked_worker(project: Path) -> Iterator[psutil.Process]:
    """The project's prediction worker, after it was asked about a picture; the model is the starter's, as no training makes it larger."""
    model = project / "models" / "asked"
    save_classifier(new_classifier("starter", [f"label {n}" for n in range(LABELS)]), model)
    worker = jobs.Worker(project / "worker")
    picture = next(project.with_name(f"{project.name}-files").rglob("*.jpg"))
    list(worker.ask({"model": str(model), "paths": [str(picture)], "top": 3}))
    try:
        yield next(p for p in psutil.process_iter(["cmdline"]) if str(worker.folder) in (p.info["cmdline"] or ()))
    finally:
        worker.stop()


def memory(process: psutil.Process) -> int:
    """What a process takes, in bytes."""
    told = process.memory_full_info()
    return int(getattr(told, "pss", 0) or told.uss)


def take_memory(server: Server, worker: psutil.Process, pages: int) -> dict[str, object]:
    """The sum over all processes, and what the parts of it take."""
    kernels = [memory(process) for process in server.process.children()]
    both = {"Voilà": memory(server.process), "worker": memory(worker)}
    children = sum(map(memory, server.family())) - sum(kernels) - both["Voilà"]
    before = spent(server)
    time.sleep(REST_SECONDS)
    busy = sum(spent(server).values()) - sum(before.values())
    return {
        "benchmark": f"memory behind {pages} pages",
        "value": round((sum(kernels) + sum(both.values()) + children) / 1e9, 2),
        "unit": "GB",
        "target": "< 4",
        "kernel_MB": round(statistics.median(kernels) / 1e6),
        **{f"{name}_MB": round(size / 1e6) for name, size in both.items()},
        "kernels": len(kernels),
        "processors busy at rest": round(busy / REST_SECONDS, 2),
    }


def take_clicks(pages: list[Page]) -> dict[str, object]:
    """One page after the other is clicked: on a picture, and from New to Kept."""
    taken: dict[str, list[float]] = {"tile": [], "kept": []}
    for page in pages:
        page.bring_to_front()
        for click, seconds in taken.items():
            seconds.append(page.evaluate(ANSWERED, click))
    return {
        "benchmark": f"a click on one of {len(pages)} pages, the slowest",
        "value": round(max(map(max, taken.values())), 2),
        "unit": "s",
        "target": "< 0.5",
        **{f"{click}, median_s": round(statistics.median(seconds), 3) for click, seconds in taken.items()},
        **{f"{click}, slowest_s": round(max(seconds), 3) for click, seconds in taken.items()},
    }


def measure(count: int) -> Iterator[dict[str, object]]:
    """Both figures."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        os.environ["CVWIDGETS_MACHINE_FOLDER"] = f"{place}/machine"  # the worker's, not the user's own
        project = generate(Path(place) / "heap", IMAGES, pictures=True)
        worker = stack.enter_context(asked_worker(project))
        browser, server = stack.enter_context(chromium()), stack.enter_context(voila(project, preheat=True))
        pages = []
        for _ in range(count):
            await_rest(server)
            pages.append(stack.enter_context(visit(browser, server.address)))
            await_condition(pages[-1], FIRST_ROW)
        await_rest(server)
        yield take_memory(server, worker, count)
        yield take_clicks(pages)


if __name__ == "__main__":
    for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20):
        print(json.dumps(line, ensure_ascii=False), flush=True)
