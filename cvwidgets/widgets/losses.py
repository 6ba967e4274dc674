"""The training loss step by step, thinned to what a small curve can show."""

from __future__ import annotations

from pathlib import Path

from cvwidgets.jobs.lines import parse, read_on

MOST = 200
"""So many points at least, and twice as many at most, once there are as many steps."""


class StepLosses:
    """Reads the losses of a run's steps as they come: asked again, it reads what is new.

    Args:
        file: steps.jsonl of a run folder.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._position, self._each = 0, 1
        self._points: list[tuple[float, float]] = []
        self._group: list[tuple[float, float]] = []

    def read(self) -> list[tuple[float, float]]:
        """Points (epoch, loss), each the mean of as many steps; the end of epoch 1 is 1.0, and while a head is learnt there are none."""
        lines, self._position = read_on(self._file, self._position)
        for step in parse(lines):
            if step["loss"] is not None:
                self._add(step["epoch"] - 1 + step["number"] / step["of"], step["loss"])
        return self._points

    def _add(self, at: float, loss: float) -> None:
        if self._group and self._group[-1][0] >= at:
            self._group = []
        while self._points and self._points[-1][0] >= at:  # a run that goes on writes the steps after its last state once more
            self._points.pop()
        self._group.append((at, loss))
        if len(self._group) == self._each:
            self._points.append(_mean(self._group))
            self._group = []
        if len(self._points) == 2 * MOST:
            self._points = [_mean(self._points[begin : begin + 2]) for begin in range(0, 2 * MOST, 2)]
            self._each *= 2


def _mean(points: list[tuple[float, float]]) -> tuple[float, float]:
    at, loss = (sum(values) / len(points) for values in zip(*points, strict=True))
    return round(at, 4), round(loss, 5)
