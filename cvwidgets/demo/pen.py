"""The pen that things are drawn with: parts of a thing, each with its color, its roundness and its shine, lit from one side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from cvwidgets.demo.noise import Color
from cvwidgets.demo.shapes import Points

FINE = 2
"""Things are drawn this many times larger and then reduced, so that their edges are smooth."""
COARSE = 4
"""Light on a part is worked out at this fraction of the drawing: it changes slowly."""


@dataclass(frozen=True, slots=True)
class Light:
    """Where light comes from: (x, y) on the picture, y downwards, and its height above it; `shine` scales highlights."""

    x: float
    y: float
    height: float
    shine: float = 1.0

    def unit(self) -> NDArray[np.float64]:
        """The direction towards the light, of length 1."""
        direction = np.array([self.x, self.y, self.height])
        return np.asarray(direction / np.linalg.norm(direction), dtype=np.float64)


class Pen:
    """Draws parts of one thing on a transparent canvas that is `FINE` times the picture's size.

    `place` is a 3 × 3 matrix from the thing's coordinates (-1..1) to pixels of the picture.
    """

    def __init__(self, size: tuple[int, int], place: NDArray[np.float64], *, light: Light) -> None:
        self._canvas = Image.new("RGBA", (size[0] * FINE, size[1] * FINE))
        self._place = np.diag([FINE, FINE, 1.0]) @ place
        self._scale = float(np.sqrt(abs(np.linalg.det(self._place[:2, :2]))))
        self._light = light

    def part(
        self,
        outline: Points,
        color: Color,
        *,
        holes: Sequence[Points] = (),
        round_by: float = 0.1,
        tube: tuple[float, float] | None = None,
        shine: float = 0.2,
        alpha: float = 1.0,
        marks: Sequence[tuple[Points, Color]] = (),
    ) -> None:
        """Draws one part over what is there.

        `round_by` is how far from the edge the surface still curves (0: flat). `tube` (middle x, half width) makes it a
        standing cylinder instead. `marks` are painted on the part, inside its outline. `alpha` below 1 lets through what is behind.
        """
        corners = self._to_canvas(outline)
        frame = self._frame(corners)
        if frame is None:
            return
        mask = self._mask(frame, [corners, *(self._to_canvas(hole) for hole in holes)])
        paint = Image.new("RGB", mask.size, _bytes(color))
        brush = ImageDraw.Draw(paint)
        for mark, mark_color in marks:
            brush.polygon(self._local(self._to_canvas(mark), frame), fill=_bytes(mark_color))
        lit = self._lit(paint, mask, frame, round_by=round_by, tube=tube, shine=shine)
        here = self._canvas.crop(frame)
        here.alpha_composite(_with_alpha(lit, mask if alpha >= 1 else mask.point([round(v * alpha) for v in range(256)])))
        self._canvas.paste(here, frame[:2])

    def line(self, outline: Points, color: Color, alpha: float = 1.0) -> None:
        """Paints a flat, unlit shape over what is there, within it only: veins, seams, letters."""
        corners = self._to_canvas(outline)
        frame = self._frame(corners)
        if frame is None:
            return
        mask = self._mask(frame, [corners]).point([round(v * alpha) for v in range(256)])
        here = self._canvas.crop(frame)
        painted = here.copy()
        painted.paste(_bytes(color), (0, 0), mask)
        painted.putalpha(here.getchannel("A"))
        self._canvas.paste(painted, frame[:2])

    def finish(self) -> Image.Image:
        """The thing at the picture's size, RGBA."""
        return self._canvas.convert("RGBa").reduce(FINE).convert("RGBA")

    def _to_canvas(self, outline: Points) -> Points:
        homogeneous = np.column_stack([outline, np.ones(len(outline))]) @ self._place.T
        return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:], dtype=np.float64)

    def _frame(self, corners: Points) -> tuple[int, int, int, int] | None:
        low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 2, 0)
        high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 3, self._canvas.size)
        return None if (high - low).min() < COARSE else (int(low[0]), int(low[1]), int(high[0]), int(high[1]))

    @staticmethod
    def _local(corners: Points, frame: tuple[int, int, int, int]) -> list[tuple[float, float]]:
        return [(float(x) - frame[0], float(y) - frame[1]) for x, y in corners]

    def _mask(self, frame: tuple[int, int, int, int], outlines: Sequence[Points]) -> Image.Image:
        mask = Image.new("L", (frame[2] - frame[0], frame[3] - frame[1]))
        brush = ImageDraw.Draw(mask)
        for index, corners in enumerate(outlines):
            brush.polygon(self._local(corners, frame), fill=0 if index else 255)
        return mask

    def _lit(
        self,
        paint: Image.Image,
        mask: Image.Image,
        frame: tuple[int, int, int, int],
        *,
        round_by: float,
        tube: tuple[float, float] | None,
        shine: float,
    ) -> Image.Image:
        if tube is None and round_by <= 0:
            return paint
        small = tuple(max(2, side // COARSE) for side in mask.size)
        normal = self._tube_normal(frame, (small[0], small[1]), tube) if tube else self._edge_normal(mask, (small[0], small[1]), round_by)
        light = self._light.unit()
        half = light + np.array((0, 0, 1))
        half /= np.linalg.norm(half)
        diffuse = 0.5 + 0.62 * np.clip(normal @ light, 0, 1) / light[2] ** 0.5
        gleam = shine * self._light.shine * np.clip(normal @ half, 0, 1) ** 28
        # Whole numbers, 128 for 1: on large parts twice as fast as floating point.
        factor, add = (_spread(values, mask.size) for values in (diffuse * 128, gleam * 255))
        lit = (np.asarray(paint, np.uint16) * factor >> 7) + add
        return Image.fromarray(np.minimum(lit, 255).astype(np.uint8))

    def _edge_normal(self, mask: Image.Image, small: tuple[int, int], round_by: float) -> NDArray[np.float64]:
        """Normals of a surface that falls off towards its outline, as of a pillow: height is the blurred mask."""
        radius = max(0.7, round_by * self._scale / COARSE)
        margin = int(radius * 2) + 1
        padded = Image.new("L", (small[0] + 2 * margin, small[1] + 2 * margin))
        padded.paste(mask.resize(small, Image.Resampling.BOX), (margin, margin))
        soft = np.asarray(padded.filter(ImageFilter.BoxBlur(radius)).filter(ImageFilter.BoxBlur(radius / 2)), np.float32) / 255
        down, across = np.gradient(soft * radius * 1.7)
        normal = np.stack([-across, -down, np.ones_like(soft)], axis=-1)[margin:-margin, margin:-margin]
        return np.asarray(normal / np.linalg.norm(normal, axis=-1, keepdims=True), dtype=np.float64)

    def _tube_normal(self, frame: tuple[int, int, int, int], small: tuple[int, int], tube: tuple[float, float]) -> NDArray[np.float64]:
        x = np.linspace(frame[0], frame[2], small[0])[None, :, None]
        y = np.linspace(frame[1], frame[3], small[1])[:, None, None]
        back = np.linalg.inv(self._place)
        own = x * back[:, 0] + y * back[:, 1] + back[:, 2]
        lean = np.clip((own[..., 0] / own[..., 2] - tube[0]) / tube[1], -0.98, 0.98)
        side = self._place[:2, 0] / np.linalg.norm(self._place[:2, 0])
        return np.stack([lean * side[0], lean * side[1], np.sqrt(1 - lean**2)], axis=-1)


def _bytes(color: Color) -> tuple[int, int, int]:
    red, green, blue = (round(255 * min(1.0, max(0.0, value))) for value in color)
    return red, green, blue


def _spread(values: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint16]:
    """Values 0..255 of a coarse grid at each pixel of `size`; shape height × width × 1."""
    coarse = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    return np.asarray(coarse.resize(size, Image.Resampling.BICUBIC), np.uint16)[..., None]


def _with_alpha(picture: Image.Image, mask: Image.Image) -> Image.Image:
    picture = picture.convert("RGBA")
    picture.putalpha(mask)
    return picture


def shade(color: Color, factor: float) -> Color:
    """The color, darker (below 1) or lighter (above 1: towards white)."""
    if factor <= 1:
        return color[0] * factor, color[1] * factor, color[2] * factor
    left = 1 / factor
    return 1 - (1 - color[0]) * left, 1 - (1 - color[1]) * left, 1 - (1 - color[2]) * left
