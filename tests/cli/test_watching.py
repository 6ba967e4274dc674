"""A folder that is watched from a terminal, until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import Project
from tests.cli.conftest import Command
from tests.conftest import until

Draw = Callable[..., Path]


def test_watching_begins_with_a_folder_that_is_there_and_says_what_is_watched(cvwidgets: Command, draw: Draw, tmp_path: Path) -> None:
    assert "does not exist" in cvwidgets("watch", "animals", "nowhere").stderr and not (tmp_path / "animals").exists()
    assert "There is no project" in cvwidgets("watch", "animals").stderr
    cvwidgets("add", "animals", draw("1.jpg").parent)
    assert cvwidgets("watch", "animals").stdout == "No folder is watched.\n"
    assert "is not watched" in cvwidgets("watch", "animals", "camera", "--stop").stderr


@pytest.mark.slow
def test_images_are_told_as_they_come_until_ctrl_c(draw: Draw, tmp_path: Path) -> None:
    draw("camera/1.jpg", seed=1)
    command = [sys.executable, "-m", "cvwidgets", "watch", "animals", "camera", "--label", "bison", "--every", "0.2", "--json"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"}) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        draw("camera/2.jpg", seed=2)
        second = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        last = json.loads(process.stdout.readline())
    assert (first["added"], second["added"], second["known"]) == (1, 1, 0) and first["folder"] == str(tmp_path / "camera")
    assert (last["watched"], process.returncode) == (False, 0)
    with Project(tmp_path / "animals") as project:
        assert len(project.images.select("bison", "new")) == 2
        until(lambda: project.jobs.list()[0].state == "done")
