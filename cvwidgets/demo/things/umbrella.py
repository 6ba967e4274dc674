"""An umbrella: open from the side, open from above, or rolled up."""

from __future__ import annotations

import numpy as np

from cvwidgets.demo.noise import Color
from cvwidgets.demo.palette import INK, METALS, PAINTS, WOODS, contrasting, pick
from cvwidgets.demo.pen import Pen, shade
from cvwidgets.demo.shapes import Points, band, box, curve, ellipse, points


def draw_umbrella(pen: Pen, random: np.random.Generator) -> None:
    """Draws one umbrella, its tip up or towards the viewer."""
    color = pick(random, PAINTS)
    kind, other = random.random(), color if random.random() < 0.45 else contrasting(random, color)
    if kind < 0.72:
        _open_from_the_side(pen, random, color, other)
    elif kind < 0.88:
        _open_from_above(pen, random, color, other)
    else:
        _rolled_up(pen, random, color, other)


def _handle(pen: Pen, random: np.random.Generator, top: float, thick: float) -> None:
    pen.part(box(-thick / 2, top, thick / 2, 0.72), pick(random, METALS), tube=(0.0, thick * 0.55), shine=0.8)
    grip = pick(random, WOODS) if random.random() < 0.6 else INK
    if random.random() < 0.75:
        hook = np.vstack([points((0, 0.45)), ellipse(0.12, 0.78, 0.12, 0.14, start=0.5, end=-0.08)])
        pen.part(band(hook, thick * 2.0), grip, round_by=0.035, shine=0.5)
    else:
        pen.part(box(-thick, 0.55, thick, 0.95, thick), grip, tube=(0.0, thick * 1.05), shine=0.4)


def _open_from_the_side(pen: Pen, random: np.random.Generator, color: Color, other: Color) -> None:
    wide, tall = random.uniform(0.82, 0.98), random.uniform(0.55, 0.8)
    panels = int(random.integers(4, 8))
    rim = -0.05
    _under(pen, color, wide, rim, panels)
    _handle(pen, random, -0.3, random.uniform(0.035, 0.055))
    edges = np.sin(np.linspace(-np.pi / 2, np.pi / 2, panels + 1)) * wide
    for index in range(panels):
        panel = _panel(edges[index], edges[index + 1], rim, tall)
        pen.part(panel, color if index % 2 else other, round_by=random.uniform(0.05, 0.09), shine=0.12)
    pen.part(box(-0.022, rim - tall - 0.13, 0.022, rim - tall + 0.03, 0.02), pick(random, METALS), tube=(0.0, 0.025), shine=0.7)


def _rib(x: float, rim: float, tall: float) -> Points:
    """From the tip down to the rim at `x`: a quarter of an ellipse."""
    angle = np.linspace(0, np.pi / 2, 14)
    return np.column_stack([x * np.sin(angle), rim - tall * np.cos(angle)])


def _panel(left: float, right: float, rim: float, tall: float) -> Points:
    sag = curve([(right, rim), ((left + right) / 2, rim - 0.07), (left, rim)], closed=False)
    return np.vstack([_rib(right, rim, tall), sag[1:-1], _rib(left, rim, tall)[::-1]])


def _under(pen: Pen, color: Color, wide: float, rim: float, panels: int) -> None:
    pen.part(ellipse(0, rim - 0.04, wide * 0.97, 0.07), shade(color, 0.4), round_by=0.02, shine=0)
    for x in np.linspace(-wide * 0.8, wide * 0.8, panels + 1):
        pen.line(band(points((x, rim - 0.02), (0, rim + 0.0)), 0.012), (0.25, 0.25, 0.27))


def _open_from_above(pen: Pen, random: np.random.Generator, color: Color, other: Color) -> None:
    panels, size = int(random.choice([6, 8, 8, 10])), random.uniform(0.8, 0.95)
    x, y = random.uniform(-0.18, 0.18, 2)
    for index in range(panels):
        a, b = (2 * np.pi * (index + step) / panels for step in (0, 1))
        start, end = np.array((np.cos(a), np.sin(a))) * size, np.array((np.cos(b), np.sin(b))) * size
        inward = (start + end) / 2 * random.uniform(0.9, 0.96)
        panel = np.vstack([points((x, y)), curve([start, inward, end], closed=False)])
        tone = shade(color if index % 2 else other, 0.86 + 0.22 * np.sin((a + b) / 2))
        pen.part(panel, tone, round_by=0.06, shine=0.12)
    for index in range(panels):
        a = 2 * np.pi * index / panels
        pen.line(band(points((x, y), (np.cos(a) * size, np.sin(a) * size)), 0.012), shade(color, 0.5), 0.7)
    pen.part(ellipse(x, y, 0.045, 0.045), pick(random, METALS), round_by=0.03, shine=0.8)


def _rolled_up(pen: Pen, random: np.random.Generator, color: Color, other: Color) -> None:
    wide = random.uniform(0.12, 0.2)
    _handle(pen, random, 0.2, 0.05)
    pen.part(box(-0.02, -0.97, 0.02, -0.7, 0.015), pick(random, METALS), tube=(0.0, 0.022), shine=0.8)
    body = curve(
        [
            (0.0, -0.85),
            (wide * 0.55, -0.4),
            (wide, 0.15),
            (wide * 0.7, 0.42),
            (0.0, 0.46),
            (-wide * 0.7, 0.42),
            (-wide, 0.15),
            (-wide * 0.55, -0.4),
        ]
    )
    folds = [(points((0, -0.9), (x, 0.5), (x + 0.05, 0.5)), shade(other, 0.75)) for x in np.arange(-wide, wide, 0.085)]
    pen.part(body, color, tube=(0.0, wide * 1.1), shine=0.15, marks=folds)
    pen.part(band(curve([(-wide * 0.95, -0.02), (0, 0.05), (wide * 0.95, 0.02)], closed=False), 0.07), shade(color, 0.7), round_by=0.02)
