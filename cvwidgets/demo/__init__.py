"""Draws the demo's pictures by code: six things in about 500 pictures, with the faults planted that real heaps have.

Importing this loads neither Pillow nor numpy; drawing does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cvwidgets.demo.progress import Drawn
from cvwidgets.demo.truth import Truth

__all__ = ["Drawn", "Truth", "draw", "draw_iter"]


def draw(folder: Path, *, seed: int = 0, per_label: int = 80) -> Truth:
    """Draws the demo into `folder` and returns what was planted; see `draw_iter`.

    Raises:
        SourceError: the folder cannot be written to, or holds something else.
        DiskFull: there is no room for about 60 MB; what was drawn stays, and a second call goes on.
        ValueError: `per_label` is below 8.
    """
    for _ in draw_iter(folder, seed=seed, per_label=per_label):
        pass
    truth = Truth.read(Path(folder))
    assert truth is not None, "draw_iter writes truth.json before its end"
    return truth


def draw_iter(folder: Path, *, seed: int = 0, per_label: int = 80) -> Iterator[Drawn]:
    """Draws the demo into `folder`, yielding after every file how far it is; at least once.

    On disk: a sub-folder per label with `per_label` pictures (200 to 900 pixels; JPEG, some PNG and WebP), pictures without a label in the
    folder itself, and truth.json, which names everything planted: wrong labels, near-duplicates, the same bytes twice, broken files,
    strangers. The same seed gives the same bytes (with the same Pillow and numpy). Each file is written whole or not at all: after a
    kill, a second call draws what is missing; once complete it changes nothing and takes milliseconds.

    Raises:
        SourceError, DiskFull, ValueError: as `draw`.
    """
    from cvwidgets.demo.drawing import draw_iter as begin

    yield from begin(Path(folder), seed=seed, per_label=per_label)
