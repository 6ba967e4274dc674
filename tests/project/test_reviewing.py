from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from cvwidgets import Project, Recipe
from cvwidgets.learn.events import MOST_STEPS
from cvwidgets.learn.said import write_said
from cvwidgets.pace import EVENT, EVENTS, HEAD_BATCH, LINE, SAID, Pace, expect
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
    run = Runs(store, by="ann", alike=lambda _: alike)._add(Recipe())
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
    assert expected.cache > 4 * 3 * 32 * 32 * 2  # two of ten to choose by, as they are judged
    again = filled.try_pace(replace(recipe, epochs=30))
    longer = again.expectation()  # at once: the pace of the same base, size and batch is known
    assert longer is not None and longer.seconds > expected.seconds
    assert not [job for job in filled.jobs.list() if "Try" in job.title]


def test_a_trial_that_fails_says_why(filled: Project) -> None:
    trial = filled.try_pace(Recipe(base="no/such-model"))
    assert trial.wait() is None and "no/such-model" in str(trial.status().reason)


PACE = Pace(
    learning=0.1,
    judging=0.01,
    decoding=0.001,
    memory=1,
    weights=1000,
    exact=600,
    wide=40,
    features=8,
    device="cpu",
    precision="float32",
    threads=2,
)


def test_what_is_expected_adds_up() -> None:
    quick = expect(PACE, Recipe(epochs=1), (100, 10, 10))
    whole = expect(PACE, Recipe(epochs=3), (100, 10, 10))
    assert whole.seconds - quick.seconds == pytest.approx(2 * (100 * 0.1 + 10 * 0.01)) and quick.disk < whole.disk
    assert json.dumps([quick.memory, whole.memory]) == "[1, 1]"


def test_the_disk_holds_weights_what_was_said_and_steps_and_the_cache_what_was_decoded() -> None:
    one = expect(PACE, Recipe(epochs=3, batch_size=10), (100, 10, 20))
    steps = 2 * 10
    assert one.disk == 5 * 1000 + SAID * (3 * 10 + 20) + LINE * (steps + 110 // HEAD_BATCH) + EVENT * steps
    assert one.cache == 100 * 40 + 10 * 600 + (2 * 100 + 10) * 8
    assert expect(PACE, Recipe(augmentation="none", head_first=False), (100, 10, 20)).cache == 110 * 600
    assert expect(PACE, Recipe(), (100, 10, 20), room=50).cache == 50
    assert EVENTS == MOST_STEPS


def test_what_is_said_of_an_image_takes_about_as_much_as_is_reckoned(tmp_path: Path) -> None:
    keys = [sha256(str(number).encode()).hexdigest() for number in range(500)]
    write_said(tmp_path / "said" / "valid-0001.npz", keys, np.random.default_rng(0).dirichlet(np.ones(20), 500))
    assert (tmp_path / "said" / "valid-0001.npz").stat().st_size / 500 == pytest.approx(SAID, rel=0.2)


def test_a_base_that_is_gone_or_away_is_said_before_the_start(filled: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [one for one in filled.review().warnings if "base" in one]
    gone = filled.review(Recipe(base="/gone/away")).warnings[0]
    assert gone == "The base '/gone/away' is a folder that is not there; a training needs it. Bring it back, or choose another base."
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "'ann/birds' is not on this machine, and the hub may not be asked" in filled.review(Recipe(base="ann/birds")).warnings[0]
    monkeypatch.delenv("HF_HUB_OFFLINE")
    assert "it is fetched from the hub when the training starts" in filled.review(Recipe(base="ann/birds")).warnings[0]
