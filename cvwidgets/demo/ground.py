"""Surfaces seen from above that things lie on: wood, fabric, gravel, grass and others, as pictures of values 0..1."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from cvwidgets.demo.noise import Field, Size, emboss, grain, layered, mesh, mix, smooth, times
from cvwidgets.demo.palette import AUTUMN, GREENS, PAINTS, WOODS, colors, contrasting, pick, rgb
from cvwidgets.demo.pen import shade

STONES = colors("8d8a83 a7a195 6f6e6a c2b8a3 8b7d6b b5aa9a 75706a 9b8f86")
LIGHT = (-0.7, -0.7)


def paper(random: np.random.Generator, size: Size) -> Field:
    """A sheet of colored paper or a painted wall: nearly even, with a slow change of color."""
    color = pick(random, PAINTS)
    x, y = mesh(size)
    slope = 0.5 + 0.35 * (x * random.uniform(-1, 1) + y * random.uniform(-1, 1))
    fiber = smooth(random, size, 3) * np.float32(0.012)
    return mix(slope.astype(np.float32), shade(color, 0.82), shade(color, 1.25)) + fiber[..., None]


def wood(random: np.random.Generator, size: Size) -> Field:
    """Boards with grain along them, each of its own tone, dark seams between."""
    height = size[1]
    board, color = random.uniform(0.16, 0.5) * min(size), pick(random, WOODS)
    rows = np.arange(height, dtype=np.float32)[:, None] + random.uniform(0, board)
    index = (rows / board).astype(int)
    tones = random.uniform(0.78, 1.12, int(index.max()) + 1).astype(np.float32)[index]
    shift = layered(random, size, board / 2, 2, stretch=6) * np.float32(board * 0.18)
    turns = ((rows + shift + index * 37) / random.uniform(7, 16)).astype(np.float32)
    rings = np.sin(turns * np.float32(2 * np.pi))
    fine = layered(random, size, 3.5, 2, stretch=18)
    value = 0.55 + 0.13 * rings + 0.2 * fine
    seam = np.clip(np.minimum(rows % board, board - rows % board) / 2.2, 0.25, 1)
    return times(mix(value, shade(color, 0.62), shade(color, 1.2)), tones * seam)


def fabric(random: np.random.Generator, size: Size) -> Field:
    """Woven cloth, plain, checked or striped, with soft folds."""
    color = pick(random, PAINTS)
    other = contrasting(random, color) if random.random() < 0.55 else shade(color, 1.2)
    x, y = np.arange(size[0], dtype=np.float32)[None, :], np.arange(size[1], dtype=np.float32)[:, None]
    period = random.uniform(0.08, 0.24) * min(size)
    across, down = ((np.sin(axis * np.float32(2 * np.pi / period)) > random.uniform(-0.4, 0.6)).astype(np.float32) for axis in (x, y))
    pattern = (across + down) / 2 if random.random() < 0.6 else across + 0 * down
    thread = np.float32(2 * np.pi / random.uniform(3.0, 5.5))
    weave = 1 + 0.1 * np.sin(x * thread) * np.sin(y * thread) + 0.03 * grain(random, size)
    folds = 1 + 0.2 * layered(random, size, min(size) / 2.2, 2)
    return times(mix(pattern, color, other), weave * folds)


def gravel(random: np.random.Generator, size: Size) -> Field:
    """Pebbles of several sizes, heaped: later ones lie on earlier ones."""
    small = (max(60, size[0] * 2 // 3), max(60, size[1] * 2 // 3))
    picture = Image.new("RGB", small, (58, 54, 48))
    brush = ImageDraw.Draw(picture)
    radius = random.uniform(0.018, 0.05) * min(small)
    count = int(min(2600, 2.2 * small[0] * small[1] / (radius * radius * 3)))
    xs, ys = random.uniform(0, small[0], count), random.uniform(0, small[1], count)
    sizes = radius * random.uniform(0.45, 1.3, (count, 2))
    tones = random.uniform(0.6, 1.15, count)
    for x, y, (rx, ry), tone in zip(xs, ys, sizes, tones, strict=True):
        color = STONES[int(tone * 1000) % len(STONES)]
        brush.ellipse((x - rx, y - ry, x + rx, y + ry), fill=tuple(int(255 * min(1, c * tone)) for c in color), outline=(52, 48, 44))
        brush.ellipse(
            (x - rx * 0.6, y - ry * 0.65, x + rx * 0.2, y + ry * 0.1), fill=tuple(int(255 * min(1, c * tone * 1.14)) for c in color)
        )
    return (
        _values(picture.filter(ImageFilter.GaussianBlur(0.6)).resize(size, Image.Resampling.BICUBIC))
        + 0.02 * grain(random, size)[..., None]
    )


def grass(random: np.random.Generator, size: Size) -> Field:
    """Blades of grass, seen from above, with straw and a fallen petal here and there."""
    small = (max(60, size[0] * 3 // 4), max(60, size[1] * 3 // 4))
    base = pick(random, GREENS)
    picture = Image.fromarray(_bytes(mix(0.5 + 0.5 * layered(random, small, 40), shade(base, 0.35), shade(base, 0.75))))
    brush = ImageDraw.Draw(picture)
    count, length = 1500, min(small) * random.uniform(0.06, 0.14)
    starts = random.uniform((0, 0), small, (count, 2))
    lean = random.uniform(-np.pi, 0)
    angles, tones = random.normal(lean, 0.7, count), random.uniform(0.55, 1.5, count) * np.linspace(0.7, 1.05, count)
    straw = pick(random, WOODS)
    for index, ((x, y), angle, tone) in enumerate(zip(starts, angles, tones, strict=True)):
        color = shade(straw if index % 19 == 0 else base, float(tone))
        tip = (x + length * np.cos(angle), y + length * np.sin(angle))
        brush.line((x, y, *tip), fill=tuple(int(255 * c) for c in color), width=1 + index % 2)
    return _values(picture.resize(size, Image.Resampling.BICUBIC))


def sand(random: np.random.Generator, size: Size) -> Field:
    """Sand with ripples."""
    color = pick(random, colors("d9c29c cdb38b e3d3b4 b89b74"))
    x, y = mesh(size)
    turn = random.uniform(0, np.pi)
    wave = (x * np.cos(turn) + y * np.sin(turn)).astype(np.float32) * np.float32(random.uniform(8, 22)) + 2.2 * layered(
        random, size, min(size) / 3, 2
    )
    height = np.sin(wave) * np.float32(random.uniform(0.5, 3)) + 2 * layered(random, size, 30, 2)
    return times(np.asarray(color, np.float32), emboss(height, LIGHT, 0.5) * (1 + 0.07 * grain(random, size)))


def marble(random: np.random.Generator, size: Size) -> Field:
    """Polished stone with veins."""
    dark = random.random() < 0.35
    low, high = (rgb("23262b"), rgb("8f9299")) if dark else (rgb("8c8a88"), pick(random, [rgb("f3f0ea"), rgb("e4ded2"), rgb("dfe5e6")]))
    cloud = layered(random, size, min(size) / 2.5, 5)
    vein = np.abs(cloud + 0.25 * layered(random, size, min(size) / 6, 3)) ** 0.35
    return mix(1 - vein if dark else vein * 1.15, low, high)


def concrete(random: np.random.Generator, size: Size) -> Field:
    """Rough concrete or asphalt: clouds, pores, a crack."""
    color = pick(random, STONES)
    clouds = 1 + 0.14 * layered(random, size, min(size) / 3, 4)
    pores = smooth(random, size, 2.2)
    rough = emboss(pores * 2.0, LIGHT, random.uniform(0.05, 0.2))
    picture = times(np.asarray(color, np.float32), clouds * rough)
    if random.random() < 0.5:
        crack = np.abs(layered(random, size, min(size) / 1.5, 5))
        picture = times(picture, np.clip(crack * 40, 0.45, 1))
    return picture


def tiles(random: np.random.Generator, size: Size) -> Field:
    """Square or brick-shaped tiles, each a little different, with joints."""
    color, joint = pick(random, PAINTS), pick(random, STONES)
    high = random.uniform(0.14, 0.32) * min(size)
    wide = high * random.choice([1.0, 2.0, 2.6])
    x, y = np.arange(size[0], dtype=np.float32)[None, :], np.arange(size[1], dtype=np.float32)[:, None]
    row = (y / high).astype(int)
    x = x + (row % 2) * wide / 2 if wide > high else x + 0 * row
    column = (x / wide).astype(int)
    tones = random.uniform(0.82, 1.14, (int(row.max()) + 1, int(column.max()) + 1)).astype(np.float32)[row, column]
    edge = np.minimum(np.minimum(x % wide, wide - x % wide), np.minimum(y % high, high - y % high))
    gloss = 1 + 0.07 * layered(random, size, high, 2)
    bevel = np.clip(edge / 6, 0, 1) * 0.12 + 0.88
    tile = times(np.asarray(color, np.float32), tones * gloss * bevel)
    return np.where((edge < max(1.5, high * 0.03))[..., None], np.asarray(joint, np.float32), tile)


def cork(random: np.random.Generator, size: Size) -> Field:
    """Cork, chipboard or felt: flecks of several tones."""
    color = pick(random, WOODS + AUTUMN)
    flecks = smooth(random, size, 7) + 0.7 * smooth(random, size, 3.5)
    return times(mix(0.5 + 0.45 * flecks, shade(color, 0.6), shade(color, 1.3)), 1 + 0.03 * grain(random, size))


def water(random: np.random.Generator, size: Size) -> Field:
    """A wet floor or shallow water: bright net of light over a deep color."""
    color = pick(random, [rgb("2a6f7f"), rgb("3b7c74"), rgb("4a6fa5"), rgb("7fa99b"), rgb("5b6c5d")])
    net = 1 - np.abs(layered(random, size, min(size) / 5, 3)) * 2.2
    return mix(np.clip(net, 0, 1) ** 3 * 0.8, color, shade(color, 2.2))


def foliage(random: np.random.Generator, size: Size) -> Field:
    """Out of focus behind: discs of light between leaves, or lamps at night."""
    night = random.random() < 0.35
    base = pick(random, [rgb("1c2230"), rgb("2b2a33")] if night else GREENS + AUTUMN)
    small = (max(24, size[0] // 4), max(24, size[1] // 4))
    picture = Image.fromarray(_bytes(mix(0.5 + 0.6 * layered(random, small, min(small) / 2), shade(base, 0.5), shade(base, 1.15))))
    brush = ImageDraw.Draw(picture, "RGBA")
    colors = [*AUTUMN, rgb("ffe2a8"), rgb("fff4d6")] if night else [*GREENS, rgb("e9f0c4"), rgb("fff9df")]
    radius = min(small) * random.uniform(0.05, 0.12)
    for x, y in random.uniform((0, 0), small, (int(random.integers(14, 40)), 2)):
        r = radius * random.uniform(0.5, 1.5)
        brush.ellipse(
            (x - r, y - r, x + r, y + r),
            fill=(*_bytes(np.asarray(pick(random, colors), np.float32)).tolist(), int(random.integers(40, 130))),
        )
    return _values(picture.filter(ImageFilter.GaussianBlur(radius * 0.16)).resize(size, Image.Resampling.BICUBIC))


def room(random: np.random.Generator, size: Size) -> Field:
    """A table or floor before a wall: things stand on it."""
    far: Callable[[np.random.Generator, Size], Field] = (paper, foliage, tiles, concrete, paper)[int(random.integers(5))]
    near: Callable[[np.random.Generator, Size], Field] = (wood, marble, fabric, concrete, wood)[int(random.integers(5))]
    line = int(size[1] * random.uniform(0.55, 0.74))
    wall = Image.fromarray(_bytes(far(random, size))).filter(ImageFilter.GaussianBlur(random.uniform(0, 0.012) * min(size)))
    # The table leans away: its far half is squeezed.
    depth = size[1] - line
    table = near(random, (size[0], depth * 2))
    rows = (np.linspace(0, 1, depth) ** 0.6 * (depth * 2 - 1)).astype(int)
    picture = _values(wall)
    picture[line:] = table[rows] * np.linspace(0.8, 1.08, depth, dtype=np.float32)[:, None, None]
    picture[line - 2 : line] *= np.float32(0.8)
    return picture


def _values(picture: Image.Image) -> Field:
    return np.asarray(picture, np.float32) / np.float32(255)


def _bytes(values: Field) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.clip(values * 255, 0, 255).astype(np.uint8)


GROUNDS: Mapping[str, Callable[[np.random.Generator, Size], Field]] = {
    ground.__name__: ground for ground in (paper, wood, fabric, gravel, grass, sand, marble, concrete, tiles, cork, water, foliage, room)
}
