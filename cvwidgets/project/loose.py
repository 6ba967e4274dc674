"""Pictures that belong to no project: what a grid over a list of paths shows, and the still picture that a notebook keeps."""

from __future__ import annotations

import atexit
import os
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from cvwidgets.errors import UnreadablePicture
from cvwidgets.records import Header

if TYPE_CHECKING:
    from cvwidgets.pictures import Readers, Rendition

_CHILDREN = 2
_LOCK = Lock()


def thumbnail_of(path: str | Path) -> bytes:
    """A JPEG of a file anywhere on disk (256 px short side, upright), read by a child: nothing is known of where it came from.

    Raises:
        UnreadablePicture: the file is no picture that can be read.
    """
    facts = _own_readers().examine(Path(path))
    if isinstance(facts, UnreadablePicture):
        raise facts
    return facts.thumbnail


def picture_of(path: str | Path, *, longest: int) -> Rendition:
    """A file anywhere on disk as the eye is shown it, its longest side at most `longest` px; read by a child.

    Raises:
        UnreadablePicture: the file is no picture that can be read.
    """
    rendition = _own_readers().render(Path(path), longest=longest)
    if isinstance(rendition, UnreadablePicture):
        raise rendition
    return rendition


def header_of(path: str | Path) -> Header | None:
    """What the header of a file anywhere on disk says; None when it is no picture that can be read."""
    header = _own_readers().read_header(Path(path))
    return None if isinstance(header, UnreadablePicture) else header


def _own_readers() -> Readers:
    with _LOCK:
        return _readers(os.getpid())


@cache
def _readers(process: int) -> Readers:  # noqa: ARG001 (a fork has no threads of ours, and needs its own)
    from cvwidgets.pictures import Readers

    readers = Readers(_CHILDREN)
    atexit.register(readers.close)
    return readers


def contact_sheet(thumbnails: Sequence[bytes], *, columns: int = 8, side: int = 96, gap: int = 4) -> bytes:
    """Thumbnails side by side as one PNG of at most 256 colors, cut to squares of `side` pixels.

    Args:
        thumbnails: JPEGs made here, at least one.
        columns: How many stand in a row.
        side: Side of a square, in pixels.
        gap: Pixels between squares.
    """
    from PIL import Image, ImageOps

    pitch = side + gap
    rows = -(-len(thumbnails) // columns)
    sheet = Image.new("RGB", (min(len(thumbnails), columns) * pitch - gap, rows * pitch - gap), "white")
    for index, thumbnail in enumerate(thumbnails):
        with Image.open(BytesIO(thumbnail)) as image:
            sheet.paste(ImageOps.fit(image, (side, side)), (index % columns * pitch, index // columns * pitch))
    file = BytesIO()
    sheet.quantize(256).save(file, "PNG", optimize=True)
    return file.getvalue()
