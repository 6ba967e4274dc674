"""Reports from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cvwidgets import Project
from tests.cli.conftest import Command
from tests.conftest import draw_picture
from tests.tried import tried_run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two runs that were tried."""
    for seed in range(10):
        draw_picture(tmp_path / f"heap/{'elk' if seed % 2 else 'bison'}/{seed}.jpg", seed)
    with Project(tmp_path / "herd") as opened:
        opened.images.add(tmp_path / "heap")
        tried_run(opened, wrong=[0])
        tried_run(opened, wrong=[])
    return tmp_path / "herd"


def test_a_run_becomes_a_file_under_the_name_that_was_given(cvwidgets: Command, project: Path, tmp_path: Path) -> None:
    said = cvwidgets("report", "herd", "1", "first.html").stdout
    assert said.startswith(f"The report of run 0001 is {tmp_path / 'first.html'} (0.") and (tmp_path / "first.html").is_file()


def test_without_a_name_it_is_the_latest_run_and_lies_in_the_project(cvwidgets: Command, project: Path) -> None:
    facts = json.loads(cvwidgets("report", "herd", "--json").stdout)
    file = project / "exports" / "herd-run-0002.html"
    assert facts == {"run": "0002", "file": str(file), "size": file.stat().st_size}


def test_what_cannot_be_written_is_one_sentence(cvwidgets: Command, project: Path) -> None:
    assert cvwidgets("report", "herd", "9").stderr.startswith("There is no run '9'")
    assert cvwidgets("report", "herd", "1", "first.pdf").stderr.startswith("A report is one HTML file, and 'first.pdf' is no name of one.")
