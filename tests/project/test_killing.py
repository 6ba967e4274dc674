"""Kill −9 at random moments of import, decisions and training: after reopening every decision is there, and work goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from cvwidgets import Project
from cvwidgets.recipe import Recipe
from tests.store.invariants import check_invariants

IMPORT = "import sys; from cvwidgets import Project; print('go', flush=True); Project(sys.argv[1]).images.add(sys.argv[2])"
DECIDE = """
import itertools, sys
from cvwidgets import Project
project = Project(sys.argv[1])
everything = project.images.select()
print("go", flush=True)
for turn in itertools.count():
    everything.assign("red" if turn % 2 else "blue")
    everything.trash()
    project.journal.undo()
"""


@pytest.fixture
def large_heap(draw: Callable[..., Path], tmp_path: Path) -> Path:
    """Two labels of 150 pictures each."""
    for seed in range(150):
        draw(f"heap/red/{seed}.jpg", seed=seed, color="red")
        draw(f"heap/blue/{seed}.jpg", seed=1000 + seed, color="blue")
    return tmp_path / "heap"


def kill_at_random(script: str, *arguments: Path, moment: random.Random, longest: float) -> None:
    """Runs a script and kills it a random while after it said that it begins."""
    with subprocess.Popen([sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        timer = threading.Timer(moment.uniform(0, longest), process.kill)
        timer.start()
        process.wait()
        timer.cancel()


def test_an_import_killed_at_any_moment_goes_on_where_it_was(tmp_path: Path, large_heap: Path) -> None:
    moment = random.Random(1)
    for _ in range(8):
        kill_at_random(IMPORT, tmp_path / "p", large_heap, moment=moment, longest=1.2)
        check_invariants(tmp_path / "p")
    with Project(tmp_path / "p") as project:
        project.images.add(large_heap)
        assert (project.status().kept, project.images.counts().unread) == (300, 0)


def test_decisions_killed_at_any_moment_are_whole_or_not_there(tmp_path: Path, large_heap: Path) -> None:
    moment = random.Random(2)
    with Project(tmp_path / "p") as project:
        project.images.add(large_heap)
    for _ in range(8):
        kill_at_random(DECIDE, tmp_path / "p", moment=moment, longest=0.7)
        check_invariants(tmp_path / "p")
        with Project(tmp_path / "p") as project:
            counts = {count for label in project.labels.list() for count in (label.kept, label.trashed) if count}
            assert counts <= {150, 300}, "an act on 300 images of two labels is there as a whole, or not at all"


@pytest.fixture
def training(tmp_path: Path, large_heap: Path) -> Iterator[Project]:
    """A project with a few images, on which a training takes some seconds."""
    with Project(tmp_path / "p") as project:
        for label in ("red", "blue"):
            project.images.add(*sorted((large_heap / label).iterdir())[:30], label=label, state="kept")
        yield project


def test_a_training_killed_at_any_moment_is_lost_and_can_be_resumed(training: Project) -> None:
    moment = random.Random(3)
    run = training.runs.start(Recipe(epochs=3, image_size=64))
    for _ in range(4):
        [process] = [p for p in psutil.process_iter(["cmdline"]) if str(run.folder) in (p.info["cmdline"] or [])]
        timer = threading.Timer(moment.uniform(0, 12), process.send_signal, [signal.SIGKILL])
        timer.start()
        psutil.wait_procs([process])
        timer.cancel()
        assert run.status().state in ("lost", "done")
        run.resume()
    assert [epoch.number for epoch in run.follow()] == [1, 2, 3]
    evaluation = run.evaluation()
    assert evaluation is not None
    assert evaluation.accuracy > 0.9
    check_invariants(training.folder)
