"""Runs as scripts meet them: left, stopped, interrupted, found again by another process, asked."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from cvwidgets import Project, Recipe, jobs
from cvwidgets.errors import BaseUnavailable, NoModel, UnknownRun, UnreadablePicture
from cvwidgets.project import Run
from tests.tried import give_best, tried_run

LONG = {"epochs": 500, "image_size": 32, "precision": "float32"}
FOLLOW = (
    "import sys; from cvwidgets import Project\nfor epoch in Project(sys.argv[1]).runs.latest().follow(): print(epoch.number, flush=True)"
)

WAIT = """
import sys
from cvwidgets import Project
run = Project(sys.argv[1]).runs.latest()
print("go", flush=True)
for epoch in run.follow(): pass
"""


@pytest.fixture
def endless(filled: Project) -> Iterator[Run]:
    """A run of 500 epochs, stopped in the end."""
    run = filled.runs.start(Recipe.from_json(LONG))
    yield run
    run.stop()


def ended(run: Run) -> str:
    """The state of a run at its end."""
    *_, last = run.watch()
    return last.status.state


@pytest.mark.slow
def test_a_run_left_alone_goes_on_until_it_is_stopped_and_keeps_its_best(filled: Project) -> None:
    filled.models.promote(give_best(tried_run(filled, wrong=[0]), 0))
    for epoch in filled.train(**LONG):
        assert epoch.best
        break
    run = filled.runs.latest()
    assert run.status().state == "running"
    run.stop()
    assert ended(run) == "stopped"
    assert (run.evaluation(), filled.models.promote(run).labels) == (None, ("blue", "red"))
    assert filled.models.beside(2, 1).sentence == "It cannot be compared with model 1: model 2 is tried on its test images only now."
    jobs.wait(run.folder / "evaluating")
    evaluation = run.evaluation()
    assert evaluation is not None
    assert (evaluation.part, evaluation.images) == ("test", 2)
    assert "On 2 test images" in (filled.models.get(2).folder / "README.md").read_text()


@pytest.mark.slow
def test_another_process_follows_the_same_run_from_its_first_epoch(filled: Project, endless: Run) -> None:
    with subprocess.Popen([sys.executable, "-c", FOLLOW, str(filled.folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert [process.stdout.readline().strip() for _ in range(3)] == ["1", "2", "3"]
        process.send_signal(signal.SIGKILL)
    assert endless.status().state == "running"


@pytest.mark.slow
def test_ctrl_c_while_waiting_asks_the_run_to_stop(filled: Project, endless: Run) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAIT, str(filled.folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        next(epoch for epoch in endless.follow() if epoch.number > 5)  # by then it waits, but for the blink of an eye
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert ended(endless) == "stopped"


@pytest.mark.slow
def test_runs_are_found_by_number_and_none_is_ever_overwritten(filled: Project) -> None:
    for _ in range(2):
        assert len(list(filled.train(Recipe(epochs=1, image_size=32), precision="float32"))) == 1
    assert [run.name for run in filled.runs.list()] == ["0001", "0002"]
    assert filled.runs.get("1").folder.name == "0001"
    with pytest.raises(UnknownRun, match="'7'"):
        filled.runs.get("7")
    first, second = filled.models.promote("1"), filled.models.promote("0002")
    assert (first.version, second.version, filled.models.production()) == (1, 2, second)
    assert filled.models.promote("0001").version == 1


@pytest.mark.slow
def test_a_run_without_a_checkpoint_cannot_be_promoted(filled: Project) -> None:
    run = filled.runs.start(Recipe(base="no/such-model-anywhere"))
    assert ended(run) == "failed"
    assert "no/such-model-anywhere" in str(run.status().reason)
    with pytest.raises(NoModel, match="checkpoint"):
        filled.models.promote(run)


@pytest.mark.slow
def test_predictions_come_in_order_and_a_bad_file_does_not_end_them(filled: Project, heap: Path, draw: Callable[..., Path]) -> None:
    list(filled.train(epochs=4))
    filled.models.promote(filled.runs.latest())
    (heap / "bad.jpg").write_text("no picture")
    paths = [draw("r.jpg", seed=50, color="red"), heap / "bad.jpg", draw("b.jpg", seed=51, color="blue")]
    answers = list(filled.predict_many(paths, top=1))
    assert [answer.path for answer in answers] == [str(path) for path in paths]
    assert [answer.predictions[0].label for answer in answers if answer.predictions] == ["red", "blue"]
    with pytest.raises(UnreadablePicture):
        filled.predict(heap / "bad.jpg")


@pytest.mark.slow
def test_a_model_that_was_registered_stays_as_it_is_when_its_run_goes_on(filled: Project) -> None:
    list(filled.train(epochs=1, image_size=32, precision="float32"))
    run = filled.runs.latest()
    model = filled.models.promote(run)
    weights = (model.folder / "model.safetensors").read_bytes()
    save_file({"other": np.zeros(1)}, run.folder / "best" / "model.safetensors")
    assert (model.folder / "model.safetensors").read_bytes() == weights
    assert filled.models.promote(run).version == 2


@pytest.mark.slow
def test_a_base_in_a_folder_is_found_wherever_the_job_works(filled: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    list(filled.train(epochs=1, image_size=32, precision="float32"))
    monkeypatch.chdir(filled.runs.latest().folder)
    assert [epoch.number for epoch in filled.train(base="best", epochs=1, image_size=32, precision="float32")] == [1]
    with pytest.raises(BaseUnavailable, match="no model"):
        filled.train(base=str(tmp_path))
    assert len(filled.runs.list()) == 2


@pytest.mark.slow
def test_another_training_seed_is_tested_on_the_same_images(filled: Project) -> None:
    for seed in (0, 1):
        run = filled.runs.start(Recipe.from_json({**LONG, "seed": seed}))
        run.stop()
        ended(run)
    snapshots = {json.loads((run.folder / "run.json").read_text())["snapshot"] for run in filled.runs.list()}
    assert len(snapshots) == 1


@pytest.mark.slow
def test_what_a_run_leaves_out_is_said(filled: Project, heap: Path) -> None:
    shutil.copy(heap / "red" / "0.jpg", heap / "blue" / "also.jpg")
    filled.images.add(heap)
    run = filled.runs.start(Recipe.from_json(LONG))
    run.stop()
    ended(run)
    left, unseen = run.left_out()
    assert left.startswith("1 kept image left out: in conflict") and "compared" in unseen


@pytest.mark.slow
def test_a_run_whose_folder_was_deleted_is_lost_and_the_others_are_there(filled: Project) -> None:
    run = filled.runs.start(Recipe.from_json(LONG))
    run.stop()
    ended(run)
    shutil.rmtree(run.folder)
    assert [(run.name, run.status().state) for run in filled.runs.list()] == [("0001", "lost")]
