"""Training and asking by the messages that the page sends, and the workbench around them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from cvwidgets import Project, Recipe, jobs
from cvwidgets.jobs.lock import Lock
from cvwidgets.project import Run
from cvwidgets.records import Epoch
from cvwidgets.widgets import EpochTable, TrainPanel
from tests.tried import tried_run

Draw = Callable[..., Path]
Open = Callable[..., object]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(tmp_path / "project") as opened:
        yield opened


def epoch(number: int, accuracy: float, *, best: bool) -> Epoch:
    return Epoch(number, 1.0, 1.0, accuracy, accuracy, 1e-3, 20.0, 3.0, best)


# ---- train


def test_the_epochs_of_a_run_are_read_from_its_folder(tmp_path: Path) -> None:
    lines = [json.dumps(asdict(one)) for one in (epoch(1, 0.5, best=True), epoch(2, 0.4, best=False))]
    (tmp_path / "epochs.jsonl").write_text("\n".join(lines) + "\n")
    table = EpochTable(Run("0001", tmp_path, Recipe(epochs=3)))
    assert [row["number"] for row in table._rows] == [1, 2] and table._words["of"] == 3


def test_an_epoch_of_an_older_version_has_no_memory(tmp_path: Path) -> None:
    facts = asdict(epoch(1, 0.5, best=True))
    del facts["memory"], facts["device_memory"]
    (tmp_path / "epochs.jsonl").write_text(json.dumps(facts) + "\n")
    assert EpochTable(Run("0001", tmp_path, Recipe()))._rows[0]["memory"] is None


def test_the_command_that_opens_tensorboard_is_told_once_there_is_something_to_open(tmp_path: Path) -> None:
    run = Run("0001", tmp_path / "it's my heap; $HOME" / "runs" / "0001", Recipe())
    assert EpochTable(run)._words["tensorboard"] == ""
    (run.folder / "tensorboard").mkdir(parents=True)
    told = EpochTable(run)._words["tensorboard"]
    assert shlex.split(told) == ["tensorboard", "--logdir", str(run.folder.parent)]


def test_the_seconds_left_of_a_run_are_told_while_it_runs(tmp_path: Path) -> None:
    for name, facts in (
        ("recipe.json", Recipe(epochs=4, head_first=False).to_json()),
        ("epochs.jsonl", asdict(epoch(1, 0.5, best=True))),
        ("job.json", {"title": "Train", "id": "x", "started": "2026-01-01T00:00:00.000+00:00"}),
    ):
        (tmp_path / name).write_text(json.dumps(facts) + "\n")
    (tmp_path / "job.lock").touch()
    run = Run("0001", tmp_path, Recipe(epochs=4, head_first=False))
    with Lock(tmp_path / "job.lock"):
        assert EpochTable(run)._words["left"] == 9.0
    assert EpochTable(run)._words["left"] is None


def test_epochs_from_anywhere_make_a_table() -> None:
    assert EpochTable([epoch(1, 0.5, best=True)])._rows[0]["valid_accuracy"] == 0.5
    assert EpochTable()._words["empty"].startswith("No epochs yet")


def test_too_few_images_are_said_where_training_was_started(page: Open, project: Project, draw: Draw, tmp_path: Path) -> None:
    draw("source/owl/1.jpg")
    project.images.add(tmp_path / "source")
    panel = TrainPanel(project)
    answer = page(panel).ask("start", recipe={"epochs": 1})
    assert answer["error"]["kind"] == "TooFewImages" and panel._runs == []


@pytest.mark.parametrize("recipe", [{"epochs": 0}, {"epochs": "many"}, {"bogus": 1}, {"split": [1, 1, 1]}, {"base": ""}])
def test_a_recipe_that_cannot_be_is_refused_with_a_sentence(page: Open, project: Project, recipe: dict) -> None:
    assert page(TrainPanel(project)).ask("start", recipe=recipe)["error"]["kind"] == "RecipeError"


@pytest.mark.parametrize("name", ["stop", "resume", "promote", "show_run", "read_log"])
def test_a_run_that_is_not_there_is_an_answer(page: Open, project: Project, name: str) -> None:
    assert page(TrainPanel(project)).ask(name, run="../../etc")["error"]["kind"] == "UnknownRun"


def test_the_form_offers_the_starter(page: Open, project: Project) -> None:
    assert "starter" in {base["name"] for base in page(TrainPanel(project)).ask("bases")["ok"]["bases"]}


@pytest.fixture
def trainable(project: Project, draw: Draw, tmp_path: Path) -> Project:
    """A project of two labels that can train."""
    for seed in range(5):
        draw(f"heap/red/{seed}.jpg", seed=seed, color="red")
        draw(f"heap/blue/{seed}.jpg", seed=10 + seed, color="blue")
    project.images.add(tmp_path / "heap")
    return project


def test_the_form_is_told_which_columns_of_lists_there_are_to_split_by(page: Open, trainable: Project, tmp_path: Path) -> None:
    panel = TrainPanel(trainable)
    assert panel._kept["columns"] == ()
    rows = [f"{color}/{seed}.jpg,{color},site {seed // 2}" for color in ("red", "blue") for seed in range(5)]
    (tmp_path / "heap" / "list.csv").write_text("\n".join(["file,label,<b>site</b>", *rows]))
    trainable.images.add(tmp_path / "heap" / "list.csv")
    panel.look(changed=True)
    assert panel._kept["columns"] == ("<b>site</b>",)
    warnings = page(panel).ask("review", recipe={"split_by": "column:<b>site</b>"})["ok"]["warnings"]
    assert "Split by <b>site</b>: 3 groups, each whole in one part." in warnings
    refused = page(panel).ask("start", recipe={"split_by": "column:day"})["error"]
    assert refused["kind"] == "RecipeError" and "author, page, provider, query, <b>site</b> are known" in refused["message"]


def states(panel: TrainPanel) -> dict[str, str]:
    panel.look(changed=True)
    return {run["name"]: run["state"] for run in panel._runs}


@pytest.mark.slow
def test_a_run_that_is_started_behind_another_waits_and_does_not_take_its_place_on_the_page(page: Open, trainable: Project) -> None:
    panel = TrainPanel(trainable)
    opened = page(panel)
    recipe = {"base": "starter", "epochs": 500, "image_size": 32, "precision": "float32"}
    first = opened.ask("start", recipe=recipe)["ok"]["run"]
    next(trainable.runs.get(first).follow())
    second = opened.ask("start", recipe=recipe)["ok"]["run"]
    assert (panel._run, states(panel)) == (first, {first: "running", second: "waiting"})
    assert TrainPanel(trainable)._run == first
    for name in (second, first):
        opened.ask("stop", run=name)
        jobs.wait(trainable.runs.get(name).folder)
    assert states(panel) == {first: "stopped", second: "stopped"}


def test_a_run_that_failed_and_goes_on_from_another_page_is_seen(trainable: Project) -> None:
    run = tried_run(trainable, wrong=[])
    end = {"reason": "It failed.", "started": None, "ended": None}
    (run.folder / "end.json").write_text(json.dumps({**end, "state": "failed"}))
    panel = TrainPanel(trainable)
    assert states(panel) == {run.name: "failed"}
    (run.folder / "end.json").write_text(json.dumps({**end, "state": "done"}))
    assert states(panel) == {run.name: "done"}


@pytest.mark.slow
def test_a_run_that_failed_says_why_without_a_path_and_its_log_is_read(page: Open, trainable: Project) -> None:
    panel = TrainPanel(trainable)
    opened = page(panel)
    run = trainable.runs.get(opened.ask("start", recipe={"epochs": 2, "base": "no/such-model"})["ok"]["run"])
    assert jobs.wait(run.folder).state == "failed"
    panel.look(changed=True)
    [facts] = panel._runs
    assert facts["sentence"] == "Failed before its first epoch was done" and "no/such-model" in facts["reason"]
    assert "no/such-model" in opened.ask("read_log", run=run.name)["ok"]["log"]


@pytest.mark.slow
def test_an_error_that_nobody_expected_is_told_in_three_beats_with_the_log_beneath(page: Open, trainable: Project) -> None:
    run = trainable.runs.start(Recipe(base="no/such-model"))
    jobs.wait(run.folder)
    reason = f"The job ended with ValueError: bad; the log has the rest: {run.folder / 'log.txt'}"
    (run.folder / "end.json").write_text(json.dumps({"state": "failed", "reason": reason, "started": None, "ended": None}))
    [facts] = TrainPanel(trainable)._runs
    said = "The training ended with ValueError: bad. Images and other runs are as they were. Read the log beneath, then try again."
    assert facts["reason"] == said


def test_a_run_that_is_over_is_read_again_when_another_kernel_makes_something_of_it(trainable: Project) -> None:
    run = tried_run(trainable, wrong=[0])
    figures = (run.folder / "evaluation.json").read_bytes()
    (run.folder / "evaluation.json").unlink()
    (run.folder / "end.json").write_text(json.dumps({"state": "stopped", "reason": None, "started": None, "ended": None}))
    panel = TrainPanel(trainable)
    assert (panel._runs[0]["state"], panel._runs[0]["test"]) == ("stopped", None)
    (run.folder / "evaluation.json").write_bytes(figures)
    panel.look(changed=False)
    assert panel._runs[0]["test"]["images"] > 0
