"""Pictures that belong to no label: what people find among their photos when they look closely."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from cvwidgets.demo.noise import Field, Size, layered, mesh, mix
from cvwidgets.demo.palette import AUTUMN, GREENS, INK, PAINTS, PAPER, pick, rgb
from cvwidgets.demo.pen import shade


def sunset(random: np.random.Generator, size: Size) -> Image.Image:
    """Hills before an evening sky."""
    x, y = mesh(size)
    sky = mix((y + 1.2) / 2.2 + 0 * x, pick(random, [rgb("355070"), rgb("6d597a"), rgb("457b9d")]), pick(random, [*AUTUMN, rgb("f6bd60")]))
    center = random.uniform(-0.6, 0.6)
    sun = np.exp(-((x - center) ** 2 + (y - 0.1) ** 2) * 9)
    picture = np.asarray(sky + (sun * 0.9)[..., None] * np.asarray((1.0, 0.85, 0.55), np.float32), np.float32)
    for depth in range(4):
        ridge = layered(random, (size[0], 8), size[0] / (2 + depth), 4)[0] * 0.22 + 0.12 + depth * 0.22
        hill = y > ridge[None, :]
        picture[hill] = np.asarray(shade(pick(random, GREENS), 0.75 - depth * 0.16), np.float32)
    return _picture(picture)


def chart(random: np.random.Generator, size: Size) -> Image.Image:
    """Bars and a line: a picture taken of a screen."""
    picture, brush = _sheet(size, rgb("ffffff"))
    w, h = size
    bars = random.uniform(0.15, 0.75, 7)
    for index, value in enumerate(bars):
        left = w * (0.12 + index * 0.115)
        brush.rectangle((left, h * (0.86 - value), left + w * 0.075, h * 0.86), fill=_ink(pick(random, PAINTS)))
    brush.line(
        [(w * (0.155 + i * 0.115), h * (0.8 - v * 0.8)) for i, v in enumerate(random.permutation(bars))],
        fill=_ink(rgb("9a031e")),
        width=max(2, w // 150),
    )
    brush.line([(w * 0.08, h * 0.08), (w * 0.08, h * 0.86), (w * 0.94, h * 0.86)], fill=_ink(INK), width=2)
    for y in np.linspace(0.16, 0.76, 5):
        brush.line([(w * 0.08, h * y), (w * 0.94, h * y)], fill=(220, 222, 226))
    return picture


def page(random: np.random.Generator, size: Size) -> Image.Image:
    """A page of print."""
    picture, brush = _sheet(size, PAPER)
    w, h = size
    brush.rectangle((w * 0.1, h * 0.08, w * random.uniform(0.5, 0.8), h * 0.13), fill=_ink(INK))
    y = h * 0.19
    while y < h * 0.92:
        x, end = w * 0.1, w * (0.9 if random.random() < 0.8 else random.uniform(0.3, 0.7))
        while x < end:
            word = w * random.uniform(0.02, 0.1)
            brush.rectangle((x, y, min(x + word, end), y + h * 0.012), fill=(84, 84, 90))
            x += word + w * 0.012
        y += h * 0.028
    return picture.rotate(random.normal(0, 2), Image.Resampling.BICUBIC, fillcolor=(120, 110, 100))


def planet(random: np.random.Generator, size: Size) -> Image.Image:
    """A planet among stars."""
    x, y = mesh(size)
    radius = random.uniform(0.45, 0.7)
    depth = np.sqrt(np.clip(1 - (x * x + y * y) / radius**2, 0, 1))
    color = pick(random, PAINTS)
    bands = layered(random, size, min(size) / 6, 4, stretch=5)
    ball = mix(0.5 + 0.6 * bands, shade(color, 0.6), shade(color, 1.4)) * np.clip(depth - 0.55 * x - 0.3 * y, 0.02, 1.1)[..., None]
    stars = (random.random((size[1], size[0])) > 0.9985).astype(np.float32)[..., None]
    return _picture(np.where((depth > 0)[..., None], ball, stars + np.float32(0.03)))


def streets(random: np.random.Generator, size: Size) -> Image.Image:
    """A map of a town."""
    picture, brush = _sheet(size, rgb("ebe6da"))
    w, h = size
    for _ in range(7):
        x, y, r = random.uniform(0, w), random.uniform(0, h), random.uniform(0.05, 0.16) * w
        brush.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=_ink(rgb("b9d4a4") if random.random() < 0.7 else rgb("a9cbe0")))
    for index in range(26):
        start, turn = random.uniform((0, 0), size), random.choice([0.2, 0.2 + np.pi / 2]) + random.normal(0, 0.1)
        far = np.array((np.cos(turn), np.sin(turn))) * w * 1.5
        ends = (*(start - far), *(start + far))
        wide = 9 if index % 9 == 0 else 4
        brush.line(ends, fill=(190, 180, 165), width=wide + 2)
        brush.line(ends, fill=(250, 210, 120) if wide == 9 else (255, 255, 255), width=wide)
    return picture


def board(random: np.random.Generator, size: Size) -> Image.Image:
    """A chessboard or a test card."""
    light, dark = pick(random, [PAPER, rgb("e9d8a6")]), pick(random, PAINTS)
    x, y = mesh(size)
    turn, step = random.uniform(-0.5, 0.5), random.uniform(0.2, 0.34)
    across = np.floor((x * np.cos(turn) - y * np.sin(turn)) / step)
    down = np.floor((x * np.sin(turn) + y * np.cos(turn)) / step)
    return _picture(mix((across + down) % 2, light, dark) * (1 + 0.12 * layered(random, size, min(size) / 2, 2))[..., None])


STRANGERS: Mapping[str, Callable[[np.random.Generator, Size], Image.Image]] = {
    "a sunset": sunset,
    "a chart": chart,
    "a page of print": page,
    "a planet": planet,
    "a map": streets,
    "a chessboard": board,
}


def _sheet(size: Size, color: tuple[float, float, float]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", size, _ink(color))
    return picture, ImageDraw.Draw(picture)


def _ink(color: tuple[float, float, float]) -> tuple[int, int, int]:
    return round(255 * color[0]), round(255 * color[1]), round(255 * color[2])


def _picture(values: Field) -> Image.Image:
    return Image.fromarray(np.clip(values * 255, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.5))
