"""A bottle: glass, clay or plastic, from a squat flask to a slim one, often with a label and a stopper."""

from __future__ import annotations

import numpy as np

from cvwidgets.demo.noise import Color
from cvwidgets.demo.palette import METALS, PAINTS, PAPER, WOODS, colors, contrasting, pick
from cvwidgets.demo.pen import Pen, shade
from cvwidgets.demo.shapes import Points, box, ellipse, lathe

GLASS = colors("3f6b45 6b4423 27485c a9c6c0 7d9a5b c4a484 8fb4c7 4a2c2a")


def draw_bottle(pen: Pen, random: np.random.Generator) -> None:
    """Draws one bottle, upright."""
    glass = random.random() < 0.6
    color = pick(random, GLASS if glass else PAINTS)
    half = random.uniform(0.22, 0.44)
    neck = half * random.uniform(0.28, 0.55)
    shoulder, neck_top = random.uniform(-0.35, 0.05), random.uniform(-0.82, -0.66)
    body = _body(half, neck, shoulder, neck_top, slope=random.uniform(0.15, 0.4))
    shine = random.uniform(0.5, 1.1) if glass else random.uniform(0.05, 0.5)
    alpha = random.uniform(0.72, 0.95) if glass else 1.0
    pen.part(body, color, tube=(0.0, half * 1.04), shine=shine, alpha=alpha, marks=_filling(random, color, half, shoulder) if glass else ())
    if random.random() < 0.72:
        _label(pen, random, color, half, shoulder)
    _stopper(pen, random, neck, neck_top)
    if glass:
        pen.line(box(-half * 0.72, shoulder + 0.12, -half * 0.58, 0.72, half * 0.06), (1, 1, 1), 0.35)


def _body(half: float, neck: float, shoulder: float, neck_top: float, *, slope: float) -> Points:
    profile = [(neck * 1.0, neck_top), (neck * 1.0, shoulder - slope), (half * 0.82, shoulder - slope * 0.25), (half, shoulder + 0.1)]
    return lathe([*profile, (half, 0.5), (half * 0.99, 0.86), (half * 0.9, 0.95), (half * 0.6, 0.97)])


def _filling(random: np.random.Generator, color: Color, half: float, shoulder: float) -> list[tuple[Points, Color]]:
    level = random.uniform(shoulder - 0.1, 0.6)
    return [(box(-half * 2, level, half * 2, 1.2), shade(color, random.uniform(0.5, 0.85)))]


def _label(pen: Pen, random: np.random.Generator, color: Color, half: float, shoulder: float) -> None:
    top = shoulder + random.uniform(0.12, 0.25)
    low = min(0.85, top + random.uniform(0.28, 0.6))
    paper = PAPER if random.random() < 0.5 else contrasting(random, color)
    ink = contrasting(random, paper)
    marks: list[tuple[Points, Color]] = []
    if random.random() < 0.6:
        marks.append((box(-half, top + 0.04, half, top + 0.04 + random.uniform(0.05, 0.12)), ink))
    if random.random() < 0.5:
        marks.append((ellipse(0, (top + low) / 2 + 0.03, half * 0.35, half * 0.35), pick(random, PAINTS)))
    for y in np.arange(low - 0.05, (top + low) / 2 + 0.1, -0.06):
        width = half * random.uniform(0.3, 0.7)
        marks.append((box(-width, y - 0.012, width, y + 0.012), shade(ink, 1.2)))
    pen.part(box(-half * 0.985, top, half * 0.985, low), paper, tube=(0.0, half * 1.05), shine=0.05, marks=marks)


def _stopper(pen: Pen, random: np.random.Generator, neck: float, neck_top: float) -> None:
    kind = random.choice(["cork", "cap", "tall", "open"], p=[0.25, 0.35, 0.25, 0.15])
    lip = neck * 1.15
    if kind == "cork":
        pen.part(
            box(-neck * 0.8, neck_top - 0.12, neck * 0.8, neck_top + 0.02, 0.02), pick(random, WOODS), tube=(0.0, neck * 0.85), shine=0.0
        )
    elif kind == "cap":
        pen.part(box(-lip, neck_top - 0.07, lip, neck_top + 0.05, 0.02), pick(random, METALS), tube=(0.0, lip * 1.04), shine=0.8)
    elif kind == "tall":
        seams = [(box(x - 0.006, -2, x + 0.006, 2), (0.1, 0.1, 0.1)) for x in np.linspace(-lip, lip, 7)[1:-1]]
        pen.part(
            box(-lip * 1.1, neck_top - 0.16, lip * 1.1, neck_top + 0.06, 0.025),
            pick(random, PAINTS),
            tube=(0.0, lip * 1.15),
            shine=0.3,
            marks=seams,
        )
    else:
        pen.part(ellipse(0, neck_top, lip, lip * 0.25), shade(pick(random, GLASS), 0.6), round_by=0.02)
