"""How far a training is, and how long it still takes, from the lines that it writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cvwidgets.project.headway import headway
from cvwidgets.records import JobStatus

EPOCHS = {"epochs": 12, "batch_size": 16, "accumulation": 2}


def told(folder: Path, recipe: dict[str, object], epoch: object = None, step: object = None, *, seconds: float = 0) -> float | None:
    """The seconds left of a run that wrote these lines last and began so many seconds ago."""
    (folder / "recipe.json").write_text(json.dumps(recipe))
    for name, facts in (("epochs.jsonl", epoch), ("steps.jsonl", step)):
        (folder / name).write_text(json.dumps(facts) + "\n" if facts else "")
    started = datetime.now(UTC) - timedelta(seconds=seconds)
    return headway(folder, JobStatus("running", started=started.isoformat())).seconds_left


def at(epoch: int, number: int, pace: float = 16.0) -> dict[str, object]:
    return {"epoch": epoch, "number": number, "of": 50, "images_per_second": pace}


def test_epochs_to_come_take_as_long_as_the_last_one(tmp_path: Path) -> None:
    assert told(tmp_path, EPOCHS, {"number": 4, "seconds": 10.0}, at(5, 25)) == pytest.approx(75)
    assert (
        told(tmp_path, EPOCHS, {"number": 12, "seconds": 10.0}, at(12, 50)) is None
    )  # the test images are asked, for nobody knows how long


def test_the_head_says_nothing_of_the_epochs_after_it_but_their_steps_do(tmp_path: Path) -> None:
    recipe, head = {**EPOCHS, "head_first": True}, {"number": 1, "seconds": 0.4}
    assert told(tmp_path, recipe, head) is None and told(tmp_path, recipe, head, at(2, 2)) is None
    assert told(tmp_path, recipe, head, at(2, 25)) == pytest.approx(10.5 * 50 * 32 / 16)


def test_within_the_first_epoch_time_is_told_by_what_it_took_so_far_once_it_is_warm(tmp_path: Path) -> None:
    assert told(tmp_path, EPOCHS, step=at(1, 4), seconds=10) is None
    assert told(tmp_path, EPOCHS, step=at(1, 25), seconds=10) == pytest.approx(230, abs=5)
