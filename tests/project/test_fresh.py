"""How many images were kept since the last run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cvwidgets import Project, Recipe


def test_images_kept_since_the_last_run_are_counted_and_those_that_it_knew_are_not(filled: Project, draw: Callable[..., Path]) -> None:
    assert filled.runs.fresh() is None
    store = filled._store
    store.runs.add(recipe=Recipe().to_json(), snapshot=store.snapshots.freeze(split=(0.6, 0.2, 0.2), seed=0), by="ann")
    assert filled.runs.fresh() == 0
    for seed in range(3):
        draw(f"more/red/{seed}.jpg", seed=300 + seed, color="red")
    filled.images.add(draw("more/red/0.jpg", seed=300, color="red").parents[1])
    filled.images.select(label="blue").assign("red")  # the run knew these, by another label
    assert filled.runs.fresh() == 3
