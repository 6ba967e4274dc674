"""Thumbnails on demand, and what reading for them may never do: cost an image or a decision."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from cvwidgets import Project
from cvwidgets.pictures import read_header
from cvwidgets.records import Found
from cvwidgets.store import open_store

SIDE = 3000
"""Of a picture written out as numbers, which takes seconds to read."""


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Project]:
    """A project with three images that take long to read and were only registered yet: two kept, one trashed."""
    paths = [tmp_path / f"{number}.pgm" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_bytes(b"P2 %d %d 255\n" % (SIDE, SIDE) + b"%d " % number * SIDE * SIDE)
    with closing(open_store(tmp_path / "project")) as store:
        store.images.register(
            [(Found(path, path.stat().st_size, path.stat().st_mtime_ns, "elk"), read_header(path)) for path in paths], by="ann"
        )
    with Project(tmp_path / "project") as opened:
        opened.images.trash([3])
        yield opened


def readers_of(folder: Path) -> list[psutil.Process]:
    """The children that have a picture of the folder open now."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            found += [child for file in child.open_files() if Path(file.path).parent == folder]
    return found


def asking(project: Project, folder: Path) -> threading.Thread:
    """A thread that asks for all thumbnails, once it came to reading."""
    thread = threading.Thread(target=project.images.thumbnails, args=([1, 2, 3],))
    thread.start()
    while not readers_of(folder):
        threading.Event().wait(0.01)
    return thread


def states(project: Project) -> list[tuple[str, str]]:
    return [(image.label, image.state) for image in project.images.get([1, 2, 3])]


def test_closing_a_project_in_the_middle_of_reading_costs_no_image(slow: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trouble: list[object] = []
    monkeypatch.setattr(threading, "excepthook", trouble.append)
    thread = asking(slow, tmp_path)
    slow.close()
    thread.join()
    with Project(slow.folder) as again:
        assert states(again) == [("elk", "kept"), ("elk", "kept"), ("elk", "trashed")]
        assert (again.images.counts().unread, again.images.counts().missing, trouble) == (3, 0, [])


@pytest.mark.slow
def test_a_child_that_is_killed_again_and_again_costs_no_image(slow: Project, tmp_path: Path) -> None:
    thread = asking(slow, tmp_path)
    while thread.is_alive():
        for child in readers_of(tmp_path):
            child.kill()
    assert states(slow) == [("elk", "kept"), ("elk", "kept"), ("elk", "trashed")]
    assert all("Add it again" in (image.problem or "") for image in slow.images.get([1, 2, 3]))
    assert slow.images.add(*(image.path for image in slow.images.get([1, 2, 3]))).known == 3
    assert (slow.images.counts().unread, slow.images.counts().missing) == (0, 0)


def test_thumbnails_are_made_again_when_the_cache_was_deleted(project: Project, heap: Path) -> None:
    project.images.add(heap)
    (project.folder / "cache" / "thumbnails.db").unlink()
    assert len(project.images.thumbnails(project.images.select().ids)) == 11
