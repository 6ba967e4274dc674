"""A mug: a turned body with a handle, plain, striped, dotted, dipped or with a picture on it."""

from __future__ import annotations

import numpy as np

from cvwidgets.demo.noise import Color
from cvwidgets.demo.palette import PAINTS, contrasting, pick, rgb
from cvwidgets.demo.pen import Pen, shade
from cvwidgets.demo.shapes import Points, around, band, box, curve, ellipse, points

DRINKS = [rgb("3b2314"), rgb("6f4a2f"), rgb("a8642a"), rgb("c89f72"), rgb("e9e1d2")]


def draw_mug(pen: Pen, random: np.random.Generator) -> None:
    """Draws one mug, its handle to the right."""
    color = pick(random, PAINTS)
    half, tall = random.uniform(0.42, 0.58), random.uniform(0.5, 0.78)
    foot = half * random.uniform(0.72, 1.04)
    tilt = random.uniform(0.05, 0.2)
    shine = random.uniform(0.1, 0.6)
    _handle(pen, random, half, tall, shade(color, 0.9) if random.random() < 0.75 else contrasting(random, color), shine)
    side = np.vstack(
        [
            ellipse(-0.1, tall - tilt * half, foot, tilt * half, start=0.0, end=0.5),
            ellipse(-0.1, -tall, half, tilt * half, start=0.5, end=0.0),
        ]
    )
    marks = _decoration(random, color, half, tall, tilt * half)
    pen.part(side, color, tube=(-0.1, half * 1.03), shine=shine, marks=marks)
    _mouth(pen, random, color, half, tall, tilt)


def _handle(pen: Pen, random: np.random.Generator, half: float, tall: float, color: Color, shine: float) -> None:
    out, top, low = random.uniform(0.28, 0.46), -tall * random.uniform(0.45, 0.7), tall * random.uniform(0.3, 0.6)
    x = half - 0.16
    bulge = random.uniform(0.55, 1.0)
    line = curve(
        [(x, top), (x + out * 0.8, top - 0.02), (x + out + 0.06, (top + low) / 2 - 0.1), (x + out * bulge, low * 0.8), (x, low)],
        closed=False,
    )
    pen.part(band(line, random.uniform(0.09, 0.16)), color, round_by=0.05, shine=shine)


def _mouth(pen: Pen, random: np.random.Generator, color: Color, half: float, tall: float, tilt: float) -> None:
    ry = tilt * half
    pen.part(ellipse(-0.1, -tall, half, ry), shade(color, 1.25), round_by=0.02, shine=0.3)
    pen.part(ellipse(-0.1, -tall + 0.012, half * 0.9, ry * 0.84), shade(color, 0.55), round_by=0)
    if random.random() < 0.7 and tilt > 0.08:
        drink = pick(random, DRINKS)
        pen.line(ellipse(-0.1, -tall + ry * 0.25, half * 0.84, ry * 0.58), drink)
        pen.line(ellipse(-0.1 - half * 0.3, -tall + ry * 0.2, half * 0.25, ry * 0.16), shade(drink, 1.5), 0.6)


def _decoration(random: np.random.Generator, color: Color, half: float, tall: float, sag: float) -> list[tuple[Points, Color]]:
    other = contrasting(random, color)
    kind = random.choice(["plain", "stripes", "dots", "dip", "emblem", "band"], p=[0.22, 0.2, 0.14, 0.16, 0.18, 0.1])
    if kind == "stripes":
        ys = np.arange(-tall * 0.75, tall * 0.8, random.uniform(0.14, 0.3))
        return [(_ring(y, half, sag, random.uniform(0.03, 0.07)), other) for y in ys]
    if kind == "band":
        return [(_ring(random.uniform(-0.2, 0.2), half, sag, random.uniform(0.15, 0.3)), other)]
    if kind == "dip":
        return [(_ring(tall, half, sag, random.uniform(0.4, 0.9)), other)]
    if kind == "dots":
        step = random.uniform(0.16, 0.26)
        return [
            (ellipse(x + (row % 2) * step / 2, y, step * 0.26, step * 0.26, count=20), other)
            for row, y in enumerate(np.arange(-tall, tall, step))
            for x in np.arange(-0.75, 0.6, step)
        ]
    if kind == "emblem":
        return [(_emblem(random, -0.14, 0.0, random.uniform(0.18, 0.27)), other)]
    return []


def _ring(y: float, half: float, sag: float, thick: float) -> Points:
    """A stripe around the body: it hangs through by `sag`, as the rim does."""
    line = np.column_stack(
        [np.linspace(-0.1 - half * 1.1, -0.1 + half * 1.1, 24), y + sag * np.sqrt(np.clip(1 - np.linspace(-1, 1, 24) ** 2, 0, 1))]
    )
    return band(line, thick)


def _emblem(random: np.random.Generator, x: float, y: float, size: float) -> Points:
    kind = int(random.integers(4))
    if kind == 0:
        heart = [(0, 0.9), (-0.85, 0.05), (-0.8, -0.6), (-0.35, -0.75), (0, -0.35), (0.35, -0.75), (0.8, -0.6), (0.85, 0.05)]
        return curve(heart) * size + (x, y)
    if kind == 1:
        return around(x, y, [size, size * 0.45] * 5, turn=-0.25)
    if kind == 2:
        return box(x - size, y - size * 0.6, x + size, y + size * 0.6, size * 0.2)
    return points((x, y - size), (x + size, y + size * 0.8), (x - size, y + size * 0.8))
