"""Writes one file of the plan: a picture as a camera saves it, a copy of one, or a broken file."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from cvwidgets.demo.plan import DAMAGES, Item
from cvwidgets.demo.scene import choose_size, draw_scene
from cvwidgets.demo.strangers import STRANGERS
from cvwidgets.files import write_whole

ORIENTATION = 0x0112
TURNED = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
TEXT = b"<!DOCTYPE html>\n<title>404 Not found</title>\n<p>The picture that you asked for is no longer here.</p>\n"


def write_item(item: Item, folder: Path) -> None:
    """Writes the item's file as a whole or not at all; one that is there already is left as it is."""
    path = folder / item.path
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content(item))


def content(item: Item) -> bytes:
    """The bytes of the item's file, the same each time."""
    if item.how == "empty":
        return b""
    if item.how == "text":
        return TEXT
    if item.copy_of is None:
        whole = _encode(_draw(item), item)
        return whole[: len(whole) * 2 // 5] if item.how in DAMAGES else whole
    original = content(item.copy_of)
    return original if item.how == "same bytes" else _encode(_changed(original, item), item)


def _random(item: Item, part: int) -> np.random.Generator:
    return np.random.default_rng([*item.key, part])


def _draw(item: Item) -> Image.Image:
    random = _random(item, 0)
    if item.shows in STRANGERS:
        return STRANGERS[item.shows](random, choose_size(random))
    return draw_scene(random, item.shows)


def _changed(original: bytes, item: Item) -> Image.Image:
    """The picture as someone passed it on: as it was, smaller, or cut at its edges."""
    random = _random(item, 2)
    with Image.open(io.BytesIO(original)) as opened:
        orientation = opened.getexif().get(ORIENTATION, 1)
        picture = opened.convert("RGB")
    if orientation in TURNED:
        back = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_270, 8: Image.Transpose.ROTATE_90}
        picture = picture.transpose(back[orientation])
    if item.how == "resized":
        share = random.uniform(0.45, 0.75)
        return picture.resize((round(picture.width * share), round(picture.height * share)), Image.Resampling.LANCZOS)
    if item.how == "cropped":
        left, top, right, bottom = random.uniform(0.02, 0.09, 4)
        return picture.crop(
            (int(picture.width * left), int(picture.height * top), int(picture.width * (1 - right)), int(picture.height * (1 - bottom)))
        )
    return picture


def _encode(picture: Image.Image, item: Item) -> bytes:
    random, stream = _random(item, 1 if item.copy_of is None else 3), io.BytesIO()
    ending = item.path.rpartition(".")[2].lower()
    if ending == "png":
        picture.save(stream, "PNG", compress_level=1)
    elif ending == "webp":
        picture.save(stream, "WEBP", quality=int(random.integers(60, 90)), method=1)
    else:
        exif = Image.Exif()
        if random.random() < 0.05:
            orientation = int(random.choice(list(TURNED)))
            exif[ORIENTATION] = orientation
            picture = picture.transpose(TURNED[orientation])
        quality = int(random.integers(30, 50)) if item.how == "re-encoded" else int(random.integers(68, 93))
        picture.save(stream, "JPEG", quality=quality, exif=exif)
    return stream.getvalue()
