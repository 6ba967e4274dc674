"""How long one waits in the lens: from Enter to the sharp picture, of a 12-megapixel JPEG and of one of 256 px, under Voilà.

python tests/benchmarks/lens_opening.py    prints two JSON lines; medians of 5, each of another image whose picture was not there before.

`first_s` is the first one of a kernel, which starts the process that reads.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from cvwidgets import Project
from tests.benchmarks.pages import await_condition, await_rest, chromium, visit, voila, write_notebook

TIMES = 5
SIZES = {"a 12-megapixel JPEG": (4000, 3000), "a JPEG of 256 px": (256, 192)}
APART = 4
"""So many images lie between those that are opened, so that none was asked for ahead."""

_OPEN = """() => new Promise((resolve) => {
  const begun = performance.now();
  const look = () => {
    const isSharp = document.querySelector(".cvw-lens[open] .cvw-lens-stage")?.dataset.sharp;
    if (isSharp) requestAnimationFrame(() => resolve((performance.now() - begun) / 1000));
    else requestAnimationFrame(look);
  };
  const enter = new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true, cancelable: true });
  document.querySelector(".cvw-scroller").dispatchEvent(enter);
  look();
})"""


def draw_photos(folder: Path, size: tuple[int, int], count: int) -> None:
    """Photos of so much detail as cameras leave: smooth ground with fine noise, about 0.3 bytes a pixel."""
    folder.mkdir(parents=True)
    for number in range(count):
        random = np.random.default_rng(number)
        ground = Image.fromarray(random.integers(0, 255, (12, 16, 3), np.uint8)).resize(size, Image.Resampling.BICUBIC)
        noise = random.normal(0, 6, (size[1], size[0], 1))
        Image.fromarray((np.asarray(ground) + noise).clip(0, 255).astype(np.uint8)).save(folder / f"{number}.jpg", quality=88)


def seconds_to_open(page: Page, position: int) -> float:
    """Opens the lens at a position of the wall by Enter, closes it again, and returns how long the sharp picture took."""
    page.locator(".cvw-tile:visible").nth(position).click()
    seconds = float(page.evaluate(_OPEN))
    page.keyboard.press("Escape")
    return seconds


def measure() -> Iterator[dict[str, object]]:
    """The two figures."""
    for name, size in SIZES.items():
        with tempfile.TemporaryDirectory() as place:
            draw_photos(Path(place) / "photos", size, APART * (TIMES + 1))
            with Project(Path(place) / "heap") as project:
                project.images.add(Path(place) / "photos")
            code = (
                "from cvwidgets import Project\nfrom cvwidgets.widgets import ImageGrid\n"
                f"project = Project({str(Path(place) / 'heap')!r})\nImageGrid(project.images.select(), project=project)"
            )
            with chromium() as browser, voila(Path(place) / "heap", notebook=write_notebook(Path(place) / "wall.ipynb", code)) as server:
                await_rest(server)
                with visit(browser, server.address) as page:
                    await_condition(page, '() => document.querySelector(".cvw-tile img[src]")?.naturalWidth > 0')
                    first, *others = [seconds_to_open(page, APART * number) for number in range(TIMES + 1)]
        yield {
            "benchmark": f"from Enter to the sharp picture of {name}",
            "value": round(statistics.median(others), 3),
            "unit": "s",
            "target": "–",
            "first_s": round(first, 3),
            "slowest_s": round(max(others), 3),
            "images": TIMES,
        }


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    for line in measure():
        print(json.dumps(line, ensure_ascii=False))
