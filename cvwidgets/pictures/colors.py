"""Any mode of pixels as 8-bit RGB, the same for training, thumbnails and prediction.

ICC profiles are left alone: the base models were trained on pixels as stored, a conversion costs more than decoding, and parsing profiles
of strangers is one more way to be attacked. A picture in a wide color space looks a little duller on screen, nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PIL import Image

LOW, HIGH = 0.1, 99.9
"""Percentiles that become black and white where a picture has more than 8 bits a pixel."""

_DEEP = ("I", "F")
_STRIP_PIXELS = 1 << 22
_SAMPLE = 1 << 22
_WHITE = (255, 255, 255)


def to_rgb(image: Image.Image) -> Image.Image:
    """Converts a loaded picture to RGB: alpha on white, 12, 16 and 32 bit stretched, CMYK and palettes converted.

    16-bit RGB files arrive with 8 bits already (Pillow keeps the high byte of each channel), so only gray ones are stretched.

    Raises:
        ValueError: Pillow has no way from its mode to RGB (LAB).
    """
    if image.mode.startswith(_DEEP):
        return stretch(image)
    if image.has_transparency_data:
        return _on_white(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def stretch(image: Image.Image) -> Image.Image:
    """Maps gray values of any depth to 0..255, linearly between their LOW and HIGH percentile; what is not finite becomes black."""
    low, high = _bounds(image)
    scale = 255 / (high - low) if high > low else 1
    picture = Image.new("RGB", image.size)
    for box, strip in _strips(image):
        scaled = (np.asarray(strip).astype(np.float64) - low) * scale
        gray = np.clip(np.nan_to_num(scaled, nan=0, posinf=255, neginf=0), 0, 255).round().astype(np.uint8)
        picture.paste(Image.fromarray(gray).convert("RGB"), box)
    return picture


def _bounds(image: Image.Image) -> tuple[float, float]:
    """Returns the two percentiles, of a regular sample where there are more than some million values."""
    step = max(1, math.ceil(math.sqrt(image.width * image.height / _SAMPLE)))
    values = np.concatenate([np.asarray(strip)[::step, ::step].astype(np.float64).ravel() for _, strip in _strips(image)])
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0, 0.0
    low, high = np.percentile(values, (LOW, HIGH))
    if low == high:  # a few bright points on an even ground
        low, high = values.min(), values.max()
    return float(low), float(high)


def _on_white(image: Image.Image) -> Image.Image:
    picture = Image.new("RGB", image.size, _WHITE)
    for box, strip in _strips(image):
        # Pillow knows the way from premultiplied gray to RGBA only by way of LA.
        strip = (strip.convert("LA") if strip.mode == "La" else strip).convert("RGBA")
        picture.paste(strip, box, strip)
    return picture


def _strips(image: Image.Image) -> Iterator[tuple[tuple[int, int, int, int], Image.Image]]:
    """Cuts a picture into strips of some million pixels: several copies of the largest one allowed would not fit into memory."""
    rows = max(1, _STRIP_PIXELS // image.width)
    for top in range(0, image.height, rows):
        box = (0, top, image.width, min(top + rows, image.height))
        yield box, image.crop(box)
