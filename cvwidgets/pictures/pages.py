"""How many frames or pages a picture has, counted without decoding any of them."""

from __future__ import annotations

from typing import BinaryIO

from PIL.ImageFile import ImageFile

from cvwidgets.pictures.formats import MAX_PAGES


def count_pages(image: ImageFile, stream: BinaryIO) -> int:
    """Counts frames or pages, at most MAX_PAGES; at least 1. `image` stays at, or goes back to, its first page."""
    if image.format == "GIF":
        return max(1, _count_gif_frames(stream))
    if image.format == "TIFF":
        return _count_tiff_pages(image)
    return min(MAX_PAGES, max(1, int(getattr(image, "n_frames", 1))))


def _count_tiff_pages(image: ImageFile) -> int:
    pages = 1
    try:
        while pages < MAX_PAGES:
            image.seek(pages)
            pages += 1
    except (EOFError, OSError, SyntaxError, ValueError, TypeError, KeyError):
        pass  # the chain ends here, rightly or broken: the first page may still be whole
    image.seek(0)
    return pages


def _count_gif_frames(stream: BinaryIO) -> int:
    """Walks the blocks of a GIF (GIF89a specification, appendix B); a broken end is no matter here."""
    stream.seek(10)
    packed = stream.read(3)[:1]
    if not packed:
        return 0
    stream.seek(_table_bytes(packed[0]), 1)
    frames = 0
    while frames < MAX_PAGES:
        block = stream.read(1)
        if block == b"!":
            stream.seek(1, 1)
        elif block == b",":
            frames += 1
            descriptor = stream.read(9)
            if len(descriptor) < 9:
                break
            stream.seek(_table_bytes(descriptor[8]) + 1, 1)
        else:
            break
        while size := stream.read(1):
            if size == b"\0":
                break
            stream.seek(size[0], 1)
    return frames


def _table_bytes(packed: int) -> int:
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0
