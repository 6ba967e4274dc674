"""Small square pictures to compare, made of thumbnails when they are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from cvwidgets.errors import PictureError

Plates = np.ndarray[Any, np.dtype[np.uint8]]
Look = Callable[[int], Image.Image | np.ndarray[Any, Any] | None]
"""Gives the picture of an image, by position: a thumbnail is enough. Upright; an array is uint8 (height, width) or (height, width, 3) RGB.
A JPEG that was opened and not loaded yet is decoded at the size needed. None, PictureError and OSError say that it cannot be had."""

_KEPT = 2000


class Album:
    """Looks at pictures, each as seldom as can be; `unseen` are the positions that could not be had."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._kept: OrderedDict[tuple[int, int], Plates | None] = OrderedDict()
        self.unseen: set[int] = set()

    def luma(self, position: int, side: int) -> Plates:
        """Brightness alone, (side, side); all 0 when it cannot be had."""
        found = self._reduced(position, side, "L")
        return np.zeros((side, side), np.uint8) if found is None else found

    def plate(self, position: int, side: int) -> Plates:
        """Brightness, blue and red (YCbCr), (3, side, side); all 0 when it cannot be had. The last 2,000 are kept."""
        key = (position, side)
        if key not in self._kept:
            self._kept[key] = self._reduced(position, side, "YCbCr")
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        found = self._kept[key]
        return np.zeros((3, side, side), np.uint8) if found is None else np.moveaxis(found, 2, 0)

    def _reduced(self, position: int, side: int, mode: str) -> Plates | None:
        if position in self.unseen:
            return None
        try:
            picture = self._look(position)
            if picture is not None:
                return _squared(picture, side, mode)
        except (PictureError, OSError):
            pass  # one picture that cannot be had stops nothing; it is told in `unseen`
        self.unseen.add(position)
        return None


def _squared(picture: Image.Image | np.ndarray[Any, Any], side: int, mode: str) -> Plates:
    """The whole picture as a square, whatever its shape: where one is laid over another, its shape plays no part."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.draft(mode, (side, side))
    if image.mode not in ("L", "RGB", "YCbCr"):
        image = image.convert("RGB")
    if image.mode != mode:
        image = image.reduce(max(1, min(image.size) // (2 * side))).convert(mode)
    return np.asarray(image.resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0))
