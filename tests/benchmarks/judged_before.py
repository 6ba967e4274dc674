"""Judged before: trashed photos that a search finds again in another form, and others that it must not take for them.

python tests/benchmarks/judged_before.py [SEED]    prints JSON lines.

300 photos of trashnet, drawn by the seed, are found by a search at a server of this computer, and trashed. Then searches find them at other
addresses: as JPEG of quality 60, at 75% of their size, and with 5% of both sides cropped off anywhere (one search each); then 2,000 other
photos of trashnet, and the blood cells of bccd. Photos that look alike by `explore.find_pairs`, the project's own word on what is one
picture, are neither trashed nor shown as others, as nobody has written down which photos of trashnet show the same thing.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from cvwidgets import Project
from cvwidgets.collect import Hit, Provider
from tests.benchmarks.duplicate_pairs import CELLS, PHOTOS, found_by_us, gather, vectors
from tests.collect.web_apis import serving

TRASHED, OTHERS = 300, 2000
LABEL = "thing"
Random = np.random.Generator
Pictures = Mapping[str, bytes]


class Shelf(Provider):
    """Finds all that lies on a shelf, whatever is asked."""

    name, word, sentence = "shelf", "Shelf", "What lies on a server of this computer."

    def __init__(self, addresses: list[str]) -> None:
        self._addresses = addresses

    def search(self, query: str, **_: object) -> Iterator[Hit]:
        yield from (Hit(address, self.name, query) for address in self._addresses)


def cropped(image: Image.Image, random: Random) -> Image.Image:
    width, height = (round(0.95 * side) for side in image.size)
    x, y = (int(random.integers(whole - part + 1)) for whole, part in zip(image.size, (width, height), strict=True))
    return image.crop((x, y, x + width, y + height))


def smaller(image: Image.Image, _: Random) -> Image.Image:
    return image.resize((round(0.75 * image.width), round(0.75 * image.height)), Image.Resampling.LANCZOS)


FORMS: dict[str, tuple[Callable[[Image.Image, Random], Image.Image], int]] = {
    "as JPEG of quality 60": (lambda image, _: image, 60),
    "at 75% of their size": (smaller, 90),
    "cropped by 5%": (cropped, 90),
}


def in_form(photo: Path, form: str, random: Random) -> bytes:
    change, quality = FORMS[form]
    with Image.open(photo) as image:
        changed = change(image.convert("RGB"), random)
    made = io.BytesIO()
    changed.save(made, "JPEG", quality=quality)
    return made.getvalue()


def draw(random: Random) -> tuple[list[Path], list[Path]]:
    """Photos to be trashed and others, none of which looks like another one."""
    photos = sorted(PHOTOS.rglob("*.jpg"))
    heap = gather(photos, [(number, "photo") for number in range(len(photos))])
    alike = {photo for pair in found_by_us(heap, vectors(heap, "starter")) for photo in pair}
    alone = random.permutation([number for number in range(len(photos)) if number not in alike])
    drawn = [photos[number] for number in alone[: TRASHED + OTHERS]]
    return drawn[:TRASHED], drawn[TRASHED:]


def found_by_search(project: Project, shelf: str, pictures: Pictures) -> int:
    """Searches what lies on a shelf; how many of the pictures it withheld as judged before."""
    with serving() as site:
        for name, content in pictures.items():
            site.give(f"/{shelf}/{name}", content)
        addresses = [f"{site.origin}/{shelf}/{name}" for name in pictures]
        report = project.collect.search(shelf, label=LABEL, count=len(pictures), providers=[Shelf(addresses)], allow_private=True)
    if report.added + report.withheld != len(pictures):
        raise SystemExit(f"{shelf}: {report.sentence}; each picture should be new or judged before")
    return report.withheld


def measure(seed: int, folder: Path) -> Iterator[dict[str, object]]:
    """The lines, one after the other."""
    random = np.random.default_rng([seed, 0x5EE])
    trashed, others = draw(random)
    with Project(folder / "project", by="benchmark") as project:
        found_by_search(project, "first", as_they_are(trashed))
        project.images.select(LABEL, "new").trash()
        for form in FORMS:
            known = found_by_search(
                project, form.replace(" ", "-").replace("%", ""), {f"{n}.jpg": in_form(p, form, random) for n, p in enumerate(trashed)}
            )
            yield line(f"judged before, recognized {form}", known, len(trashed), "≥ 95")
        yield line(
            "judged before, other photos taken for known", found_by_search(project, "others", as_they_are(others)), len(others), "≤ 0.5"
        )
        cells = as_they_are(sorted(CELLS.rglob("*.jpg")))
        yield line("judged before, blood cells taken for known", found_by_search(project, "cells", cells), len(cells), "≤ 0.5")


def as_they_are(photos: list[Path]) -> Pictures:
    return {f"{number}.jpg": photo.read_bytes() for number, photo in enumerate(photos)}


def line(benchmark: str, count: int, of: int, target: str) -> dict[str, object]:
    return {"benchmark": benchmark, "value": round(100 * count / of, 2), "unit": "%", "target": target, "images": of, "known": count}


def main(seed: int) -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as folder:
        for facts in measure(seed, Path(folder)):
            print(json.dumps(facts, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
