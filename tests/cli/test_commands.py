"""The command line, as people type it: facts, JSON, and one sentence for an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]
COMMANDS = ("add", "status", "train", "stop", "resume", "runs", "promote", "predict", "relink", "app", "lab", "demo")


@pytest.fixture
def cvwidgets(tmp_path: Path) -> Command:
    """Runs `python -m cvwidgets …` in `tmp_path`."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "CVWIDGETS_WORKER_IDLE": "5", "NO_COLOR": "1", "COLUMNS": "120"}
        command = [sys.executable, "-m", "cvwidgets", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def heap(draw: Callable[..., Path], tmp_path: Path) -> Path:
    """Two sub-folders of five red and five blue pictures."""
    for seed in range(5):
        draw(f"heap/red/{seed}.jpg", seed=seed, color="red")
        draw(f"heap/blue/{seed}.png", seed=10 + seed, color="blue")
    return tmp_path / "heap"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(cvwidgets: Command, command: str) -> None:
    said = cvwidgets(command, "--help")
    assert said.returncode == 0
    assert f"Example: cvwidgets {command}" in said.stdout


def test_the_whole_loop_from_a_terminal(cvwidgets: Command, heap: Path) -> None:
    added = json.loads(cvwidgets("add", "p", str(heap), "--json").stdout)
    assert (added["added"], added["refused"]) == (10, [])
    trained = cvwidgets("train", "p", "--epochs", "1", "--json")
    assert trained.returncode == 0, trained.stderr
    epoch, end = map(json.loads, trained.stdout.splitlines())
    assert (epoch["number"], end["state"], end["evaluation"]["part"]) == (1, "done", "test")
    assert cvwidgets("promote", "p", "1").stdout == "Model 1, from run 0001, is in production.\n"
    asked = json.loads(cvwidgets("predict", "p", str(heap / "red" / "0.jpg"), "--json").stdout)
    assert {p["label"] for p in asked["predictions"]} == {"red", "blue"}
    [run] = json.loads(cvwidgets("runs", "p", "--json").stdout)
    assert (run["state"], run["production"]) == ("done", True)
    assert "red" in cvwidgets("status", "p").stdout


def test_an_error_is_one_sentence_and_exit_code_one(cvwidgets: Command) -> None:
    said = cvwidgets("status", "nowhere")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("There is no project in 'nowhere'")
    assert "Traceback" not in said.stderr


def test_a_wrong_value_is_one_sentence(cvwidgets: Command, heap: Path) -> None:
    cvwidgets("add", "p", str(heap))
    said = cvwidgets("train", "p", "--learning-rate", "7")
    assert (said.returncode, said.stderr.count("\n")) == (1, 1)
    assert "learning_rate" in said.stderr


def test_a_file_that_is_no_picture_is_said_and_the_exit_code_tells(cvwidgets: Command, heap: Path) -> None:
    cvwidgets("add", "p", str(heap))
    said = cvwidgets("predict", "p", "nothing.jpg")
    assert said.returncode == 1
    assert "Train" in said.stderr
