"""Read a picture, or only its header: upright, RGB, first frame or page, whole or not at all."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile

from cvwidgets.errors import UnreadablePicture
from cvwidgets.pictures.colors import to_rgb
from cvwidgets.pictures.opening import check_size, open_image, open_regular, plain_reasons
from cvwidgets.pictures.pages import count_pages
from cvwidgets.records import Header

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a picture upright, by its EXIF orientation (CIPA DC-008, tag 274)."""


def read(path: Path, *, max_short_side: int | None = None) -> Image.Image:
    """Reads the first frame or page of a picture as the eye should see it: upright, RGB, alpha on white.

    Args:
        path: any file; its content decides, not its suffix.
        max_short_side: lets a JPEG be decoded at a half, quarter or eighth, its short side no less than this many pixels: many times
            faster from a camera's photo. For thumbnails and training sizes, not for the test transform.

    Returns:
        The picture without metadata. More than 8 bits a pixel are stretched between the 0.1 and 99.9 percentile.

    Raises:
        UnreadablePicture: `str()` is the reason in one sentence.
    """
    with plain_reasons(), open_regular(path) as stream:
        return decode(open_image(stream, path.suffix), max_short_side)


def read_header(path: Path) -> Header:
    """Reads format, size as seen and number of pages, without decoding pixels: quick, and no promise that the rest is whole.

    Raises:
        UnreadablePicture: it is no picture that could be read.
    """
    with plain_reasons(), open_regular(path) as stream:
        return describe(open_image(stream, path.suffix), stream)


def describe(image: ImageFile, stream: BinaryIO) -> Header:
    """Returns the header of a picture that was opened from `stream`, loaded or not, but not yet turned upright."""
    width, height = image.size
    # Pillow turns TIFF by itself and gives its size as seen.
    if image.format != "TIFF" and orientation_of(image) >= 5:
        width, height = height, width
    taken = _taken(image)
    return Header(format=image.format or "", width=width, height=height, pages=count_pages(image, stream), taken=taken)


def decode(image: ImageFile, max_short_side: int | None = None) -> Image.Image:
    """Decodes an opened picture whole; see `read`."""
    if max_short_side:
        scale = max_short_side / min(image.size)
        image.draft(None, (math.ceil(image.width * scale), math.ceil(image.height * scale)))
    image.load()
    check_size(image)  # an icon's header may tell less than what is inside
    orientation = orientation_of(image)
    try:
        picture = to_rgb(image)
    except ValueError as error:
        raise UnreadablePicture(f"Its colors are stored as {image.mode}, which is not read; save it as RGB.") from error
    if orientation in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[orientation])
    return _without_metadata(picture)


def orientation_of(image: Image.Image) -> int:
    """Returns the EXIF orientation of an opened picture, 1 (upright) where it says none."""
    try:
        # The base class's method: PNG's own decodes all pixels to look for EXIF behind them.
        value = Image.Image.getexif(image).get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001 - a door: broken EXIF raises anything, and the picture itself is whole
        return 1
    return value if isinstance(value, int) else 1


def _taken(image: Image.Image) -> str | None:
    """When the camera took it (CIPA DC-008, tag 36867); the tags beside it say when it was changed or scanned."""
    try:
        exif = Image.Image.getexif(image).get_ifd(ExifTags.IFD.Exif)
        said = str(exif.get(ExifTags.Base.DateTimeOriginal, "")).strip("\0 ")
        return datetime.strptime(said, "%Y:%m:%d %H:%M:%S").isoformat()
    except Exception:  # noqa: BLE001 - a door, as for the orientation
        return None


def _without_metadata(picture: Image.Image) -> Image.Image:
    """Forgets EXIF above all: whoever turned the picture by it again would turn it wrong."""
    picture.info = {}
    exif = picture.getexif()
    for tag in list(exif):
        del exif[tag]
    return picture
