"""Two ways to know a picture again: by its bytes, and by what it looks like."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from cvwidgets.pictures.opening import open_regular, plain_reasons
from cvwidgets.pictures.thumbnails import shrink

_SIDE = 32
_LOW = 8


def hash_file(path: Path) -> str:
    """Returns the SHA-256 of a file's bytes as lower-case hex: the name of an image in the catalog.

    Raises:
        UnreadablePicture: the file cannot be read, or is no regular file.
    """
    with plain_reasons(), open_regular(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _cosines() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Rows 1 to 8 of the discrete cosine transform (DCT-II) of 32 values; row 0, the mean, tells nothing of what is shown."""
    rows = np.arange(1, _LOW + 1)[:, None]
    return np.cos(np.pi * rows * (2 * np.arange(_SIDE) + 1) / (2 * _SIDE))


_COSINES = _cosines()


def perceptual_hash(image: Image.Image) -> int:
    """Returns a 64-bit hash, unsigned, that hardly changes when a picture is re-encoded or resized; compare by differing bits.

    Bits say which of the 8 x 8 lowest frequencies of the 32 x 32 gray picture lie above their median: the DCT hash of
    C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010. Even surfaces all get 0.
    """
    gray = shrink(image).convert("L")
    # Reduced by one whole factor first: Pillow has fast code for that, and resizing the rest costs next to nothing.
    gray = gray.reduce(max(1, min(gray.size) // (2 * _SIDE))).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    frequencies = _COSINES @ np.asarray(gray, np.float64) @ _COSINES.T
    # Rounded, so that what is nothing but the noise of floating point counts as equal.
    frequencies = frequencies.round(3).ravel()
    bits = np.packbits(frequencies > np.sort(frequencies)[31:33].mean())
    return int.from_bytes(bits.tobytes(), "big")
