"""A key: an old one with ring and bit, or a flat one with a jagged blade; on a ring with a tag now and then."""

from __future__ import annotations

import numpy as np

from cvwidgets.demo.noise import Color
from cvwidgets.demo.palette import METALS, PAINTS, contrasting, pick
from cvwidgets.demo.pen import Pen, shade
from cvwidgets.demo.shapes import Points, around, band, box, curve, ellipse, points


def draw_key(pen: Pen, random: np.random.Generator) -> None:
    """Draws one key, its bow on top."""
    metal = pick(random, METALS)
    if random.random() < 0.35:
        _tag(pen, random)
    if random.random() < 0.5:
        _old_key(pen, random, metal)
    else:
        _flat_key(pen, random, metal)


def _old_key(pen: Pen, random: np.random.Generator, metal: Color) -> None:
    thick = random.uniform(0.05, 0.085)
    shaft_end, shine = random.uniform(0.78, 0.95), random.uniform(0.4, 1.0)
    side = 1 if random.random() < 0.5 else -1
    pen.part(_bit(random, shaft_end, side), metal, round_by=0.02, shine=shine)
    pen.part(box(-thick, -0.35, thick, shaft_end, thick * 0.7), metal, tube=(0.0, thick * 1.05), shine=shine)
    for y in random.uniform(-0.32, -0.1, int(random.integers(1, 4))):
        pen.part(box(-thick * 1.7, y - 0.03, thick * 1.7, y + 0.03, 0.025), metal, tube=(0.0, thick * 1.8), shine=shine)
    outer, holes = _bow(random)
    pen.part(outer, metal, holes=holes, round_by=0.05, shine=shine)


def _bit(random: np.random.Generator, end: float, side: int) -> Points:
    """The teeth of an old key: a plate with notches cut from its outer edge."""
    top, reach = end - random.uniform(0.26, 0.36), random.uniform(0.26, 0.38)
    corners = [(0.0, top), (reach, top)]
    y = top
    while y < end - 0.12:
        deep = reach * random.uniform(0.4, 0.8)
        corners += [(reach, y + 0.06), (deep, y + 0.06), (deep, y + 0.1), (reach, y + 0.1)]
        y += random.uniform(0.1, 0.14)
    return points(*corners, (reach, end - 0.03), (0.0, end - 0.03)) * (side, 1)


def _bow(random: np.random.Generator) -> tuple[Points, list[Points]]:
    kind, r = int(random.integers(4)), random.uniform(0.24, 0.36)
    y = -0.35 - r * 0.8
    if kind == 0:
        return ellipse(0, y, r, r), [ellipse(0, y, r * 0.62, r * 0.62)]
    if kind == 1:
        wide = random.uniform(1.15, 1.5)
        return ellipse(0, y, r * wide, r * 0.85), [ellipse(0, y, r * wide * 0.68, r * 0.5)]
    if kind == 2:
        lobes = curve(around(0, y, [r * 1.25, r * 0.72] * 3, turn=-0.25))
        return lobes, [
            ellipse(r * 0.6 * np.cos(a), y + r * 0.6 * np.sin(a), r * 0.26, r * 0.26) for a in (-np.pi / 2, np.pi / 6, 5 * np.pi / 6)
        ]
    heart = curve([(0, 0.95), (-0.85, 0.05), (-0.85, -0.6), (-0.4, -0.85), (0, -0.45), (0.4, -0.85), (0.85, -0.6), (0.85, 0.05)])
    return heart * r * 1.2 + (0, y), [heart * r * 0.72 + (0, y - 0.01)]


def _flat_key(pen: Pen, random: np.random.Generator, metal: Color) -> None:
    width, end, shine = random.uniform(0.1, 0.15), random.uniform(0.8, 0.95), random.uniform(0.3, 0.9)
    ys = np.arange(0.02, end - 0.1, random.uniform(0.07, 0.11))
    jags = [(float(width * random.uniform(0.1, 1.0)), float(y)) for y in ys]
    blade = points((-width, -0.3), (width, -0.3), (width, 0.0), *jags, (0.0, end), (-width, end - 0.12))
    groove = box(-width * 0.45, -0.25, -width * 0.2, end - 0.2)
    pen.part(blade, metal, round_by=0.015, shine=shine, marks=[(groove, shade(metal, 0.55))])
    head, holes = _head(random)
    plastic = random.random() < 0.5
    pen.part(
        head, pick(random, PAINTS) if plastic else metal, holes=holes, round_by=0.07 if plastic else 0.02, shine=0.25 if plastic else shine
    )


def _head(random: np.random.Generator) -> tuple[Points, list[Points]]:
    kind, r = int(random.integers(3)), random.uniform(0.27, 0.36)
    y = -0.3 - r * 0.75
    hole = ellipse(0, y - r * random.uniform(0.3, 0.55), r * random.uniform(0.16, 0.3), r * random.uniform(0.14, 0.22))
    if kind == 0:
        return ellipse(0, y, r, r), [hole]
    if kind == 1:
        return box(-r, y - r * 0.85, r, y + r * 0.85, r * 0.35), [hole]
    return curve(around(0, y, [r, r * 1.08, r * 0.95, r, r * 1.0, r * 1.1] * 1)), [hole]


def _tag(pen: Pen, random: np.random.Generator) -> None:
    """A split ring through the bow, and what hangs on it."""
    color, side = pick(random, PAINTS), 1 if random.random() < 0.5 else -1
    x, y = side * random.uniform(0.42, 0.6), random.uniform(-0.55, -0.2)
    shape = (
        box(x - 0.2, y - 0.05, x + 0.2, y + random.uniform(0.3, 0.5), 0.08) if random.random() < 0.6 else ellipse(x, y + 0.2, 0.24, 0.24)
    )
    mark = box(x - 0.11, y + 0.16, x + 0.11, y + 0.2)
    pen.part(shape, color, round_by=0.04, shine=0.15, marks=[(mark, contrasting(random, color))])
    ring = ellipse(x * 0.5, -0.62, abs(x) * 0.62, abs(x) * 0.6, count=64)
    pen.part(band(np.vstack([ring, ring[:1]]), 0.035), pick(random, METALS), round_by=0.012, shine=0.9)
