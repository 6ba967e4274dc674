"""Outlines of things as arrays of points (n × 2) in their own coordinates: about -1..1, y downwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float64]


def points(*pairs: tuple[float, float]) -> Points:
    """The outline through these points, with straight sides."""
    return np.array(pairs, dtype=np.float64)


def curve(outline: Points | Sequence[tuple[float, float] | Points], *, closed: bool = True, steps: int = 8) -> Points:
    """A smooth line through all points (Catmull-Rom), `steps` points between each two."""
    p = np.asarray(outline, dtype=np.float64)
    p = np.vstack([p[-1:], p, p[:2]]) if closed else np.vstack([p[:1], p, p[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (p[i : len(p) - 3 + i, None, :] for i in range(4))
    line = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    flat = line.reshape(-1, 2)
    return flat if closed else np.vstack([flat, p[-1:]])


def ellipse(x: float, y: float, rx: float, ry: float, *, start: float = 0.0, end: float = 1.0, count: int = 48) -> Points:
    """An ellipse, or the part of it from `start` to `end` (turns, clockwise from the right)."""
    angle = np.linspace(start, end, count) * 2 * np.pi
    return np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], axis=1)


def box(left: float, top: float, right: float, bottom: float, corner: float = 0.0) -> Points:
    """A rectangle, its corners rounded by the radius `corner`."""
    if corner <= 0:
        return points((left, top), (right, top), (right, bottom), (left, bottom))
    centers = (
        (right - corner, bottom - corner),
        (left + corner, bottom - corner),
        (left + corner, top + corner),
        (right - corner, top + corner),
    )
    quarters = [ellipse(x, y, corner, corner, start=i / 4, end=(i + 1) / 4, count=8) for i, (x, y) in enumerate(centers)]
    return np.vstack(quarters)


def band(line: Points, width: float, *, end_width: float | None = None) -> Points:
    """The outline of a stroke along `line`; its width goes evenly to `end_width` if that is given."""
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    widths = np.linspace(width, width if end_width is None else end_width, len(line))
    return np.vstack([line + across * widths[:, None] / 2, (line - across * widths[:, None] / 2)[::-1]])


def lathe(profile: Sequence[tuple[float, float]], *, smooth: bool = True) -> Points:
    """The silhouette of a turned body: `profile` lists (half width, y) from top to bottom."""
    right = np.asarray(profile, dtype=np.float64)
    right = curve(right, closed=False, steps=6) if smooth else right
    return np.vstack([right, right[::-1] * (-1, 1)])


def around(x: float, y: float, radii: Sequence[float], turn: float = 0.0) -> Points:
    """A star-like outline: `radii` at even angles around (x, y), the first to the right, `turn` in turns."""
    angle = (np.arange(len(radii)) / len(radii) + turn) * 2 * np.pi
    r = np.asarray(radii)
    return np.stack([x + r * np.cos(angle), y + r * np.sin(angle)], axis=1)
