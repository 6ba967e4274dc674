"""Asking about very many pictures from the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import Project
from tests.analyzed import analyzed
from tests.cli.conftest import Command


@pytest.fixture
def project(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    """A project with an analysis of two pictures and a broken file."""
    with Project(tmp_path / "p") as opened:
        opened.images.add(draw("heap/red/1.jpg", seed=1))
        analyzed(opened, [tmp_path / "heap/red/1.jpg", tmp_path / "2.jpg", tmp_path / "broken.jpg"], [[0.8, 0.2], [0.1, 0.9], []])
    return tmp_path / "p"


def test_an_analysis_is_looked_at_again_filtered_and_written(cvwidgets: Command, project: Path, tmp_path: Path) -> None:
    said = cvwidgets("analyze", "p", "--resume", "1", "--not-label", "blue", "--min-confidence", "0.5", "--out", "x.csv")
    assert "Analysis 0001: 3 of 3 images, by model 1 of run 0001; 1 could not be read." in said.stdout, said.stderr
    assert f"1 row is in {tmp_path / 'x.csv'}." in said.stdout
    with (tmp_path / "x.csv").open(newline="") as file:
        assert [(row["label"], row["confidence"]) for row in csv.DictReader(file)] == [("red", "0.9")]
    facts = json.loads(cvwidgets("analyze", "p", "--resume", "0001", "--json").stdout)
    assert (facts["labels"], facts["rows"], facts["written"]) == ({"blue": 1, "red": 1}, 2, None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Name one of these."),
        (["--resume", "7"], "There is no analysis '7'"),
        (["--resume", "1", "--label", "a", "--not-label", "b"], "Leave one of them out."),
        (["--resume", "1", "--min-confidence", "7"], "A confidence lies from 0 to 1"),
        (["--resume", "1", "--out", "x", "--format", "zip"], "no form 'zip'"),
        (["heap"], "No model is in production"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(cvwidgets: Command, project: Path, arguments: list[str], said: str) -> None:
    ended = cvwidgets("analyze", "p", *arguments)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1) and said in ended.stderr
