"""Commands that tell what is wrong: by whose eyes, in words and as JSON."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Command


@pytest.fixture
def project(explored: Path, tmp_path: Path) -> Path:
    shutil.copytree(explored / "project", tmp_path / "project")
    return tmp_path / "project"


def test_mistakes_are_listed_with_what_is_suggested_and_by_whom(cvwidgets: Command, project: Path) -> None:
    rows = json.loads(cvwidgets("mistakes", project, "--json").stdout)
    assert {Path(row["path"]).name for row in rows[:2]} == {"wrong200.jpg", "wrong201.jpg"}
    assert (rows[0]["label"], rows[0]["suggested"]) == ("blue", "red") and rows[0]["label_probability"] < rows[0]["suggested_probability"]
    assert f"{len(rows)} suspected mistakes, by starter." in cvwidgets("mistakes", project).stdout
    assert json.loads(cvwidgets("mistakes", project, "--label", "red", "--json").stdout) == [row for row in rows if row["label"] == "red"]


def test_duplicates_are_listed_with_the_one_to_keep(cvwidgets: Command, project: Path) -> None:
    stacks = json.loads(cvwidgets("duplicates", project, "--json").stdout)
    assert ["3.jpg", "small.jpg"] in [[Path(path).name for path in stack["paths"]] for stack in stacks]
    said = cvwidgets("duplicates", project).stdout
    assert "2 images, under red:" in said and "small.jpg" in next(line for line in said.splitlines() if line.startswith("  copy"))


def test_a_model_that_is_not_there_is_refused_in_a_sentence(cvwidgets: Command, project: Path, explored: Path) -> None:
    ended = cvwidgets("neighbors", project, explored / "new.jpg", "--model", "7")
    assert ended.returncode == 1 and "There is no model '7'; 'starter', 'production' or the version of one is needed." in ended.stderr


@pytest.mark.slow
def test_neighbors_of_any_file_are_told_by_distance_and_by_whom(cvwidgets: Command, project: Path, explored: Path) -> None:
    ended = cvwidgets("neighbors", project, explored / "new.jpg", "-n", "3", "--label", "red")
    assert "Nearest to new.jpg · by starter." in ended.stdout and len(re.findall(r" red +0\.\d{3}\n", ended.stdout)) == 3
