"""A shoe from the side: low or high, with sole, toe cap, laces and stripes."""

from __future__ import annotations

import numpy as np

from cvwidgets.demo.noise import Color
from cvwidgets.demo.palette import PAINTS, PAPER, WOODS, contrasting, pick
from cvwidgets.demo.pen import Pen, shade
from cvwidgets.demo.shapes import Points, band, box, curve, ellipse, points


def draw_shoe(pen: Pen, random: np.random.Generator) -> None:
    """Draws one shoe, its toe to the right."""
    color = pick(random, PAINTS)
    high = random.uniform(0.55, 0.85) if random.random() < 0.35 else random.uniform(0.22, 0.36)
    sole_color = PAPER if random.random() < 0.5 else pick(random, WOODS if random.random() < 0.5 else PAINTS)
    thick, shine = random.uniform(0.1, 0.2), random.uniform(0.0, 0.4)
    _opening(pen, color, high)
    pen.part(
        _upper(high, random.uniform(0.24, 0.34)), color, round_by=random.uniform(0.08, 0.16), shine=shine, marks=_stripes(random, color)
    )
    _toe_and_heel(pen, random, color, high)
    _laces(pen, random, color, high)
    _sole(pen, random, sole_color, thick)


def _upper(high: float, toe: float) -> Points:
    """Outline from the heel over the opening and the instep to the toe, closed along the sole."""
    top = 0.3 - high - 0.3
    line = [(-0.9, 0.42), (-0.93, 0.15), (-0.86, top + 0.08), (-0.8, top), (-0.45, top + 0.06), (-0.2, top + 0.02)]
    instep = [
        (-0.08, top + 0.08),
        (0.12, (top + 0.42 - toe) / 2 + 0.02),
        (0.42, 0.42 - toe - 0.06),
        (0.72, 0.42 - toe + 0.02),
        (0.93, 0.3),
        (0.96, 0.44),
    ]
    return np.vstack([curve(line + instep, closed=False, steps=6), points((0.9, 0.5), (-0.86, 0.5))])


def _opening(pen: Pen, color: Color, high: float) -> None:
    top = 0.3 - high - 0.3
    pen.part(ellipse(-0.5, top + 0.05, 0.31, 0.1), shade(color, 0.4), round_by=0.03, shine=0)


def _stripes(random: np.random.Generator, color: Color) -> list[tuple[Points, Color]]:
    kind, other = int(random.integers(4)), contrasting(random, color)
    if kind == 0:
        return []
    if kind == 1:
        return [(points((x, 0.55), (x + 0.09, 0.55), (x + 0.3, -0.3), (x + 0.21, -0.3)), other) for x in (-0.3, -0.13, 0.04)]
    if kind == 2:
        swoosh = curve([(-0.55, 0.02), (-0.5, 0.3), (-0.1, 0.34), (0.45, -0.02), (-0.1, 0.2), (-0.38, 0.2)])
        return [(swoosh, other)]
    return [(curve([(-1.1, -0.3), (-0.6, -0.15), (-0.4, 0.2), (-0.42, 0.6), (-1.2, 0.6)]), other)]


def _toe_and_heel(pen: Pen, random: np.random.Generator, color: Color, high: float) -> None:
    if random.random() < 0.6:
        cap = PAPER if random.random() < 0.5 else shade(color, random.choice([0.7, 1.4]))
        edge = curve([(0.5, 0.47), (0.5, 0.3), (0.6, 0.14), (0.74, 0.13), (0.92, 0.28), (0.97, 0.45)], closed=False)
        pen.part(np.vstack([edge, points((0.9, 0.5))]), cap, round_by=0.1, shine=0.3)
    if random.random() < 0.6:
        top = -high * 0.4
        pen.part(
            curve([(-0.93, 0.4), (-0.95, 0.1), (-0.9, top), (-0.78, top + 0.05), (-0.72, 0.25), (-0.74, 0.46)]),
            contrasting(random, color),
            round_by=0.05,
            shine=0.1,
        )
    for offset in (0.0, 0.035):
        seam = curve(
            [(-0.3 + offset, 0.48), (-0.2 + offset, 0.2), (0.1 + offset, 0.05), (0.4 + offset, 0.1), (0.5 + offset, 0.3)], closed=False
        )
        pen.line(band(seam, 0.012), shade(color, 0.6), 0.7)


def _laces(pen: Pen, random: np.random.Generator, color: Color, high: float) -> None:
    lace = PAPER if random.random() < 0.6 else contrasting(random, color)
    top = 0.3 - high - 0.3
    start, end = np.array((-0.12, top + 0.14)), np.array((0.4, 0.12))
    tongue = curve([(-0.2, top + 0.02), (-0.16, top - 0.08), (-0.02, top - 0.03), (0.06, top + 0.14)])
    pen.part(tongue, shade(color, 0.85), round_by=0.04, shine=0)
    for t in np.linspace(0.05, 0.95, int(random.integers(3, 6))):
        x, y = start + (end - start) * t
        pen.part(
            band(curve([(x - 0.11, y + 0.13), (x - 0.02, y + 0.02), (x + 0.07, y - 0.03)], closed=False), 0.05),
            lace,
            round_by=0.02,
            shine=0.1,
        )
    if random.random() < 0.5:
        x, y = start + (end - start) * 0.05
        loop = curve(
            [(x, y), (x + 0.16, y - 0.14), (x + 0.24, y - 0.02), (x, y + 0.02), (x + 0.1, y + 0.16), (x - 0.04, y + 0.12)], closed=False
        )
        pen.part(band(loop, 0.03), lace, round_by=0.012, shine=0.1)


def _sole(pen: Pen, random: np.random.Generator, color: Color, thick: float) -> None:
    heel = thick * random.choice([1.0, 1.0, 1.6])
    outline = [(-0.95, 0.42), (-0.6, 0.44), (0.0, 0.45), (0.6, 0.44), (1.0, 0.38), (1.02, 0.44), (0.9, 0.46 + thick), (0.3, 0.46 + thick)]
    whole = curve([*outline, (-0.1, 0.46 + thick * 0.8), (-0.4, 0.46 + heel), (-0.94, 0.45 + heel), (-0.98, 0.5)], steps=5)
    marks: list[tuple[Points, Color]] = []
    if random.random() < 0.4:
        marks.append((box(-1.2, 0.49, 1.2, 0.51 + thick * 0.2), contrasting(random, color)))
    if random.random() < 0.5:
        marks += [(box(x, 0.44 + thick * 0.75, x + 0.03, 1.0), shade(color, 0.6)) for x in np.arange(-0.9, 0.9, 0.09)]
    pen.part(whole, color, round_by=0.05, shine=0.1, marks=marks)
