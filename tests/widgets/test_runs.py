"""What the page is told of runs, and what it does with those that are over: train further, start with smaller batches."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from cvwidgets import Project, jobs
from cvwidgets.errors import TrainingFailed
from cvwidgets.learn.shortage import naming_memory
from cvwidgets.project import Run, twins
from cvwidgets.widgets import TrainPanel
from tests.conftest import until
from tests.tried import tried_run

Open = Callable[..., Any]
CPU = {"labels": ["blue", "red"], "device": "cpu", "threads": 2, "precision": "bfloat16", "processor": "EPYC"}
KILLED = (
    "The job ended without a word; it was killed (mostly because the memory ran out), or the computer went down. "
    "Its log, if there is one, is {log}. Start it again."
)


def ends(run: Run, state: str, reason: str | None = None) -> None:
    (run.folder / "end.json").write_text(json.dumps({"state": state, "reason": reason, "started": None, "ended": None}))


def facts(project: Project) -> dict[str, Any]:
    return TrainPanel(project)._runs[0]


@pytest.mark.slow
def test_a_finished_run_is_trained_further_by_its_recipe(page: Open, project: Project) -> None:
    first = project.runs.start(project.recipes.get("quick"))
    jobs.wait(first.folder)
    panel = TrainPanel(project)
    opened = page(panel)
    recipe = opened.ask("further", run=first.name)["ok"]["recipe"]
    assert recipe["epochs"] == 5
    told = opened.ask("review", recipe=recipe, continues=first.name)["ok"]
    assert told["changes"]["run"] == first.name and told["warnings"][0].startswith("It begins with the best weights of run 0001")
    begun = {"recipe": {**recipe, "epochs": 1}, "continues": first.name, "beside": ""}
    second = project.runs.get(opened.ask("start", **begun)["ok"]["run"])
    jobs.wait(second.folder)
    panel.look(changed=True)
    assert [(run["name"], run["state"], run["continues"]) for run in panel._runs] == [("0002", "done", "0001"), ("0001", "done", None)]
    assert [run.name for run in panel.comparison.runs] == ["0001", "0002"]
    assert opened.ask("recipe_of", run="2")["ok"]["continues"] == "0001"


def test_a_start_that_nobody_wants_any_more_while_it_prepares_begins_nothing(
    page: Open, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepares = Event()

    def compare_for_long(_store: object, _outline: object, stop: Callable[[], bool]) -> None:
        prepares.set()
        until(stop)

    monkeypatch.setattr(twins, "seek", compare_for_long)
    opened = page(TrainPanel(project))
    opened.receive({"id": "start", "action": "start", "arguments": {"recipe": {}}})
    assert prepares.wait(10)
    opened.receive({"id": "stop", "action": "stop_starting", "arguments": {}})
    assert opened.answer("start", seconds=10)["ok"] == {"run": ""} and project.runs.list() == []


def test_a_run_that_is_to_go_on_from_one_with_another_split_is_refused_in_the_review(page: Open, project: Project) -> None:
    run = tried_run(project, wrong=[])
    (run.folder / "best").mkdir()
    (run.folder / "best" / "model.safetensors").write_bytes(b"weights")
    answer = page(TrainPanel(project)).ask("review", recipe={"split_seed": 3}, continues=run.name)
    assert answer["error"]["kind"] == "RecipeError" and "that of run 0001 is 0" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("differs", "words"),
    [
        ({}, "the processor, 2 threads, bfloat16"),
        ({"threads": 1, "processes": 3}, "the processor, 1 thread, bfloat16, 3 processes"),
        ({"device": "cuda:0", "processor": "NVIDIA H200"}, "NVIDIA H200, bfloat16"),
        ({"device": "mps", "precision": "float32"}, "Apple's graphics chip, float32"),
        ({"device": ""}, ""),
    ],
)
def test_a_run_says_on_what_it_computes(project: Project, differs: dict[str, Any], words: str) -> None:
    run = tried_run(project, wrong=[])
    (run.folder / "environment.json").write_text(json.dumps({**CPU, **differs}))
    assert facts(project)["computed"] == words


def test_a_run_says_which_images_it_could_not_read_and_what_to_do(project: Project) -> None:
    run = tried_run(project, wrong=[])
    left_out = [{"path": f"/heap/{number}.jpg", "reason": "the file is gone"} for number in range(5)]
    (run.folder / "environment.json").write_text(json.dumps({**CPU, "left_out": left_out}))
    gone = ", ".join(f"{number}.jpg (the file is gone)" for number in range(3))
    assert facts(project)["left_out"][-1] == (
        f"It went on without 5 images that could not be read: {gone} and 2 more. Bring them back or relink them for the next run."
    )
    (run.folder / "environment.json").write_text(json.dumps({**CPU, "left_out": left_out[:1]}))
    ends(run, "stopped")
    assert "without 1 image that could not be read: 0.jpg (the file is gone). Bring it back" in facts(project)["left_out"][-1]


def test_a_run_says_of_which_snapshot_it_learnt(project: Project) -> None:
    run = tried_run(project, wrong=[])
    told = facts(project)
    assert (told["snapshot"], sum(told["images"]), told["continues"]) == (run.snapshot, 20, None)


def out_of_memory(run: Run) -> str:
    with pytest.raises(TrainingFailed) as raised, naming_memory(run.recipe):
        raise MemoryError
    return str(raised.value)


@pytest.mark.slow
def test_a_run_whose_batches_were_too_large_is_started_again_with_smaller_ones(page: Open, project: Project) -> None:
    parent = project.runs.start(project.recipes.get("quick"))
    jobs.wait(parent.folder)
    run = tried_run(project, wrong=[], batch_size=16)
    ends(run, "failed", out_of_memory(run))
    panel = TrainPanel(project)
    assert panel._runs[0]["smaller"] == 8
    again = project.runs.get(page(panel).ask("start_smaller", run=run.name)["ok"]["run"])
    again.stop()
    jobs.wait(again.folder)
    assert (again.recipe.batch_size, again.recipe.accumulation, again.continues) == (8, 2, None)


@pytest.mark.parametrize(
    ("batch_size", "accumulation", "smaller", "words"),
    [
        (16, 1, 8, "Try batch_size 8 and accumulation 2. Each step then learns from the same pictures."),
        (15, 2, 5, "Try batch_size 5 and accumulation 6. Each step then learns from the same pictures."),
        (1, 4, None, "a smaller base, or close what else uses the memory, then start again."),
        (4, 1024, None, "a smaller base, or close what else uses the memory, then start again."),
    ],
)
def test_smaller_batches_are_offered_where_there_are_any_and_learn_the_same(
    page: Open, project: Project, batch_size: int, accumulation: int, smaller: int | None, words: str
) -> None:
    run = tried_run(project, wrong=[], batch_size=batch_size, accumulation=accumulation)
    ends(run, "failed", out_of_memory(run))
    told = facts(project)
    assert told["smaller"] == smaller and told["reason"].endswith(words)
    ends(run, "lost", KILLED.format(log=run.folder / "log.txt"))
    assert facts(project)["smaller"] == smaller
    if smaller is None:
        answer = page(TrainPanel(project)).ask("start_smaller", run=run.name)
        assert answer["error"]["kind"] == "RunError" and "has no smaller batches" in answer["error"]["message"]


def test_a_run_that_ended_for_another_reason_is_offered_no_smaller_batches(project: Project) -> None:
    run = tried_run(project, wrong=[])
    ends(run, "failed", "The loss is no number any more.")
    assert facts(project)["smaller"] is None
