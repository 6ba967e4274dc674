"""The projects and pictures that benchmarks look at: drawn, or a catalog of any size that nobody had to read the files for."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import numpy as np
from PIL import Image

from cvwidgets.pictures import make_thumbnail
from cvwidgets.records import Facts, Found, Header, State
from cvwidgets.store import Store, open_store

LABELS = 20
FILES = 400
"""So many of the first images in each state have a file: more than are on a screen."""

_BATCH = 5000
_DRAWN = 16


def draw(random: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """A picture with some structure and some noise, so that it compresses like a photo."""
    blots = Image.fromarray(random.integers(0, 256, (12, 16, 3), dtype=np.uint8)).resize(
        (max(1, size[0] // 4), max(1, size[1] // 4)), Image.Resampling.BICUBIC
    )
    grain = random.integers(-12, 13, (blots.height, blots.width, 1))
    return Image.fromarray(np.clip(np.asarray(blots) + grain, 0, 255).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)


def generate(folder: Path, images: int, *, pictures: bool = False) -> Path:
    """A project of images read whole, half of them new, half kept, under 20 labels; without files: what opening has to look at.

    With `pictures` each has its thumbnail, and those that a page shows first have their files, below `<folder>-files`.
    """
    store, files = open_store(folder), folder.with_name(f"{folder.name}-files")
    drawn = [_encoded(seed) for seed in range(_DRAWN)] if pictures else [(b"", b"")]
    for state, numbers in (("new", range(images // 2)), ("kept", range(images // 2, images))):
        for begin in range(0, len(numbers), _BATCH):
            some = numbers[begin : begin + _BATCH]
            if pictures and not begin:
                _lay_out(files, some[:FILES], drawn)
            _take_in(store, files, some, state, drawn)
    store.close()
    return folder


def _encoded(seed: int) -> tuple[bytes, bytes]:
    """A drawn picture as the bytes of its file and of its thumbnail."""
    picture, file = draw(np.random.default_rng(seed), (640, 480)), io.BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue(), make_thumbnail(picture)


def _lay_out(folder: Path, numbers: range, drawn: list[tuple[bytes, bytes]]) -> None:
    for number in numbers:
        path = _path(folder, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawn[number % len(drawn)][0])
        os.utime(path, ns=(number, number))


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number % LABELS}" / f"{number}.jpg"


def _take_in(store: Store, folder: Path, numbers: range, state: State, drawn: list[tuple[bytes, bytes]]) -> None:
    header = Header("JPEG", 640, 480, 1)
    files, thumbnails = zip(*(drawn[n % len(drawn)] for n in numbers), strict=True)
    found = [Found(_path(folder, n), len(file), n, label=f"label {n % LABELS}") for n, file in zip(numbers, files, strict=True)]
    ids = store.images.register([(item, header) for item in found], state=state).ids
    shas = [hashlib.sha256(str(n).encode()).hexdigest() for n in numbers]
    facts = [Facts(header, sha, item.size, n, b"") for n, sha, item in zip(numbers, shas, found, strict=True)]
    store.images.settle(list(zip(map(int, ids), facts, strict=True)))
    if any(thumbnails):  # in the order of their keys, or the last ones of a hundred thousand take minutes
        store.thumbnails.put(sorted(zip(shas, thumbnails, strict=True)))
