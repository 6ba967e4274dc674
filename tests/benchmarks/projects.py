"""The projects and pictures that benchmarks look at: drawn, or a catalog of any size that nobody had to read the files for."""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
from contextlib import closing
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

_AGAIN = {
    "images": {"id": "id + n * :count", "sha256": "sha256_of(id + n * :count)"},
    "files": {"id": "id + n * :count", "image_id": "image_id + n * :count", "path": "replace(path, '.jpg', '-' || n || '.jpg')"},
    "memberships": {"image_id": "image_id + n * :count"},
    "changes": {"image_id": "image_id + n * :count"},
}
"""The tables that have rows of images, and what is another value in the n-th copy of these."""


def draw(random: np.random.Generator, size: tuple[int, int], *, plain: bool = False) -> Image.Image:
    """A picture with some structure and some noise, so that it compresses like a photo; a `plain` one takes a quarter of the bytes."""
    colors, rough = ((2, 2, 3), 0) if plain else ((12, 16, 3), 12)
    blots = Image.fromarray(random.integers(0, 256, colors, dtype=np.uint8)).resize(
        (max(1, size[0] // 4), max(1, size[1] // 4)), Image.Resampling.BICUBIC
    )
    grain = random.integers(-rough, rough + 1, (blots.height, blots.width, 1))
    return Image.fromarray(np.clip(np.asarray(blots) + grain, 0, 255).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)


def generate(folder: Path, images: int, *, pictures: bool = False, new: float = 0.5, plain: bool = False) -> Path:
    """A project of images read whole, half of them new, half kept, under 20 labels; without files: what opening has to look at.

    With `pictures` each has its thumbnail, and those that a page shows first have their files, below `<folder>-files`.
    `new` is the share of those new; `plain` pictures are small.
    """
    store, files = open_store(folder), folder.with_name(f"{folder.name}-files")
    drawn = [_encoded(seed, plain=plain) for seed in range(_DRAWN)] if pictures else [(b"", b"")]
    waiting = int(images * new)
    for state, numbers in (("new", range(waiting)), ("kept", range(waiting, images))):
        for begin in range(0, len(numbers), _BATCH):
            some = numbers[begin : begin + _BATCH]
            if pictures and not begin:
                _lay_out(files, some[:FILES], drawn)
            _take_in(store, files, some, state, drawn)
    store.close()
    return folder


def multiply(folder: Path, times: int) -> Path:
    """Makes a generated project so many times as large, as if its images had come again under other names, with their thumbnails.

    One statement for each table: a million rows take a minute or two, through the doors of the store they take ten.
    """
    copies = f"WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {times - 1})"
    with closing(sqlite3.connect(folder / "catalog.db", isolation_level=None)) as connection:
        connection.create_function("sha256_of", 1, _sha256_of, deterministic=True)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        (count,) = connection.execute("SELECT max(id) FROM images").fetchone()
        connection.execute("BEGIN IMMEDIATE")
        for table, others in _AGAIN.items():
            names = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
            values = ", ".join(others.get(name, name) for name in names)
            connection.execute(f"INSERT INTO {table} {copies} SELECT {values} FROM copies CROSS JOIN {table}", {"count": count})
        connection.execute("UPDATE acts SET images = images * :n, sentence = printf('%,d images added', images * :n)", {"n": times})
        connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'version'")
        connection.execute("COMMIT")
    store = open_store(folder)
    hashes = store.images.hashes(range(1, times * count + 1))
    made = store.thumbnails.get([hashes[number + 1] for number in range(_DRAWN)])
    if made:
        drawn = [made[hashes[number + 1]] for number in range(_DRAWN)]
        store.thumbnails.put(sorted((sha256, drawn[(id_ - 1) % _DRAWN]) for id_, sha256 in hashes.items() if id_ > count))
    store.close()
    return folder


def _sha256_of(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def _encoded(seed: int, *, plain: bool) -> tuple[bytes, bytes]:
    """A drawn picture as the bytes of its file and of its thumbnail."""
    picture, file = draw(np.random.default_rng(seed), (640, 480), plain=plain), io.BytesIO()
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
    shas = [_sha256_of(n) for n in numbers]
    facts = [Facts(header, sha, item.size, n, b"") for n, sha, item in zip(numbers, shas, found, strict=True)]
    store.images.settle(list(zip(map(int, ids), facts, strict=True)))
    if any(thumbnails):  # in the order of their keys, or the last ones of a hundred thousand take minutes
        store.thumbnails.put(sorted(zip(shas, thumbnails, strict=True)))
