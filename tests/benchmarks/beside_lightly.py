"""The same 10,000 images in cvwidgets and in LightlyStudio: the import, the first pictures, and a jump to the middle of the wall.

python tests/benchmarks/beside_lightly.py [IMAGES]    prints three JSON lines; one that says why, where lightly-studio cannot be installed.

Both are served as they come: ours by Voilà with a kernel kept ready, as `cvwidgets app` does it, with the place where one left forgotten;
LightlyStudio by its `start_gui`, without embeddings and without telemetry. Its grid loads page by page as one scrolls on, so the middle is
reached by scrolling to the end again and again; where that takes too long, the line says how far it came.
"""

from __future__ import annotations

import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import psutil
from playwright.sync_api import Browser

from cvwidgets import Project
from cvwidgets.dashboard.serving import free_port
from tests.benchmarks.environments import install
from tests.benchmarks.import_speed import KINDS, LIGHTLY, index, lay_out, quiet
from tests.benchmarks.million_rows import JUMP
from tests.benchmarks.pages import FIRST_ROW, HOST, PATIENCE, Server, await_condition, await_rest, chromium, seconds_until, visit, voila

PAIRS = 3
KIND = "small files"
LONGEST = 300
"""Seconds after which the way to the middle of LightlyStudio's grid is given up."""

SERVE = f"""import sys
import lightly_studio
from lightly_studio import db_manager

db_manager.connect(db_file=sys.argv[1])
lightly_studio.start_gui(host={HOST!r}, port=int(sys.argv[2]), open_browser=False)"""

NO_TOUR = "localStorage.setItem('lightly-studio:onboarding-invitation:v1', 'shown')"

THEIR_FIRST_ROW = """() => {
  const tiles = [...document.querySelectorAll('[data-testid="sample-grid-item"]')];
  const top = Math.min(...tiles.map((tile) => tile.getBoundingClientRect().top));
  const row = tiles.filter((tile) => tile.getBoundingClientRect().top === top).map((tile) => tile.querySelector("img"));
  return row.length > 0 && row.every((image) => image?.complete && image.naturalWidth > 0);
}"""

THEIR_WAY = """async ({ middle, longest }) => {
  const grid = document.querySelector('[data-testid="images-grid"]');
  const box = grid.getBoundingClientRect();
  const tiles = () => [...grid.querySelectorAll('[data-testid="sample-grid-item"]')];
  const topOf = (tile) => tile.getBoundingClientRect().top;
  const onScreen = () => tiles().filter((tile) => tile.getBoundingClientRect().bottom > box.top && topOf(tile) < box.bottom);
  const image = (tile) => tile.querySelector("img");
  const isShown = (tile) => image(tile)?.complete && image(tile).naturalWidth > 0;
  const second = tiles().find((tile) => topOf(tile) > topOf(tiles()[0]));
  const columns = Number(second.dataset.index);
  const pitch = topOf(second) - topOf(tiles()[0]);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  while (grid.scrollHeight < (middle / columns + 1) * pitch + box.height) {
    if (seconds() > longest) return { seconds: seconds(), reached: Math.round(grid.scrollHeight / pitch) * columns };
    grid.scrollTop = grid.scrollHeight;
    await new Promise(requestAnimationFrame);
  }
  grid.scrollTop = Math.floor(middle / columns) * pitch;
  let shown;
  do {
    await new Promise(requestAnimationFrame);
    shown = onScreen();
  } while (!(shown.some((tile) => Number(tile.dataset.index) === middle) && shown.every(isShown)));
  await Promise.all(shown.map((tile) => image(tile).decode()));
  return { seconds: seconds(), reached: middle };
}"""
"""Scrolls on until the middle was loaded, then to it; returns the seconds until its pictures are there, or how far it came."""


@contextmanager
def lightly(database: Path) -> Iterator[Server]:
    """LightlyStudio's server over a database, for as long as the block does."""
    port = free_port(HOST, 24_000)
    log = database.with_name("log.txt")
    with log.open("wb") as output:
        command = [str(LIGHTLY / "bin" / "python"), "-c", SERVE, str(database), str(port)]
        server = subprocess.Popen(command, cwd=database.parent, env=quiet(), stdout=output, stderr=output)
    try:
        _await_port(port, server, log)
        yield Server(f"http://{HOST}:{port}/", psutil.Process(server.pid))
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(30)
        server.kill()


