"""What happens to a run when the project changes under it, its files are damaged, or the clock is set back."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from cvwidgets import Project, Recipe
from cvwidgets.errors import NoModel
from cvwidgets.jobs.lock import Lock
from cvwidgets.records import Step
from tests.project.test_runs import LONG, ended
from tests.tried import tried_run


@pytest.mark.slow
def test_labels_renamed_and_deleted_while_a_run_trains_change_nothing_of_it(filled: Project, heap: Path) -> None:
    run = filled.runs.start(Recipe.from_json({**LONG, "epochs": 4}))
    next(run.follow())
    run.stop()
    ended(run)
    filled.labels.rename("red", "crimson")
    filled.labels.delete("blue")
    run.resume()
    assert ended(run) == "done" and filled.models.promote(run).labels == ("blue", "red")
    scores = filled.runs.scores(run)
    assert scores.labels == ("blue", "crimson") and scores.gone == 1
    assert filled.predict(heap / "red/0.jpg")


@pytest.mark.slow
def test_a_run_whose_state_was_cut_short_fails_with_a_sentence_and_its_best_is_promoted(filled: Project) -> None:
    run = filled.runs.start(Recipe.from_json(LONG))
    next(run.follow())
    run.stop()
    ended(run)
    [tensors] = (run.folder / "resume").glob("*.safetensors")
    tensors.write_bytes(tensors.read_bytes()[:1000])
    run.resume()
    assert ended(run) == "failed"
    assert "is gone or cut short" in str(run.status().reason) and "Start a new run by the same recipe." in str(run.status().reason)
    assert filled.models.promote(run).version == 1


FULL = """
import errno, os, pathlib
sync, full = os.fsync, pathlib.Path(__file__).with_name("full")

def fsync(number):
    place = os.readlink(f"/proc/self/fd/{number}")
    if full.exists() and any(part in place for part in ("/.best/", "/resume/")):
        raise OSError(errno.ENOSPC, "No space left on device")
    sync(number)

os.fsync = fsync
"""
"""Run by Python as it begins, where it is told to look: a disk that has no room for checkpoints while the file `full` is there."""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux tells which file a number stands for")
def test_a_run_whose_checkpoint_finds_no_room_fails_with_a_sentence_and_its_best_is_promoted(
    filled: Project, heap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk/sitecustomize.py").write_text(FULL)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "disk"), prepend=os.pathsep)
    run = filled.runs.start(Recipe.from_json({**LONG, "choose_by": "last"}))
    next(run.follow())
    (tmp_path / "disk/full").touch()
    assert ended(run) == "failed"
    assert str(run.status().reason).startswith("The disk has no room left for the run in ")
    assert len(run.epochs()) < 500 and filled.jobs.list()[0].state == "failed"
    assert filled.models.promote(run).version == 1 and filled.predict(heap / "red/0.jpg")
    (tmp_path / "disk/full").unlink()
    before = len(run.epochs())
    run.resume()
    assert next(epoch for epoch in run.follow() if epoch.number > before)
    run.stop()
    assert ended(run) == "stopped"


def test_a_best_model_that_is_cut_short_is_not_promoted(filled: Project) -> None:
    run = tried_run(filled, wrong=[])
    (run.folder / "best").mkdir()
    (run.folder / "best/model.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{}")
    with pytest.raises(
        NoModel, match=r"The best model of run 0001 is cut short; promoting needs it whole. Choose another run, or train again."
    ):
        filled.models.promote(run)
    assert filled.models.list() == []


def test_a_clock_set_back_changes_no_order_of_runs_and_makes_no_time_negative(filled: Project) -> None:
    first = tried_run(filled, wrong=[0])
    with closing(sqlite3.connect(filled.folder / "catalog.db")) as connection, connection:
        connection.execute("UPDATE runs SET created = '2099' || substr(created, 5)")  # the first run, by a clock that ran ahead
    second = tried_run(filled, wrong=[])
    assert [run.name for run in filled.runs.list()] == [first.name, second.name] and filled.runs.latest().name == second.name
    (second.folder / "end.json").unlink(), (second.folder / "epochs.jsonl").unlink()
    (second.folder / "steps.jsonl").write_text(json.dumps(asdict(Step(1, 1, 2, 0.5, 0.1, 9.0))) + "\n")
    (second.folder / "job.json").write_text(json.dumps({"title": "Train", "id": "x", "started": "2099-01-01T00:00:00.000+00:00"}))
    (second.folder / "job.lock").touch()
    with Lock(second.folder / "job.lock"):
        job = filled.jobs.list()[0]
    assert (job.state, job.seconds_left) == ("running", 0.0)
