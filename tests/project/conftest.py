"""A project with two labels that are easy to tell apart, and one picture without a label."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project


@pytest.fixture
def heap(draw: Callable[..., Path], tmp_path: Path) -> Path:
    """Two sub-folders of five red and five blue pictures, and one beside them."""
    for seed in range(5):
        draw(f"heap/red/{seed}.jpg", seed=seed, color="red")
        draw(f"heap/blue/{seed}.png", seed=10 + seed, color="blue")
    draw("heap/someone.jpg", seed=99)
    return tmp_path / "heap"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """An empty project."""
    with Project(tmp_path / "project", by="ann") as opened:
        yield opened
