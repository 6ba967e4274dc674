"""Any mode of pixels as 8-bit RGB, the same for training, thumbnails and prediction.

ICC profiles are left alone: the base models were trained on pixels as stored, a conversion costs more than decoding, and parsing profiles
of strangers is one more way to be attacked. A picture in a wide color space looks a little duller on screen, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
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
    values = np.asarray(image)
    low, high = _bounds(values)
    gray = np.empty(values.shape, np.uint8)
    for part in _strips(image.height, image.width):
        scaled = (values[part].astype(np.float64) - low) * (255 / (high - low) if high > low else 1)
        gray[part] = np.clip(np.nan_to_num(scaled, nan=0, posinf=255, neginf=0), 0, 255).round()
    return Image.fromarray(gray).convert("RGB")


def _bounds(values: npt.NDArray[np.generic]) -> tuple[float, float]:
    """Returns the two percentiles, of a regular sample where there are more than some million values."""
    step = max(1, int(np.ceil((values.size / _SAMPLE) ** 0.5)))
    sample = values[::step, ::step].astype(np.float64)
    sample = sample[np.isfinite(sample)]
    if not sample.size:
        return 0.0, 0.0
    low, high = np.percentile(sample, (LOW, HIGH))
    if low == high:  # a few bright points on an even ground
        low, high = sample.min(), sample.max()
    return float(low), float(high)


def _on_white(image: Image.Image) -> Image.Image:
    """Lays a picture with alpha on white, in strips: the largest one allowed has 700 MB as RGBA alone."""
    if image.mode != "RGBA":
        # Pillow knows the way from premultiplied gray to RGBA only by way of LA.
        image = (image.convert("LA") if image.mode == "La" else image).convert("RGBA")
    if image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    flat = Image.new("RGB", image.size, _WHITE)
    for part in _strips(image.height, image.width):
        box = (0, part.start, image.width, part.stop)
        strip = image.crop(box)
        flat.paste(strip, box, strip)
    return flat


def _strips(height: int, width: int) -> Iterator[slice]:
    rows = max(1, _STRIP_PIXELS // max(1, width))
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))
