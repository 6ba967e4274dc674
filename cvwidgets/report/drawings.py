"""Where lines and dots of a report's figures stand, in the units of their drawing; the templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, sqrt

from cvwidgets.evaluation import Bin
from cvwidgets.records import Epoch

WIDTH, HEIGHT = 520, 160
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 8, 22
SIDE = 240
"""Of the square that a reliability diagram is drawn in, without its edges."""
POINTS = 1000
"""So many points of a line are drawn; of more epochs every second, third … one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line by the points of a polyline, its last point, and its best one if it has one; `is_dashed` is how it is told from another."""

    name: str
    points: str
    last: tuple[float, float]
    best: tuple[float, float] | None
    is_dashed: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """Lines over the epochs, with what stands at heights (y, words) and beneath (x, words)."""

    title: str
    lines: tuple[Line, ...]
    heights: tuple[tuple[float, str], ...]
    beneath: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Reliability:
    """A reliability diagram: bars (x, y, width, height), dots (x, y, radius, words) and the line that joins them."""

    bars: tuple[tuple[float, float, float, float], ...]
    dots: tuple[tuple[float, float, float, str], ...]
    points: str


def draw_curves(epochs: Sequence[Epoch], best: int) -> tuple[Curve, Curve]:
    """Accuracy and loss over the epochs; `best` is the number of the best one."""
    numbers = [epoch.number for epoch in epochs]
    accuracy = [("validation", [epoch.valid_accuracy for epoch in epochs])]
    loss = [("validation", [epoch.valid_loss for epoch in epochs]), ("training", [epoch.train_loss for epoch in epochs])]
    return (
        _curve("Accuracy", numbers, accuracy, best, ("{:.0%}", "{:.1%}"), most=1.0),
        _curve("Loss", numbers, loss, best, ("{:.2f}", "{:.4f}")),
    )


def _curve(
    title: str,
    numbers: Sequence[int],
    lines: Sequence[tuple[str, Sequence[float]]],
    best: int,
    writings: tuple[str, str],
    most: float = float("inf"),
) -> Curve:
    known = [value for _, values in lines for value in values if isfinite(value)] or [0.0, 1.0]
    room = (max(known) - min(known) or abs(max(known)) or 1.0) * 0.08
    low, high = max(0.0, min(known) - room), min(most, max(known) + room)
    first, last = numbers[0], numbers[-1]

    def place(number: int, value: float) -> tuple[float, float]:
        across = (number - first) / (last - first) if last > first else 0.5
        up = (value - low) / (high - low) if high > low else 0.5
        return round(LEFT + across * (WIDTH - LEFT - RIGHT), 1), round(TOP + (1 - up) * (HEIGHT - TOP - BOTTOM), 1)

    drawn = []
    for order, (name, values) in enumerate(lines):
        places = {number: place(number, value) for number, value in zip(numbers, values, strict=True) if isfinite(value)}
        if places:
            drawn.append(Line(name, _points(list(places.values())), list(places.values())[-1], places.get(best), is_dashed=order > 0))
    beneath = tuple((place(number, low)[0], str(number)) for number in dict.fromkeys((first, last)))
    plain, fine = writings  # ends that are written alike need more digits
    write = (plain if plain.format(high) != plain.format(low) else fine).format
    return Curve(title, tuple(drawn), tuple((place(first, value)[1], write(value)) for value in (high, low)), beneath)


def draw_reliability(bins: Sequence[Bin]) -> Reliability:
    """How often answers were right, by how sure they were: each bin a bar as high as the share that was right, and a dot."""
    most = max(one.images for one in bins)
    ordered = sorted(bins, key=lambda one: one.confidence)
    edges = [0.0, *((left.confidence + right.confidence) / 2 for left, right in pairwise(ordered)), 1.0]
    dots = tuple(
        (
            round(one.confidence * SIDE, 1),
            round((1 - one.accuracy) * SIDE, 1),
            round(2.5 + 4.5 * sqrt(one.images / most), 1),
            f"{one.images:,} {'image' if one.images == 1 else 'images'} said with {one.confidence:.0%}: {one.accuracy:.0%} right",
        )
        for one in ordered
    )
    bars = tuple(
        (
            round(left * SIDE + 1, 1),
            round((1 - one.accuracy) * SIDE, 1),
            round(max(1.0, (right - left) * SIDE - 2), 1),
            round(one.accuracy * SIDE, 1),
        )
        for one, (left, right) in zip(ordered, pairwise(edges), strict=True)
    )
    return Reliability(bars, dots, _points([(x, y) for x, y, _, _ in dots]))


def _points(places: Sequence[tuple[float, float]]) -> str:
    step = -(-len(places) // POINTS)
    return " ".join(f"{x},{y}" for x, y in places[::step])
