"""The loss of each step, as a page is told it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cvwidgets.widgets.losses import MOST, StepLosses


def write(file: Path, epoch: int, numbers: range, of: int, *, mode: str = "a") -> None:
    with file.open(mode) as stream:
        stream.writelines(json.dumps({"epoch": epoch, "number": number, "of": of, "loss": float(number)}) + "\n" for number in numbers)


def test_steps_are_told_as_they_come_and_those_of_a_head_have_no_loss(tmp_path: Path) -> None:
    file, losses = tmp_path / "steps.jsonl", StepLosses(tmp_path / "steps.jsonl")
    assert losses.read() == []
    file.write_text('{"epoch": 1, "number": 8, "of": 60, "loss": null}\n')
    write(file, 2, range(1, 3), 4)
    assert losses.read() == [(1.25, 1.0), (1.5, 2.0)]
    write(file, 2, range(3, 5), 4)
    assert losses.read() == [(1.25, 1.0), (1.5, 2.0), (1.75, 3.0), (2.0, 4.0)]


def test_a_run_that_goes_on_tells_no_step_twice(tmp_path: Path) -> None:
    file, losses = tmp_path / "steps.jsonl", StepLosses(tmp_path / "steps.jsonl")
    write(file, 1, range(1, 8), 10)
    losses.read()
    write(file, 1, range(1, 4), 10, mode="w")
    assert [at for at, _ in losses.read()] == [0.1, 0.2, 0.3]


def test_very_many_steps_are_means_of_as_many_each(tmp_path: Path) -> None:
    write(tmp_path / "steps.jsonl", 1, range(1, 16 * MOST + 1), 16 * MOST)
    points = StepLosses(tmp_path / "steps.jsonl").read()
    assert len(points) == MOST and points[0] == (pytest.approx(8.5 / (16 * MOST), abs=1e-4), 8.5)
