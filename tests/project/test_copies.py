"""Copies are on one side of a split where nobody looked yet, and different pictures are not held together."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from PIL import Image

from cvwidgets import Project, Recipe
from cvwidgets.errors import StartCancelled
from cvwidgets.project import copies
from cvwidgets.project.advice import advise_comparing, advise_exploring
from tests.explore.test_duplicates import scene

CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "encoded": lambda image: image,
    "small": lambda image: image.resize((200, 150)),
    "large": lambda image: image.resize((600, 450)),
}


@pytest.fixture
def heap(tmp_path: Path) -> Path:
    """24 different pictures of two labels, the first three of them as copies too: encoded anew, smaller and larger."""
    for seed in range(24):
        label = tmp_path / "heap" / ("red" if seed % 2 else "blue")
        label.mkdir(parents=True, exist_ok=True)
        scene(seed).save(label / f"{seed}.png")
        if seed < len(CHANGES):
            name, change = [*CHANGES.items()][seed]
            change(scene(seed)).save(label / f"{seed} {name}.jpg", quality=40)
    return tmp_path / "heap"


def pairs(project: Project) -> list[tuple[str, ...]]:
    """The names of the pictures that are known to be the same."""
    found = project.explore.alike().pairs
    return sorted(tuple(sorted(image.path.stem for image in project.images.get(pair))) for pair in found.tolist())


SAME = [(str(seed), f"{seed} {name}") for seed, name in enumerate(CHANGES)]


def test_copies_go_to_one_part_and_nothing_else_is_held_together_though_nobody_looked(project: Project, heap: Path, tmp_path: Path) -> None:
    project.images.add(heap)
    assert pairs(project) == [] and project.explore.alike().unknown == 27
    for seed in range(3):
        project.export(tmp_path / f"out-{seed}", "csv", split=(0.4, 0.3, 0.3), seed=seed)
        parts = project.images.parts(project.images.select().ids)
        assert all(len({parts[image] for image in pair}) == 1 for pair in project.explore.alike().pairs.tolist())
    assert pairs(project) == SAME
    project.images.separate(project.explore.alike().pairs[0])
    assert pairs(project) == SAME[1:]


def test_two_who_begin_at_once_both_wait_for_what_is_found(project: Project, heap: Path) -> None:
    project.images.add(heap)
    together = Barrier(2)

    def compare(one: Project) -> tuple[int, int]:
        together.wait()
        found = one.explore.compare()
        return len(found.pairs), found.unknown

    with ThreadPoolExecutor(2) as hands, Project(project.folder) as other:
        assert [*hands.map(compare, (project, other))] == [(3, 0), (3, 0)]


def test_a_start_that_is_given_up_meanwhile_begins_nothing_and_what_is_found_is_known_to_the_next(project: Project, heap: Path) -> None:
    project.images.add(heap)
    with pytest.raises(StartCancelled):
        project.runs.start(stop=lambda: True)
    assert project.runs.list() == [] and not [*(project.folder / "snapshots").glob("*")]
    assert project.explore.compare().unknown == 0 and pairs(project) == SAME


def test_where_no_hashes_are_near_no_process_is_needed_and_what_comes_later_is_compared_with_all(project: Project, heap: Path) -> None:
    for file in heap.rglob("*.jpg"):
        file.rename(heap.parent / file.name)
    project.images.add(heap)
    found = project.explore.compare()
    assert (len(found.pairs), found.unknown, found.by_hash) == (0, 0, 24) and not (project.folder / "cache/copies").exists()
    [original] = [image.id for image in project.images.get(project.images.select("red").ids) if image.path.name == "1.png"]
    project.images.trash([original])
    for file in heap.parent.glob("*.jpg"):
        file.rename(heap / "red" / file.name)
    project.images.add(heap)
    copies.main(project.folder)
    assert pairs(project) == [SAME[0], SAME[2]] and project.explore.alike().unknown == 0
    project.images.assign([original], "red")
    assert pairs(project) == SAME


def test_of_very_many_pairs_some_are_looked_at_and_the_rest_is_told(project: Project, heap: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project.images.add(heap)
    monkeypatch.setattr(copies, "MOST", 1)
    copies.main(project.folder)
    found = project.explore.alike()
    assert len(found.pairs) == 1 and 0 < found.unknown == found.waiting < 27
    monkeypatch.undo()
    copies.main(project.folder)
    assert pairs(project) == SAME and project.explore.alike().unknown == 0


def test_what_cannot_be_seen_counts_as_not_compared_until_it_can(project: Project, heap: Path) -> None:
    project.images.add(heap)
    shutil.rmtree(project.folder / "cache")
    heap.rename(heap.parent / "away")
    copies.main(project.folder)
    assert pairs(project) == [] and project.explore.alike().unknown == 6
    (heap.parent / "away").rename(heap)
    copies.main(project.folder)
    assert pairs(project) == SAME and project.explore.alike().unknown == 0


def test_what_is_near_one_that_cannot_be_seen_now_is_compared_once_it_can(project: Project, heap: Path, tmp_path: Path) -> None:
    for file in heap.rglob("*.jpg"):
        file.rename(tmp_path / file.name)
    project.images.add(heap)
    project.explore.compare()
    (heap / "red/1.png").rename(tmp_path / "1.png")
    (tmp_path / "1 small.jpg").rename(heap / "red/1 small.jpg")
    project.images.add(heap)
    for file in [*(project.folder / "cache").glob("thumbnails*"), project.folder / "cache/explore/judged.npz"]:
        file.unlink()  # what the import saw of it, too
    copies.main(project.folder)
    assert pairs(project) == [] and project.explore.alike().unknown == 1
    (tmp_path / "1.png").rename(heap / "red/1.png")
    copies.main(project.folder)
    assert pairs(project) == [SAME[1]] and project.explore.alike().unknown == 0


def test_before_the_start_it_is_said_what_was_compared_by_hash_alone_and_that_a_look_finds_more(
    explored_project: Project, draw: Callable[..., Path]
) -> None:
    assert not any("by hash" in said for said in explored_project.review(Recipe()).warnings)
    explored_project.images.add(draw("late/red/late.jpg", seed=500, size=(160, 120), color="red").parent.parent)
    warnings = explored_project.review(Recipe()).warnings
    assert advise_exploring(1) in warnings and advise_comparing(1) not in warnings
