"""What else lies about: small things beside the one that matters, and things in front of it that hide a part."""

from __future__ import annotations

import numpy as np

from cvwidgets.demo.palette import METALS, PAINTS, PAPER, WOODS, colors, contrasting, pick, rgb
from cvwidgets.demo.pen import Pen, shade
from cvwidgets.demo.shapes import around, band, box, curve, ellipse, points

PEBBLE = colors("8d8a83 b5aa9a 6f6e6a c2b8a3")


def draw_trinket(pen: Pen, random: np.random.Generator) -> None:
    """Draws a coin, pencil, pebble, note, button, twig or ball of about the size ±1."""
    kind = int(random.integers(7))
    color = pick(random, PAINTS)
    if kind == 0:
        metal = pick(random, METALS)
        pen.part(ellipse(0, 0, 0.8, 0.8), metal, round_by=0.06, shine=0.7, marks=[(around(0, 0, [0.45, 0.28] * 5), shade(metal, 0.8))])
    elif kind == 1:
        tip = points((0.75, -0.12), (1.25, 0.0), (0.75, 0.12))
        pen.part(tip, rgb("e0c9a6"), round_by=0.05)
        pen.part(box(-1.2, -0.12, 0.78, 0.12), color, round_by=0.07, shine=0.3, marks=[(box(-2, -0.04, 2, 0.04), shade(color, 1.3))])
    elif kind == 2:
        pen.part(curve(around(0, 0, random.uniform(0.55, 0.95, 7).tolist())), pick(random, PEBBLE), round_by=0.45, shine=0.1)
    elif kind == 3:
        lines = [(box(-0.8, y, random.uniform(0.1, 0.8), y + 0.05), rgb("8b93a0")) for y in np.arange(-0.6, 0.7, 0.24)]
        pen.part(box(-1, -0.85, 1, 0.85), PAPER if random.random() < 0.5 else shade(color, 1.5), round_by=0.02, marks=lines)
    elif kind == 4:
        holes = [ellipse(x, y, 0.12, 0.12, count=16) for x in (-0.2, 0.2) for y in (-0.2, 0.2)]
        pen.part(ellipse(0, 0, 0.7, 0.7), color, holes=holes, round_by=0.12, shine=0.5)
    elif kind == 5:
        bark = pick(random, WOODS)
        for start, end in (((-1.4, 0.1), (1.4, -0.1)), ((0.1, 0.0), (0.7, -0.6)), ((-0.5, 0.05), (-0.1, 0.5))):
            middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + random.uniform(-0.15, 0.15))
            pen.part(band(curve([start, middle, end], closed=False), 0.13, end_width=0.05), bark, round_by=0.05)
    else:
        pen.part(ellipse(0, 0, 0.8, 0.8), color, round_by=0.75, shine=0.6, marks=[(box(-1, -0.2, 1, 0.2), contrasting(random, color))])


def draw_cover(pen: Pen, random: np.random.Generator) -> None:
    """Draws something that reaches in from the edge over a part of ±1: a sheet, a strap, a slat, a twig with leaves."""
    kind = int(random.integers(4))
    color = pick(random, PAINTS)
    edge = random.uniform(0.3, 0.7)
    if kind == 0:
        lines = [(box(edge + 0.1, y, 3, y + 0.04), rgb("9aa3b0")) for y in np.arange(-1.4, 1.5, 0.2)]
        pen.part(points((edge, -3), (3, -3.2), (3, 3), (edge + 0.25, 3)), PAPER, round_by=0.02, marks=lines)
    elif kind == 1:
        y = random.uniform(-0.5, 0.5)
        stitches = [(box(x, y - 0.11, x + 0.06, y - 0.09), shade(color, 1.6)) for x in np.arange(-3, 3, 0.12)]
        pen.part(box(-3, y - 0.15, 3, y + 0.15), color, round_by=0.06, shine=0.1, marks=stitches)
    elif kind == 2:
        bark = pick(random, WOODS)
        for x in (edge - 0.8, edge + 0.1):
            pen.part(box(x, -3, x + random.uniform(0.12, 0.26), 3), bark, tube=(x + 0.1, 0.2), shine=0.1)
    else:
        green = pick(random, [rgb("4f772d"), rgb("90a955"), rgb("d68c45"), rgb("31572c")])
        pen.part(band(curve([(1.8, -0.9), (0.9, 0.0), (edge, 0.9)], closed=False), 0.05, end_width=0.02), shade(green, 0.5), round_by=0.02)
        for t in np.linspace(0, 1, 6):
            x, y, turn = 1.5 - t * (1.4 - edge), -0.7 + 1.5 * t, random.uniform(0, 6.3)
            blade = curve([(0, 0), (0.16, -0.12), (0.5, 0.0), (0.16, 0.12)]) @ np.array(
                [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
            )
            pen.part(blade + np.array((x, y)), green, round_by=0.06, shine=0.15)
