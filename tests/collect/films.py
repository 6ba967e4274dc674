"""Small videos, made as cameras and programs make them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import av
from PIL import Image, ImageDraw

SIZE, PER_SECOND = (64, 48), 10
CODECS = {".mp4": "libx264", ".mov": "libx264", ".mkv": "libx264", ".webm": "libvpx", ".avi": "mpeg4"}


def scene(color: str, number: int = 0) -> Image.Image:
    """A ground of one color with a red corner at the upper left, and a mark that moves."""
    picture = Image.new("RGB", SIZE, color)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 20, 15), fill="red")
    pen.rectangle((30 + number % 10, 30, 34 + number % 10, 34), fill="black")
    return picture


def make_film(path: Path, colors: Sequence[str] = ("white",), *, seconds: float = 2.0, aspect: tuple[int, int] = (1, 1)) -> Path:
    """A film of one scene after the other, each of so many seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(CODECS[path.suffix], rate=PER_SECOND)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.sample_aspect_ratio = aspect[0] if aspect[1] == 1 else None
        for color in colors:
            for number in range(round(seconds * PER_SECOND)):
                for packet in stream.encode(av.VideoFrame.from_image(scene(color, number))):
                    container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def turned(path: Path) -> Path:
    """The same film, of a camera held upright: players turn it by a quarter to the right (ISO 14496-12, tkhd's matrix)."""
    content = bytearray(path.read_bytes())
    matrix = content.index(b"tkhd") + 4 + 4 + 36
    content[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, SIZE[1] << 16, 0, 1 << 30)
    path.write_bytes(content)
    return path
