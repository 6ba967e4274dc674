"""Recipes from a terminal, and what is said before a training starts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import Project, Recipe
from tests.cli.conftest import Command
from tests.tried import tried_run


@pytest.fixture
def project(draw: Callable[..., Path], tmp_path: Path) -> Path:
    """Five red and five blue pictures that are kept."""
    for seed in range(5):
        draw(f"heap/red/{seed}.jpg", seed=seed, color="red")
        draw(f"heap/blue/{seed}.png", seed=10 + seed, color="blue")
    with Project(tmp_path / "p") as opened:
        opened.images.add(tmp_path / "heap")
    return tmp_path / "p"


def test_recipes_are_listed_printed_as_json_and_kept_under_a_name(cvwidgets: Command, project: Path, tmp_path: Path) -> None:
    assert "epochs 30" in cvwidgets("recipes", "p").stdout
    printed = cvwidgets("recipes", "p", "thorough").stdout
    assert Recipe.from_text(printed).patience == 8 and printed.count("\n") > 20
    (tmp_path / "mine.json").write_text(json.dumps({**json.loads(printed), "epochs": 9, "base": "/gone", "split": [0.8, 0.1, 0.1]}))
    kept = cvwidgets("recipes", "p", "mine.json", "--save", "mine").stdout
    assert kept == "Kept as 'mine'. Train by it: cvwidgets train p --recipe mine\n"
    listed = json.loads(cvwidgets("recipes", "p", "--json").stdout)
    assert [one["name"] for one in listed] == ["quick", "standard", "thorough", "mine"]
    assert Recipe.from_json(listed[-1]["recipe"]).split == (0.8, 0.1, 0.1)
    assert "There is no recipe 'yours'" in cvwidgets("recipes", "p", "yours").stderr
    assert cvwidgets("recipes", "p", "--save", "mine").returncode == 2


def test_help_of_train_says_what_is_usual(cvwidgets: Command) -> None:
    said = " ".join(cvwidgets("train", "--help").stdout.split())
    assert "larger needs more memory. Usual: 8 to 64." in said and "Usual: 0.0001 to 0.003." in said


@pytest.mark.slow
def test_a_dry_run_says_what_a_run_would_do_and_starts_none(cvwidgets: Command, project: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text('{"epochs": 3, "image_size": 32, "batch_size": 2}')
    said = cvwidgets("train", "p", "--recipe", "mine.json", "--dry-run").stdout
    assert "About 6 images to learn from, 2 to choose the best epoch by, 2 to be judged by at the end." in said
    assert "There is no run before it" in said and "'blue' has 5 images kept" in said
    assert [line.split() for line in said.splitlines() if line.startswith(("red ", "epochs "))] == [["red", "5"], ["epochs", "3", "12"]]
    assert " on cpu" in said and "of disk, and up to" in said and said.endswith("without --dry-run starts it.\n")
    facts = json.loads(cvwidgets("train", "p", "--recipe", "mine.json", "--dry-run", "--json").stdout)
    assert (facts["review"]["images"], facts["recipe"]["epochs"], facts["expected"]["device"]) == ([6, 2, 2], 3, "cpu")
    failed = cvwidgets("train", "p", "--base", "no/such-model", "--dry-run").stdout
    assert "How long it takes is not known." in failed and "'no/such-model' is not on this machine" in failed
    with Project(project) as opened:
        assert not opened.runs.list()


def test_a_plain_train_says_what_to_know_before_it_starts_or_cannot(cvwidgets: Command, project: Path) -> None:
    with Project(project) as opened:
        tried_run(opened, wrong=[])
        opened.images.view(opened.images.select("red", "kept").ids[:1]).assign("blue")
    said = cvwidgets("train", "p", "--split-by", "folder")
    assert said.returncode == 1 and "by folder, and each part needs a whole one" in said.stderr
    lines = said.stdout.splitlines()
    assert lines[0] == "About 6 images to learn from, 2 to choose the best epoch by, 2 to be judged by at the end."
    assert lines[1] == "1 image changed since run 0001: 1 under another label."
    assert any("'red' has 4 images kept" in line for line in lines)


@pytest.mark.slow
def test_what_a_training_says_beforehand_stands_above_its_epochs(cvwidgets: Command, project: Path) -> None:
    said = cvwidgets("train", "p", "--epochs", "1", "--image-size", "32").stdout
    assert said.startswith("About 6 images to learn from") and said.index("'red' has 5 images kept") < said.index("Run 0001: 1 epoch from")
    assert "Run 0001 is done." in said and said.count("'red' has 5 images kept") == 1
