"""One picture of the demo: a thing on a ground, with clutter, light and a camera's faults, all from one generator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cvwidgets.demo import camera
from cvwidgets.demo.clutter import draw_cover, draw_trinket
from cvwidgets.demo.ground import GROUNDS
from cvwidgets.demo.noise import Size
from cvwidgets.demo.pen import Light, Pen
from cvwidgets.demo.things import THINGS

ASPECTS = ((4, 3), (4, 3), (4, 3), (3, 4), (3, 4), (1, 1), (1, 1), (5, 4), (3, 2), (2, 3))
LYING = ("fabric", "gravel", "grass", "sand", "concrete", "tiles", "cork", "water", "foliage", *("paper",) * 3, *("wood", "marble") * 2)
Draw = Callable[[Pen, np.random.Generator], None]


def draw_scene(random: np.random.Generator, label: str) -> Image.Image:
    """A picture that shows the thing of that label: RGB, 200 to 900 pixels a side."""
    size = choose_size(random)
    standing = random.random() < 0.25
    ground = "room" if standing else str(random.choice(LYING))
    turn = random.uniform(0, 2 * np.pi)
    light = Light(
        np.cos(turn), np.sin(turn) if not standing else -abs(np.sin(turn)) - 0.3, random.uniform(0.6, 1.4), random.uniform(0.3, 1.2)
    )
    picture = camera.set_back(random, Image.fromarray(np.clip(GROUNDS[ground](random, size) * 255, 0, 255).astype(np.uint8)))
    for _ in range(int(random.choice([0, 0, 0, 1, 2]))):
        _lay(random, picture, draw_trinket, _anywhere(random, size), light)
    share = random.uniform(1.0, 1.22)
    place = _placed(random, size, share=share, standing=standing)
    _lay(random, picture, THINGS[label], place, light)
    if not standing and random.random() < 0.08:
        beside = _placed(random, size, share=share * random.uniform(0.6, 0.9), standing=False, away=0.5)
        _lay(random, picture, THINGS[label], beside, light)
    if random.random() < 0.1:
        _lay(random, picture, draw_cover, _rotation(random.uniform(0, 6.3), place), light, extent=4)
    return camera.expose(random, camera.blur(random, picture), camera.uneven_light(random, size, light))


def choose_size(random: np.random.Generator) -> Size:
    """Width and height: several shapes, 200 to 900 pixels, most near 400."""
    wide, high = ASPECTS[int(random.integers(len(ASPECTS)))]
    short = random.triangular(205, 320, 560)
    scale = min(short / min(wide, high), 900 / max(wide, high))
    return max(200, round(wide * scale)), max(200, round(high * scale))


def _lay(
    random: np.random.Generator, picture: Image.Image, draw: Draw, place: NDArray[np.float64], light: Light, *, extent: float = 1.45
) -> None:
    """Lays one more thing into the picture, with its shadow; only the part that ±`extent` of the thing covers is worked on."""
    size = picture.size
    reach = min(size) * random.uniform(0.015, 0.06)
    left, top, right, bottom = _covered(place, size, extent=extent, margin=reach * 2)
    if min(right - left, bottom - top) < 8:
        return
    region = (right - left, bottom - top)
    pen = Pen(region, np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1.0]]) @ place, light=light)
    draw(pen, random)
    thing = pen.finish()
    camera.cast_shadow(picture, thing, (left, top), light, reach=reach, dark=random.uniform(0.3, 0.75))
    picture.paste(thing, (left, top), thing)


def _covered(place: NDArray[np.float64], size: Size, *, extent: float, margin: float) -> tuple[int, int, int, int]:
    corners = np.array([[x, y, 1.0] for x in (-extent, extent) for y in (-extent, extent)]) @ place.T
    pixels = corners[:, :2] / np.maximum(corners[:, 2:], 0.2)
    low = np.clip(pixels.min(axis=0) - margin, 0, size).astype(int)
    high = np.clip(pixels.max(axis=0) + margin, 0, size).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _placed(random: np.random.Generator, size: Size, *, share: float, standing: bool, away: float = 0.0) -> NDArray[np.float64]:
    """Matrix from the thing's coordinates to pixels: where, how large, turned, mirrored, leaning away from the camera."""
    half = min(size) * share / 2
    turn = random.normal(0, 0.1) if standing else (random.normal(0, 0.18) if random.random() < 0.95 else random.uniform(-np.pi, np.pi))
    room = np.maximum((np.array(size) / 2 - half) * 0.22, 0.03 * min(size))
    x, y = np.array(size) / 2 + random.uniform(-1, 1, 2) * room + away * half * random.choice([-1, 1], 2)
    if standing:
        # On the table, which begins between 0.55 and 0.74 of the height.
        y = max(half * 0.7, size[1] * random.uniform(0.8, 0.92) - half * 0.85)
    mirror = -1 if random.random() < 0.5 else 1
    narrow, skew = random.uniform(0.78, 1.0), random.normal(0, 0.08)
    lean = random.normal(0, 0.0 if standing else 0.12, 2)
    move = np.array([[half, 0, x], [0, half, y], [0, 0, 1.0]])
    rotate = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1.0]])
    form = np.array([[mirror * (narrow if random.random() < 0.5 else 1.0), skew, 0], [0, narrow, 0], [0, 0, 1.0]])
    perspective = np.array([[1, 0, 0], [0, 1, 0], [np.clip(lean[0], -0.25, 0.25), np.clip(lean[1], -0.25, 0.25), 1.0]])
    return np.asarray(move @ perspective @ rotate @ form, dtype=np.float64)


def _anywhere(random: np.random.Generator, size: Size) -> NDArray[np.float64]:
    scale = min(size) * random.uniform(0.04, 0.11)
    x, y = random.uniform((0, 0), size)
    return _rotation(random.uniform(0, 6.3), np.array([[scale, 0, x], [0, scale, y], [0, 0, 1.0]]))


def _rotation(turn: float, place: NDArray[np.float64]) -> NDArray[np.float64]:
    rotate = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1.0]])
    return np.asarray(place @ rotate, dtype=np.float64)
