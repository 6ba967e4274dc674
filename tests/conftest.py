"""What all tests share: drawn pictures, and a home of their own for what cvwidgets keeps per machine."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from cvwidgets import Project, jobs
from cvwidgets.machine import let_threads_rest
from cvwidgets.pictures import readers
from cvwidgets.project.stages import Stages

let_threads_rest()
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def machine_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keeps the machine-wide files (the line of jobs, the precision trial) of one test away from all others."""
    folder = tmp_path_factory.mktemp("machine")
    monkeypatch.setenv("CVWIDGETS_MACHINE_FOLDER", str(folder))
    return folder


@pytest.fixture(autouse=True)
def one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads pictures with one child where no number is given: most tests have a few, and starting a child takes longer than they do."""
    monkeypatch.setattr(readers, "_processors", lambda: 1)


@pytest.fixture
def shared() -> Path:
    """The folder of real data and weights; tests that need it skip where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("../shared with real pictures and weights is not here")
    return SHARED


def draw_picture(path: Path, seed: int = 0, size: tuple[int, int] = (80, 60), color: str | None = None, **save: object) -> Path:
    """Draws one small picture, different for each seed; `color` tints it, so that labels can be learnt."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", size, color or tuple(int(v) for v in random.integers(0, 255, 3)))
    pen = ImageDraw.Draw(image)
    for _ in range(6):
        x, y = random.integers(0, size[0]), random.integers(0, size[1])
        w, h = random.integers(4, 24, 2)
        pen.ellipse((x, y, x + w, y + h), fill=tuple(int(v) for v in random.integers(0, 255, 3)))
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **save)
    return path


@pytest.fixture
def draw(tmp_path: Path) -> Callable[..., Path]:
    """Draws a picture below `tmp_path`: `draw("cat/1.jpg", seed=1, color="red")`."""

    def draw_below(name: str, **options: object) -> Path:
        return draw_picture(tmp_path / name, **options)  # type: ignore[arg-type]

    return draw_below


def look_through(project: Project) -> None:
    """What the job of Explore does, here and now."""
    Stages(project, lambda _stage, _share: None).run()


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Waits for what another process brings about; the test fails when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what the test waits for did not come"
        time.sleep(0.02)


def end_watching(project: Project) -> None:
    """Ends the process that looks at watched folders."""
    project.collect.folders.pause_all()
    if job := project.collect.folders.latest_job():
        jobs.ask_to_stop(job)
        jobs.wait(job, seconds=20)


@pytest.fixture(scope="session")
def explored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Red and blue pictures, two of them in the wrong folder; one is there once more, smaller; one is all black; one waits as New."""
    home = tmp_path_factory.mktemp("explored")
    for seed in range(24):
        draw_picture(home / f"heap/red/{seed}.jpg", seed, size=(160, 120), color="red")
        draw_picture(home / f"heap/blue/{seed}.jpg", 100 + seed, size=(160, 120), color="blue")
    for seed in (200, 201):
        draw_picture(home / f"heap/blue/wrong{seed}.jpg", seed, size=(160, 120), color="red")
    Image.open(home / "heap/red/3.jpg").resize((120, 90)).save(home / "heap/red/small.jpg", quality=60)
    Image.new("RGB", (160, 120)).save(home / "heap/red/black.jpg")
    draw_picture(home / "new.jpg", 300, size=(160, 120), color="red")
    with Project(home / "project", by="ann") as project:
        project.images.add(home / "heap")
        project.images.add(home / "new.jpg")
        look_through(project)
    return home


@pytest.fixture
def explored_project(explored: Path, tmp_path: Path) -> Iterator[Project]:
    """That project, in a copy of the test's own, opened by ann."""
    shutil.copytree(explored / "project", tmp_path / "project")
    with Project(tmp_path / "project", by="ann") as opened:
        yield opened
