"""Colors that look well together; every thing may have most of them, so that no label is known by its color."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence

import numpy as np

from cvwidgets.demo.noise import Color


def rgb(code: str) -> Color:
    """The color of six hexadecimal digits."""
    return int(code[0:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:6], 16) / 255


def colors(codes: str) -> list[Color]:
    """The colors of several codes with blanks between."""
    return [rgb(code) for code in codes.split()]


PAINTS = colors("c8553d e07a5f f2cc8f e9b44c 81b29a 3d7068 588b8b 3d5a80 6d8fb5 98c1d9 293241 6d597a b56576 e8a0a8")
PAINTS += colors("8a5a44 a98467 dde5b6 adc178 606c38 f4f1de eae2d6 d6ccc2 444b54 2b2d33 9a031e 5f0f40 f6bd60 84a59d")
METALS = colors("b8bcc2 9aa0a8 c9a961 b58a3c b0704a 5c5f66 d8d5cc 8c7853")
GREENS = colors("4f772d 6a994e 386641 90a955 7a8f3c 2f5d50")
AUTUMN = colors("bc4749 d68c45 e3b04b a44a3f 8d5a2b c9622f 7f4f24")
WOODS = colors("b08968 8b5e3c d4b08c 6f4e37 c19a6b a47148 e0c9a6 5a3d2b 9c8468")
INK = rgb("2b2d33")
PAPER = rgb("f7f3ea")


def pick(random: np.random.Generator, colors: Sequence[Color], vary: float = 0.06) -> Color:
    """One of the colors, a little off: hue, saturation and value by up to `vary`."""
    hue, saturation, value = colorsys.rgb_to_hsv(*colors[int(random.integers(len(colors)))])
    off = random.uniform(-vary, vary, 3)
    return colorsys.hsv_to_rgb((hue + off[0] / 3) % 1, min(1.0, max(0.0, saturation + off[1])), min(1.0, max(0.05, value + off[2])))


def brightness(color: Color) -> float:
    """How bright a color seems, 0..1."""
    return 0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2]


def contrasting(random: np.random.Generator, color: Color, colors: Sequence[Color] = PAINTS) -> Color:
    """Another of the colors that can be seen on this one."""
    for _ in range(12):
        other = pick(random, colors)
        if abs(brightness(other) - brightness(color)) > 0.25:
            return other
    return PAPER if brightness(color) < 0.5 else INK
