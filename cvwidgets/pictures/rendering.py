"""A picture as the eye is shown it: a JPEG of bounded size, or the original's own bytes where any browser shows them as they are."""

from __future__ import annotations

import io
import os
from io import BufferedReader
from pathlib import Path

from PIL import Image
from PIL.ImageFile import ImageFile

from cvwidgets.pictures.opening import open_image, open_regular, plain_reasons
from cvwidgets.pictures.reader import decode, describe, orientation_of
from cvwidgets.pictures.wire import MAX_BYTES, Rendition

_NEARLY = 0.75
"""A JPEG is decoded at a half, quarter or eighth as long as that leaves so much of the side asked for: a camera's 4,000 px as 2,000."""

_FINE, _COARSE = {"quality": 95, "subsampling": 0}, {"quality": 88}
"""For all pixels of a picture, into which one zooms; and for fewer than all, which are looked at as a whole."""

_LOWER_QUALITIES = (85, 70)
_SMALLER = 0.75


def render(path: Path, *, longest: int) -> Rendition:
    """Makes a picture ready to be looked at: its longest side at most `longest` px, in at most MAX_BYTES; never enlarged.

    A plain upright JPEG that is small enough comes as its own bytes, after it was decoded to see that it is whole, so that nothing of it
    is lost.

    Raises:
        UnreadablePicture: `str()` is the reason in one sentence.
    """
    with plain_reasons(), open_regular(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        image = open_image(stream, path.suffix)
        header = describe(image, stream)
        whole = max(image.size) <= longest
        if whole and size <= MAX_BYTES and _shows_as_it_is(image):
            jpeg, (width, height) = _original(image, stream), (header.width, header.height)
        else:
            jpeg, (width, height) = _encode(_scaled(image, longest), whole=whole)
    return Rendition(jpeg, width, height, header, size)


def _shows_as_it_is(image: ImageFile) -> bool:
    """Whether a browser makes the same pixels of the file as `decode` does; a color profile would change them."""
    return image.format == "JPEG" and image.mode == "RGB" and "icc_profile" not in image.info and orientation_of(image) == 1


def _original(image: ImageFile, stream: BufferedReader) -> bytes:
    decode(image, 1)  # all its data is gone through, few pixels are made of it
    stream.seek(0)
    return stream.read(MAX_BYTES)


def _scaled(image: ImageFile, longest: int) -> Image.Image:
    picture = decode(image, max(1, int(longest * _NEARLY * min(image.size) / max(image.size))))
    return _shrunk(picture, longest / max(picture.size))


def _shrunk(picture: Image.Image, scale: float) -> Image.Image:
    if scale >= 1:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _encode(picture: Image.Image, *, whole: bool) -> tuple[bytes, tuple[int, int]]:
    """The picture as a JPEG, and the size it has then: of lower quality, then smaller, until it fits."""
    jpeg = _jpeg(picture, **(_FINE if whole else _COARSE))
    while len(jpeg) > MAX_BYTES:
        for quality in _LOWER_QUALITIES:
            if len(jpeg := _jpeg(picture, quality=quality)) <= MAX_BYTES:
                return jpeg, picture.size
        picture = _shrunk(picture, _SMALLER)
        jpeg = _jpeg(picture, **_COARSE)
    return jpeg, picture.size


def _jpeg(picture: Image.Image, **how: int) -> bytes:
    memory = io.BytesIO()
    picture.save(memory, "JPEG", **how)
    return memory.getvalue()
