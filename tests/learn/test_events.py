"""What TensorBoard reads of a run, by its own reader."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from cvwidgets.learn import iterate
from cvwidgets.learn.events import Events
from cvwidgets.learn.resuming import Progress
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch, Step

Drawn = Callable[..., Path]


@pytest.fixture
def recipe(tiny_base: Path) -> Recipe:
    return Recipe(base=str(tiny_base), epochs=3, batch_size=8, learning_rate=3e-3, precision="float32")


def read(run: Path) -> EventAccumulator:
    return EventAccumulator(str(run / "tensorboard"), size_guidance={"scalars": 0}).Reload()


def curve(run: Path, name: str) -> list[tuple[int, float]]:
    return [(event.step, pytest.approx(event.value)) for event in read(run).Scalars(name)]


def test_tensorboard_reads_what_the_run_says(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    records = list(iterate(drawn(), recipe, tmp_path / "run"))
    steps = [record for record in records if isinstance(record, Step) and record.loss is not None]
    epochs = [record for record in records if isinstance(record, Epoch)]
    for name, values in {"loss": "loss", "learning_rate": "lr", "images_per_second": "images_per_second"}.items():
        assert curve(tmp_path / "run", f"step/{name}") == [(at, getattr(step, values)) for at, step in enumerate(steps, 1)]
    for name in ("train_loss", "valid_loss", "valid_accuracy", "macro_f1"):
        assert curve(tmp_path / "run", f"epoch/{name}") == [(at, getattr(epoch, name)) for at, epoch in zip((0, 4, 8), epochs, strict=True)]
    [text] = read(tmp_path / "run").Tensors("recipe/text_summary")
    assert json.loads(text.tensor_proto.string_val[0]) == recipe.to_json()


@pytest.mark.parametrize("interrupted_after", [[30], [61, 3, 5], [63, 1, 1]])
def test_a_run_that_goes_on_writes_no_step_twice(drawn: Drawn, recipe: Recipe, tmp_path: Path, interrupted_after: list[int]) -> None:
    snapshot = drawn()
    for count in interrupted_after:
        records = iterate(snapshot, recipe, tmp_path / "run")
        list(islice(records, count))
        records.close()
    list(iterate(snapshot, recipe, tmp_path / "run"))
    assert list(iterate(snapshot, recipe, tmp_path / "run")) == []
    assert [at for at, _ in curve(tmp_path / "run", "step/loss")] == list(range(1, 9))
    assert [at for at, _ in curve(tmp_path / "run", "epoch/valid_loss")] == [0, 4, 8]


def test_steps_after_the_state_that_a_killed_run_goes_on_from_are_dropped(tmp_path: Path) -> None:
    def write(progress: Progress, numbers: range) -> None:
        events = Events(tmp_path, Recipe(epochs=2), progress, steps=10, without=1)
        for number in numbers:
            events.add(Step(2, number, 10, float(number), 0.1, 1.0))
        events.close()

    write(Progress(""), range(1, 8))
    write(Progress("", epoch=2, step=4), range(5, 11))
    assert [at for at, _ in curve(tmp_path, "step/loss")] == list(range(1, 11))


def test_very_many_steps_are_thinned_evenly(tmp_path: Path) -> None:
    events = Events(tmp_path, Recipe(epochs=1000), Progress(""), steps=1000, without=0)
    for number in range(1, 1001):
        events.add(Step(1, number, 1000, 1.0, 0.1, 1.0))
    events.close()
    assert [at for at, _ in curve(tmp_path, "step/loss")] == list(range(100, 1001, 100))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_disk_without_room_for_events_ends_their_writing_alone(
    small_disk: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (small_disk / "filler").write_bytes(b"\0" * 1_000_000)
    events = Events(small_disk, Recipe(epochs=1), Progress(""), steps=5000, without=0)
    for number in range(1, 5001):
        events.add(Step(1, number, 5000, 1.0, 0.1, 1.0))
    events.close()
    assert "Nothing more is written for TensorBoard" in caplog.text


def test_a_folder_that_cannot_be_made_ends_no_run(drawn: Drawn, recipe: Recipe, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run/tensorboard").write_bytes(b"in the way")
    assert len([record for record in iterate(drawn(), recipe, tmp_path / "run") if isinstance(record, Epoch)]) == 3
    assert caplog.text.count("Nothing more is written for TensorBoard") == 1
