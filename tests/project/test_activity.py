"""All jobs of a project in one list: what runs, how far it is, and how the others ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project, Recipe
from cvwidgets.errors import JobError

Draw = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path, draw: Draw) -> Iterator[Project]:
    for number in range(12):
        draw(f"heap/{'red' if number % 2 else 'blue'}/{number}.jpg", seed=number, color="red" if number % 2 else "blue")
    (tmp_path / "heap" / "red" / "broken.jpg").write_text("no picture")
    with Project(tmp_path / "p") as opened:
        yield opened


def test_an_import_is_listed_with_what_came_of_it(project: Project, tmp_path: Path) -> None:
    assert project.jobs.list() == ()
    list(project.images.start_adding([tmp_path / "heap"]).reports())
    (job,) = project.jobs.list()
    assert (job.kind, job.state, job.share, job.sentence) == ("import", "done", 1.0, "12 added, 1 refused")
    assert job.title == "Add heap" and job.ended is not None and not job.stoppable
    assert project.jobs.list() == (job,)


@pytest.mark.slow
def test_a_training_is_first_while_it_runs_tells_how_far_it_is_and_can_be_stopped(project: Project, tmp_path: Path) -> None:
    list(project.images.start_adding([tmp_path / "heap"]).reports())
    run = project.runs.start(Recipe(epochs=300, image_size=64, head_first=False))
    epochs = run.follow()
    next(epochs)
    first, second = project.jobs.list()
    assert (first.kind, second.kind, first.stoppable) == ("training", "import", True)
    assert first.share is not None and 0 < first.share < 0.9 and first.seconds_left is not None and "of 300" in first.sentence
    project.jobs.stop(first.name)
    assert all(epochs)
    first = project.jobs.list()[0]
    assert first.state == "stopped" and first.seconds_left is None
    assert isinstance(project.jobs.log(first.name), str)


def test_a_run_whose_facts_cannot_be_read_hides_no_other_job(project: Project, tmp_path: Path) -> None:
    list(project.images.start_adding([tmp_path / "heap"]).reports())
    (tmp_path / "p" / "runs" / "0001").mkdir(parents=True)
    for name, facts in (("job.json", {"title": "Train run 0001"}), ("epochs.jsonl", {"number": "first"}), ("recipe.json", {"epochs": 3})):
        (tmp_path / "p" / "runs" / "0001" / name).write_text(json.dumps(facts) + "\n")
    lost, done = project.jobs.list()
    assert (lost.title, lost.state, lost.share, lost.sentence) == ("Train run 0001", "lost", None, "What it wrote cannot be read.")
    assert done.state == "done"


def test_of_a_long_log_the_last_lines_are_told(project: Project, tmp_path: Path) -> None:
    work = project.images.start_adding([tmp_path / "heap"])
    list(work.reports())
    (work.folder / "log.txt").write_text("".join(f"line {n}\n" for n in range(50_000)))
    (job,) = project.jobs.list()
    assert project.jobs.log(job.name, lines=2) == "line 49998\nline 49999\n"
    assert len(project.jobs.log(job.name).splitlines()) == 200


@pytest.mark.parametrize("name", ["", "runs/9999", "../p/runs", "/etc", "work/../runs/0001"])
def test_a_job_that_is_not_there_is_refused(project: Project, name: str) -> None:
    for ask in (project.jobs.stop, project.jobs.log):
        with pytest.raises(JobError, match="no job"):
            ask(name)
