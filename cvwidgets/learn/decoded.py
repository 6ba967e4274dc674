"""The cache of decoded pictures: originals are opened once and kept at training size, so that 12 megapixels cost only the first epoch."""

from __future__ import annotations

import contextlib
import hashlib
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
from PIL import Image

from cvwidgets.learn.collection import Collection, Item
from cvwidgets.learn.room import Room
from cvwidgets.settings import read_settings

if TYPE_CHECKING:
    from cvwidgets.vision import TestTransform

MARGIN = 1.5
"""Pictures to be cropped at random are kept with a short side this many times that of the crop."""
JPEG: dict[str, Any] = {"format": "JPEG", "quality": 92, "subsampling": 0}
FREE_SHARE, FREE_BYTES = 0.05, 2 * 1024**3
"""What the cache leaves free of its disk for those who need room: this share of it, or so many bytes if that is less."""
Floats = np.ndarray[Any, np.dtype[np.float32]]


class Decoded:
    """Pictures of a collection at training size, from `folder` (keyed by bytes and size) or made and kept there.

    The folder may be deleted at any time, and a disk with little room left only costs time, as do settings that leave the cache little.
    What is given is the same whether it was there or not. Of `writers` processes that share the folder each takes its share of the room.
    """

    def __init__(self, collection: Collection, transform: TestTransform, folder: Path, *, writers: int = 1) -> None:
        self._collection = collection
        self._transform = transform
        self.short_side = short_side_of(transform)
        self._writers = writers
        geometry = (transform.short_side, transform.exact, transform.crop, transform.resample)
        self._exact_folder = folder / f"exact-{hashlib.sha256(repr(geometry).encode()).hexdigest()[:12]}"
        self._wide_folder = folder / f"wide-{self.short_side}"
        self._keys = {item.key for items in collection.parts.values() for item in items}
        self._room = Room(folder, read_settings().cache_gigabytes * 1e9, self._needs)

    def has(self, item: Item) -> bool:
        """Whether a picture is kept in a form, so that its original may be away."""
        return self._exact_file(item).exists() or self._wide_file(item).exists()

    def exact(self, item: Item, *, keep: bool = True) -> Floats:
        """What the test transform makes of it before normalizing, bit for bit: float32 (3, height, width); `keep` for the next time.

        Raises:
            UnreadablePicture: the original cannot be opened and the cache does not have it.
        """
        file = self._exact_file(item)
        with contextlib.suppress(OSError, ValueError, EOFError):
            kept: Floats = np.load(file)
            if kept.shape == (3, *self._transform.size):
                return kept
        pixels: Floats = self._transform.pixels(np.array(self._collection.open(item))).numpy()
        if keep:
            buffer = io.BytesIO()
            np.save(buffer, pixels)
            self._keep(file, buffer.getvalue())
        return pixels

    def wide(self, item: Item) -> Image.Image:
        """The whole picture, its short side at most `short_side`, as RGB: what random crops are taken from.

        Raises:
            UnreadablePicture: the original cannot be opened and the cache does not have it.
        """
        file = self._wide_file(item)
        with contextlib.suppress(OSError, ValueError, SyntaxError):
            return decode(file.read_bytes())
        jpeg = shrink(self._collection.open(item, max_short_side=self.short_side), self.short_side)
        self._keep(file, jpeg)
        return decode(jpeg)

    def _needs(self, file: Path) -> bool:
        return file.stem in self._keys and file.parent.parent in (self._exact_folder, self._wide_folder)

    def _keep(self, file: Path, content: bytes) -> None:
        """Writes whole or not at all; a disk that is nearly full, or read-only, is no reason to stop."""
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            disk = shutil.disk_usage(file.parent)
            if disk.free - len(content) < min(FREE_SHARE * disk.total, FREE_BYTES) or not self._room.take(len(content) * self._writers):
                return
            part = file.with_name(f".{uuid4().hex}.part")
            try:
                part.write_bytes(content)
                part.replace(file)
            except OSError:
                part.unlink(missing_ok=True)
                raise

    def _exact_file(self, item: Item) -> Path:
        return self._exact_folder / item.key[:2] / f"{item.key}.npy"

    def _wide_file(self, item: Item) -> Path:
        return self._wide_folder / item.key[:2] / f"{item.key}.jpg"


def short_side_of(transform: TestTransform) -> int:
    """The short side of what random crops are taken from."""
    return round(max(transform.size) * MARGIN)


def shrink(image: Image.Image, short_side: int) -> bytes:
    """What is kept of a picture to take random crops from, as JPEG."""
    ratio = short_side / min(image.size)
    if ratio < 1:
        image = image.resize((round(image.width * ratio), round(image.height * ratio)), Image.Resampling.BICUBIC, reducing_gap=3.0)
    buffer = io.BytesIO()
    image.save(buffer, **JPEG)
    return buffer.getvalue()


def decode(jpeg: bytes) -> Image.Image:
    """The picture of what was kept."""
    image = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
    image.load()
    return image