def _await_port(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit(f"LightlyStudio's server did not start; the end of its log: {log.read_text(errors='replace')[-500:]}")


def imports(folder: Path, project: Path, database: Path) -> dict[str, object]:
    """Takes the images into both; ours can be seen and judged after the first pass, theirs after the index."""
    count = sum(1 for _ in folder.rglob("*.jpg"))
    seen = whole = 0.0
    with Project(project) as ours, closing(ours.images.add_iter(folder, state="new")) as reports:
        for report in reports:
            seen = seen or (report.seconds if report.registered == count else 0.0)
            whole = report.seconds
    theirs, version = index(folder, database)
    return {
        "benchmark": f"import of {count:,} images until they can be seen, lightly-studio's time to ours",
        "value": round(theirs / seen, 2),
        "unit": "×",
        "target": "≥ 1",
        "ours_s": round(seen, 1),
        "ours, read whole with thumbnails_s": round(whole, 1),
        "lightly_s": round(theirs, 1),
        "version": version,
    }


def first_pictures(browser: Browser, project: Path, ours: Server, theirs: Server) -> dict[str, object]:
    """From the navigation to the pictures of the first row, in a browser with nothing in its cache."""
    pairs = []
    for _ in range(PAIRS + 1):
        shutil.rmtree(project / "bookmarks", ignore_errors=True)
        mine = seconds_until(browser, ours, {"row": FIRST_ROW})["row"]
        pairs.append((mine, seconds_until(browser, theirs, {"row": THEIR_FIRST_ROW})["row"]))
    del pairs[0]
    return {
        "benchmark": "first pictures, lightly-studio's time to ours",
        "value": round(statistics.median(other / mine for mine, other in pairs), 2),
        "unit": "×",
        "target": "≥ 1",
        "ours_s": round(statistics.median(mine for mine, _ in pairs), 2),
        "lightly_s": round(statistics.median(other for _, other in pairs), 2),
        "pairs": PAIRS,
    }


def to_the_middle(browser: Browser, ours: Server, theirs: Server, images: int) -> dict[str, object]:
    """From the top of the wall to the pictures in the middle of it."""
    await_rest(ours, theirs)
    with visit(browser, ours.address) as page:
        await_condition(page, FIRST_ROW)
        await_rest(ours)
        mine = page.evaluate(JUMP, 0.5)["seconds"]
    with visit(browser, theirs.address, lambda page: page.add_init_script(NO_TOUR)) as page:
        await_condition(page, THEIR_FIRST_ROW)
        await_rest(theirs)
        other = page.evaluate(THEIR_WAY, {"middle": images // 2, "longest": LONGEST})
    reached = {} if other["reached"] == images // 2 else {"lightly came to the image": other["reached"]}
    return {
        "benchmark": f"from the first to the middle of {images:,} images, lightly-studio's time to ours",
        "value": round(other["seconds"] / mine, 1),
        "unit": "×",
        "target": "≥ 1",
        "ours_s": round(mine, 2),
        "lightly_s": round(other["seconds"], 1),
        **reached,
    }


def measure(images: int) -> Iterator[dict[str, object]]:
    """The three figures, or the reason why there are none."""
    if why := install("lightly-studio", LIGHTLY):
        yield {
            "benchmark": f"{images:,} images beside lightly-studio",
            "value": "not",
            "unit": "measured",
            "target": "–",
            "lightly-studio could not be installed": why[:200].replace("|", "/"),
        }
        return
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        folder, _ = lay_out(Path(place) / "files", KIND, images / KINDS[KIND][2])
        project, database = Path(place) / "heap", Path(place) / "lightly.db"
        yield imports(folder, project, database)
        browser = stack.enter_context(chromium())
        ours = stack.enter_context(voila(project, preheat=True))
        theirs = stack.enter_context(lightly(database))
        yield first_pictures(browser, project, ours, theirs)
        yield to_the_middle(browser, ours, theirs, images)


if __name__ == "__main__":
    for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000):
        print(json.dumps(line, ensure_ascii=False), flush=True)
