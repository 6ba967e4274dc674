"""The door to a file: regular files only, allowed formats only, and every mishap behind it as one plain sentence."""

from __future__ import annotations

import errno
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

# Imported here so that Image.open finds these and never loads Pillow's other plug-ins.
from PIL import (
    AvifImagePlugin,  # noqa: F401
    BmpImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    IcoImagePlugin,  # noqa: F401
    Image,
    Jpeg2KImagePlugin,  # noqa: F401
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    PpmImagePlugin,  # noqa: F401
    TgaImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)
from PIL.ImageFile import ImageFile

from cvwidgets.errors import UnreadablePicture, UnreadNow
from cvwidgets.pictures.formats import FORMATS, MAX_FILE_SIZE, MAX_PIXELS, SUFFIX_FORMATS, is_heif, is_opened_whole, name_refused

# What is odd about a file is told by what comes of it; a warning on the screen of someone who imports 10,000 helps nobody.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

TOO_LARGE = f"It has more than {MAX_PIXELS // 1_000_000} megapixels, the most that is read; scale it down first."
DAMAGED = "It is damaged, cut off, or packed in a way that is not read: it cannot be decoded as a whole."
NO_MEMORY = "Decoding it needs more memory than there is."

_LED_ASTRAY = (errno.EINVAL, errno.EOVERFLOW)
"""What the system says when a damaged file makes its decoder seek to where nothing can be; the disk is well."""


@contextmanager
def plain_reasons() -> Iterator[None]:
    """Turns whatever a decoder raises into UnreadablePicture.

    Raises:
        UnreadablePicture: for any exception inside; UnreadNow when the file need not be why.
    """
    try:
        yield
    except UnreadablePicture:
        raise
    except Exception as error:
        # A door of the house: Pillow's plug-ins raise whatever their parsing ran into (TypeError, KeyError, struct.error …);
        # no list of kinds was ever complete.
        raise _refusal(error) from error


def _refusal(error: Exception) -> UnreadablePicture:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return UnreadNow("The file is not there.")
        case PermissionError():
            return UnreadNow("The file may not be read: permission denied.")
        case Image.DecompressionBombError() | Image.DecompressionBombWarning():
            return UnreadablePicture(TOO_LARGE)
        case MemoryError():
            return UnreadNow(NO_MEMORY)
        case OSError(errno=int(number), strerror=str(what)) if number not in _LED_ASTRAY:
            return UnreadNow(f"The disk gave an error while reading it: {what}.")
    return UnreadablePicture(DAMAGED)


@contextmanager
def open_regular(path: Path) -> Iterator[BufferedReader]:
    """Opens a regular file for reading; never waits for a pipe, never wakes a device.

    Raises:
        UnreadablePicture: it is something else, empty, or larger than MAX_FILE_SIZE.
    """
    _check_regular(path.stat())
    # O_NONBLOCK: were the file changed into a named pipe just now, opening it would wait for a writer.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    with open(os.open(path, flags), "rb") as stream:
        _check_regular(os.fstat(stream.fileno()))
        yield stream


def _check_regular(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnreadablePicture("It is a folder, not a file.")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadablePicture("It is not a regular file but a pipe, socket or device.")
    if status.st_size == 0:
        raise UnreadablePicture("The file is empty.")
    if status.st_size > MAX_FILE_SIZE:
        raise UnreadablePicture(f"The file is larger than {MAX_FILE_SIZE >> 20} MB, the most that is read.")


def needs_whole(path: Path) -> bool:
    """Whether opening a picture, for its header alone, lets a decoder loose on the whole file.

    Raises:
        UnreadablePicture: the file cannot be opened.
    """
    with plain_reasons(), open_regular(path) as stream:
        return is_opened_whole(stream.read(16))


def open_image(stream: BinaryIO, suffix: str) -> ImageFile:
    """Opens the picture in `stream` without decoding its pixels; its size is within bounds.

    Raises:
        UnreadablePicture: the format is not among those allowed, its header is damaged, or it is too large.
    """
    start = stream.read(16)
    formats = [*FORMATS, *([SUFFIX_FORMATS[suffix.lower()]] if suffix.lower() in SUFFIX_FORMATS else [])]
    if is_heif(start) and _can_read_heif():
        formats.insert(0, "HEIF")
    try:
        image = Image.open(stream, formats=formats)
    except UnidentifiedImageError:
        raise UnreadablePicture(_why_not(start, formats)) from None
    check_size(image)
    return image


def check_size(image: Image.Image) -> None:
    """Raises UnreadablePicture when `image` has more pixels than may be decoded."""
    if image.width * image.height > MAX_PIXELS:
        raise UnreadablePicture(TOO_LARGE)


def _why_not(start: bytes, formats: list[str]) -> str:
    if is_heif(start) and "HEIF" not in formats:
        return "It is a HEIC picture; reading these needs an extra: pip install 'cvwidgets[heic]'."
    likely = next((name for name in formats if (accept := Image.OPEN[name][1]) and accept(start) is True), None)
    if likely:
        return f"It starts like a {likely} picture, but its header is damaged or of a kind that is not read."
    if kind := name_refused(start):
        return f"It is {kind}, which is not read; save it as JPEG, PNG or TIFF."
    return "It is not a picture of a format that is read (JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, PPM, JPEG 2000 …)."


def _can_read_heif() -> bool:
    if "HEIF" not in Image.OPEN and find_spec("pillow_heif"):
        import pillow_heif  # only when a HEIC file was met: the extra is large

        pillow_heif.register_heif_opener()
    return "HEIF" in Image.OPEN
