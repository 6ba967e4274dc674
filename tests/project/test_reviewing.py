from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cvwidgets import Project, Recipe
from cvwidgets.pace import Pace, expect
from cvwidgets.project.runs import Runs
from cvwidgets.project.twins import Alike
from cvwidgets.records import PARTS
from cvwidgets.store.store import Store


def freeze(project: Project) -> None:
    """As the start of a run does, without its process."""
    store: Store = project._store
    store.runs.add(recipe=Recipe().to_json(), snapshot=store.snapshots.freeze(split=(0.6, 0.2, 0.2), seed=0), by="ann")


def test_a_review_counts_what_would_be_learnt_from(filled: Project) -> None:
    review = filled.review()
    assert (review.labels, review.images, review.changes, review.differences) == ((("blue", 5), ("red", 5)), (6, 2, 2), None, ())
    assert any("'blue' has 5 images kept" in one for one in review.warnings)


def test_a_review_says_what_changed_since_the_last_run(filled: Project, draw: Callable[..., Path]) -> None:
    freeze(filled)
    assert filled.review().changes.added == filled.review().changes.removed == 0  # type: ignore[union-attr]
    filled.images.view(filled.images.select("red", "kept").ids[:2]).assign("blue")
    filled.images.view(filled.images.select("red", "kept").ids[:1]).trash()
    draw("more/red/new.jpg", seed=77, color="red")
    filled.images.add(draw("more/red/other.jpg", seed=78, color="red").parent.parent)
    changes = filled.review().changes
    assert changes is not None
    assert (changes.run, changes.added, changes.removed, changes.relabelled) == ("0001", 2, 1, 2)


def test_an_image_that_the_split_has_no_place_for_is_no_change(filled: Project, draw: Callable[..., Path]) -> None:
    freeze(filled)
    store: Store = filled._store
    one, other = (store.snapshots.kept()[0][store.snapshots.hashes(store.runs.list()[0].snapshot or "", part)[0]] for part in PARTS[::2])  # type: ignore[index]
    filled.images.add(draw("more/red/between.jpg", seed=77, color="red").parent.parent)
    assert filled.review().changes.added == 1  # type: ignore[union-attr]
    new = max(filled.images.select("red", "kept").ids)
    alike = Alike(np.array([(one.image_id, new), (other.image_id, new)]), 0)
    run = Runs(store, by="ann", alike=lambda: alike)._add(Recipe())
    assert "alike images of two parts" in run.left_out()[0]
    assert (filled.review().changes.run, filled.review().changes.added) == ("0002", 0)  # type: ignore[union-attr]


def test_a_review_says_what_differs_from_the_usual(filled: Project) -> None:
    assert filled.review(Recipe(epochs=2, patience=1)).differences == (("epochs", 2, Recipe().epochs), ("patience", 1, None))


def test_a_review_of_an_empty_project_is_no_error(project: Project) -> None:
    assert project.review().labels == () and project.review().images == (0, 0, 0)


def test_a_snapshot_that_was_removed_is_passed_over(filled: Project) -> None:
    freeze(filled)
    [snapshot] = (filled.folder / "snapshots").iterdir()
    for file in [*snapshot.rglob("*")][::-1]:
        file.unlink() if file.is_file() else file.rmdir()
    assert filled.review().changes is None


def test_a_trial_tells_time_memory_and_disk_and_is_made_once(filled: Project) -> None:
    recipe = Recipe(epochs=3, image_size=32, batch_size=2)
    expected = filled.try_pace(recipe).wait()
    assert expected is not None and expected.seconds > 8 and (expected.memory or 2e8) > 1e8 and expected.disk > 5e6
    again = filled.try_pace(replace(recipe, epochs=30))
    longer = again.expectation()  # at once: the pace of the same base, size and batch is known
    assert longer is not None and longer.seconds > expected.seconds
    assert not [job for job in filled.jobs.list() if "Try" in job.title]


def test_a_trial_that_fails_says_why(filled: Project) -> None:
    trial = filled.try_pace(Recipe(base="no/such-model"))
    assert trial.wait() is None and "no/such-model" in str(trial.status().reason)


def test_what_is_expected_adds_up() -> None:
    pace = Pace(learning=0.1, judging=0.01, decoding=0.001, memory=1, weights=10, device="cpu", precision="float32", threads=2)
    quick = expect(pace, Recipe(epochs=1), (100, 10, 10))
    whole = expect(pace, Recipe(epochs=3), (100, 10, 10))
    assert whole.seconds - quick.seconds == pytest.approx(2 * (100 * 0.1 + 10 * 0.01)) and quick.disk < whole.disk
    assert json.dumps([quick.memory, whole.memory]) == "[1, 1]"
