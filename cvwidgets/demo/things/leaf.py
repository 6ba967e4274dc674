"""A leaf: long, heart-shaped, lobed or pointed, green to autumn, with veins, spots and holes."""

from __future__ import annotations

import numpy as np

from cvwidgets.demo.noise import Color
from cvwidgets.demo.palette import AUTUMN, GREENS, PAINTS, pick
from cvwidgets.demo.pen import Pen, shade
from cvwidgets.demo.shapes import Points, band, curve, ellipse, points

OVATE = [(0.0, -0.9), (0.2, -0.6), (0.42, -0.15), (0.42, 0.2), (0.22, 0.5), (0.0, 0.62)]
LONG = [(0.0, -0.95), (0.12, -0.6), (0.2, -0.1), (0.18, 0.3), (0.08, 0.55), (0.0, 0.66)]
HEART = [(0.0, -0.85), (0.25, -0.5), (0.55, -0.05), (0.6, 0.3), (0.38, 0.55), (0.12, 0.5), (0.0, 0.4)]
OAK = [
    (0.0, -0.9),
    (0.18, -0.8),
    (0.14, -0.62),
    (0.38, -0.52),
    (0.2, -0.32),
    (0.46, -0.16),
    (0.24, 0.02),
    (0.44, 0.2),
    (0.16, 0.3),
    (0.2, 0.5),
    (0.0, 0.62),
]
MAPLE = [
    (0.0, -0.9),
    (0.1, -0.55),
    (0.32, -0.66),
    (0.26, -0.38),
    (0.62, -0.42),
    (0.56, -0.22),
    (0.86, -0.12),
    (0.52, 0.1),
    (0.56, 0.26),
    (0.2, 0.26),
    (0.0, 0.42),
]


def draw_leaf(pen: Pen, random: np.random.Generator) -> None:
    """Draws one leaf, its tip up and its stalk down."""
    kind = int(random.integers(5))
    half = np.array((OVATE, LONG, HEART, OAK, MAPLE)[kind]) * (random.uniform(0.85, 1.25), 1.0)
    color = pick(random, [GREENS, GREENS, GREENS, AUTUMN, AUTUMN, AUTUMN, PAINTS][int(random.integers(7))])
    bend = random.uniform(-0.22, 0.22)
    outline = _bent(_outline(random, half, pointed=kind == 4), bend)
    foot = float(half[-1, 1])
    stalk = _bent(np.column_stack([np.linspace(0, random.uniform(-0.12, 0.12), 12), np.linspace(foot - 0.05, 0.96, 12)]), bend)
    pen.part(band(stalk, 0.045, end_width=0.06), shade(color, 0.7), round_by=0.02, shine=0.1)
    pen.part(
        outline,
        color,
        holes=_bites(random),
        round_by=random.uniform(0.06, 0.2),
        shine=random.uniform(0.0, 0.35),
        marks=_blotches(random, color),
    )
    _veins(pen, random, color, half, bend)


def _outline(random: np.random.Generator, half: Points, *, pointed: bool) -> Points:
    right = half + random.normal(0, 0.012, half.shape) * (1, 1)
    left = (half + random.normal(0, 0.012, half.shape))[::-1] * (-1, 1)
    whole = np.vstack([right, left[1:-1]])
    line = curve(whole, steps=3) if pointed else curve(whole, steps=12)
    if not pointed and random.random() < 0.45:
        # Teeth along the edge: every other point a little further out.
        line = line * np.where(np.arange(len(line)) % 3 == 0, random.uniform(1.03, 1.08), 1.0)[:, None]
    return line


def _bent(outline: Points, bend: float) -> Points:
    return outline + np.column_stack([bend * outline[:, 1] ** 2, np.zeros(len(outline))])


def _bites(random: np.random.Generator) -> list[Points]:
    if random.random() < 0.7:
        return []
    spots = random.uniform((-0.25, -0.4), (0.25, 0.3), (int(random.integers(1, 4)), 2))
    return [ellipse(x, y, *random.uniform(0.02, 0.06, 2), count=16) for x, y in spots]


def _blotches(random: np.random.Generator, color: Color) -> list[tuple[Points, Color]]:
    if random.random() < 0.45:
        return []
    other = pick(random, AUTUMN + GREENS)
    blend = tuple(0.6 * a + 0.4 * b for a, b in zip(color, other, strict=True))
    spots = random.uniform((-0.5, -0.8), (0.5, 0.5), (int(random.integers(3, 14)), 2))
    return [(ellipse(x, y, *random.uniform(0.03, 0.16, 2), count=20), (blend[0], blend[1], blend[2])) for x, y in spots]


def _veins(pen: Pen, random: np.random.Generator, color: Color, half: Points, bend: float) -> None:
    light = shade(color, 1.7) if random.random() < 0.7 else shade(color, 0.6)
    top, foot = float(half[0, 1]) + 0.08, float(half[-1, 1])
    middle = np.column_stack([np.zeros(14), np.linspace(foot, top, 14)])
    pen.line(_bent(band(middle, 0.035, end_width=0.008), bend), light, 0.85)
    wide = float(half[:, 0].max())
    for y in np.linspace(foot - 0.12, top + 0.15, int(random.integers(4, 8))):
        for side in (-1, 1):
            reach = wide * random.uniform(0.75, 1.0)
            rib = curve(points((0, y), (side * reach * 0.5, y - 0.12), (side * reach, y - 0.32)), closed=False)
            pen.line(_bent(band(rib, 0.02, end_width=0.006), bend), light, 0.6)
