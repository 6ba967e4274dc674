"""A run as one file for others, by the messages that the page sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.project import Run
from cvwidgets.widgets import ReportPanel, TrainPanel
from tests.conftest import draw_picture, until
from tests.tried import tried_run

Open = Callable[..., object]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    for seed in range(10):
        draw_picture(tmp_path / f"heap/{'elk' if seed % 2 else 'bison'}/{seed}.jpg", seed)
    with Project(tmp_path / "herd") as opened:
        opened.images.add(tmp_path / "heap")
        yield tried_run(opened, wrong=[0])


@pytest.fixture
def project(run: Run) -> Iterator[Project]:
    with Project(run.folder.parent.parent) as opened:
        yield opened


def test_a_report_is_written_and_given_to_the_browser_whole(page: Open, project: Project, run: Run) -> None:
    panel = ReportPanel(project, run)
    assert (panel._report["over"], panel._report["file"], panel._report["job"]) == (True, None, None)
    door = page(panel)
    assert "ok" in door.ask("write", run="0001")
    until(lambda: panel.look(changed=False) or panel._report["job"]["state"] == "done")
    answer = door.ask("download", run="0001")
    assert answer["ok"] == {"name": "herd-run-0001.html"} and bytes(answer["buffers"][0]).startswith(b"<!doctype html>")
    assert panel._report["file"]["size"] == len(answer["buffers"][0])


def test_a_report_that_is_not_there_any_more_is_said(page: Open, project: Project, run: Run) -> None:
    error = page(ReportPanel(project, run)).ask("download", run="0001")["error"]
    assert error["message"].startswith("The report 'herd-run-0001.html' is not there any more")


def test_train_offers_the_report_of_the_run_that_it_shows(project: Project) -> None:
    other = tried_run(project, wrong=[])
    panel = TrainPanel(project)
    assert panel.report._report["run"] == other.name
    panel.show_run("0001")
    assert panel.report._report["run"] == "0001"
