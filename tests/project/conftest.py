"""A project with two labels that are easy to tell apart, and one picture without a label."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project, Recipe
from cvwidgets.model import Model
from tests.vision.conftest import gone_hub, hub, own_cache, tiny, whole  # noqa: F401


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


@pytest.fixture
def filled(project: Project, heap: Path) -> Project:
    """The project with five red JPEGs, five blue PNGs, and one picture without a label."""
    project.images.add(heap)
    return project


@pytest.fixture
def twenty(project: Project, draw: Callable[..., Path], tmp_path: Path) -> Project:
    """The project with ten pictures of each of two labels."""
    for seed in range(10):
        draw(f"heap/red/{seed}.jpg", seed=seed, color="red")
        draw(f"heap/blue/{seed}.jpg", seed=100 + seed, color="blue")
    project.images.add(tmp_path / "heap")
    return project


@pytest.fixture
def trained(explored_project: Project, tmp_path: Path) -> Model:
    """A tiny net with random weights, in production of the explored project as if a run had trained it on what is kept there."""
    import torch
    from transformers import ConvNextV2Config, ConvNextV2ForImageClassification

    torch.manual_seed(1)
    config = ConvNextV2Config(hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1], image_size=32, id2label={0: "blue", 1: "red"})
    ConvNextV2ForImageClassification(config).save_pretrained(tmp_path / "net")
    store = explored_project._store
    snapshot = store.snapshots.freeze(split=(0.6, 0.2, 0.2), seed=0)
    run = store.runs.add(recipe=Recipe().to_json(), snapshot=snapshot, by="ann")
    return store.models.promote(store.models.register(run=run.name, folder=tmp_path / "net", labels=("blue", "red")).version)
