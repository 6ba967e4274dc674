"""What the lens asks of one image of the wall."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets import Project
from cvwidgets.widgets import ImageGrid, lens

Draw = Callable[..., Path]
Open = Callable[..., object]


@pytest.fixture
def project(tmp_path: Path, draw: Draw) -> Iterator[Project]:
    for number in range(4):
        draw(f"heap/bison/{number}.jpg", seed=number, size=(400, 300))
    with Project(tmp_path / "project", by="ann") as opened:
        opened.images.add(tmp_path / "heap")
        yield opened


@pytest.fixture
def grid(project: Project) -> ImageGrid:
    return ImageGrid(project.images.select(), project=project)


def test_the_picture_comes_as_bytes_with_its_sides_and_the_originals(page: Open, grid: ImageGrid) -> None:
    answer = page(grid).ask("picture", version=1, position=2, longest=200)
    assert {name: answer["ok"][name] for name in ("position", "longest", "of", "problem")} == {
        "position": 2,
        "longest": 200,
        "of": [400, 300],
        "problem": None,
    }
    assert Image.open(io.BytesIO(answer["buffers"][0])).size == (answer["ok"]["width"], answer["ok"]["height"])


def test_all_facts_of_an_image_are_told(page: Open, grid: ImageGrid, project: Project) -> None:
    facts = page(grid).ask("details", version=1, position=0)["ok"]
    (image,) = project.images.get(project.images.select().ids[:1])
    assert (facts["name"], facts["folder"]) == (image.path.name, str(image.path.parent))
    assert (facts["label"], facts["state"], facts["sha256"], facts["size"]) == ("bison", "kept", image.sha256, image.size)
    assert (facts["width"], facts["height"], facts["format"], facts["pages"]) == (400, 300, "JPEG", 1)
    assert json.dumps(facts) and facts["source"] is None and "predictions" not in facts


def test_what_a_list_told_of_an_image_is_among_its_facts(page: Open, grid: ImageGrid, project: Project, tmp_path: Path) -> None:
    assert page(grid).ask("details", version=1, position=0)["ok"]["columns"] == []
    (image,) = project.images.get(project.images.select().ids[:1])
    (tmp_path / "list.csv").write_text(f"file,label,patient,site\n{image.path},bison,P7,\n")
    project.images.add(tmp_path / "list.csv")
    assert page(grid).ask("details", version=1, position=0)["ok"]["columns"] == [("patient", "P7")]


def test_decisions_so_far_are_told_with_who_and_when(page: Open, grid: ImageGrid, project: Project) -> None:
    opened = page(grid)
    opened.ask("decide", kind="trash", label=None, version=1, ranges=[[0, 1]])
    latest = opened.ask("details", version=1, position=0)["ok"]["decisions"][0]
    assert (latest["by"], latest["kind"], latest["state"]) == ("ann", "trash", "trashed") and latest["when"].startswith("20")


def test_predictions_and_the_images_most_like_it_are_told_with_their_places(page: Open, explored_project: Project) -> None:
    view = explored_project.mistakes()
    told = page(ImageGrid(view, project=explored_project)).ask("opinions", version=1, position=0)
    assert told["ok"]["predictions"][0]["label"] == "red" and told["ok"]["models"] == ["starter"]
    near = told["ok"]["near"]
    assert len(near) == len(told["buffers"]) == 9 and near[0]["label"] == "red"
    assert [one["distance"] for one in near] == sorted(one["distance"] for one in near)
    assert all(one["position"] == (view.ids.tolist().index(one["id"]) if one["id"] in view.ids else -1) for one in near)


def test_where_nobody_looked_nothing_is_thought_of_an_image(page: Open, grid: ImageGrid, draw: Draw) -> None:
    told = page(grid).ask("opinions", version=1, position=0)["ok"]
    assert (told["predictions"], told["models"], "near" in told) == ([], [], False) and told["image"] and told["name"]
    assert page(grid).ask("opinions", version=1, position=10**9)["ok"] == {}
    assert page(ImageGrid([draw("a.png")])).ask("opinions", version=1, position=0)["ok"] == {}


def test_a_file_outside_a_project_has_the_facts_of_a_file(page: Open, draw: Draw) -> None:
    path = draw("a.png", size=(300, 200))
    facts = page(ImageGrid([path])).ask("details", version=1, position=0)["ok"]
    assert (facts["name"], facts["width"], facts["height"], facts["size"]) == ("a.png", 300, 200, path.stat().st_size)
    assert facts["state"] == "" and "decisions" not in facts


def test_a_broken_or_missing_file_says_why_and_its_facts_are_told_all_the_same(page: Open, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    opened = page(ImageGrid([broken, tmp_path / "gone.jpg"]))
    assert "not a picture" in opened.ask("picture", version=1, position=0, longest=2048)["ok"]["problem"]
    assert "not there" in opened.ask("picture", version=1, position=1, longest=2048)["ok"]["problem"]
    assert opened.ask("details", version=1, position=0)["ok"]["size"] == 10
    assert opened.ask("details", version=1, position=1)["ok"]["size"] is None


def test_an_image_whose_original_is_gone_is_judged_all_the_same(page: Open, grid: ImageGrid, project: Project) -> None:
    (image,) = project.images.get(project.images.select().ids[:1])
    image.path.unlink()
    opened = page(grid)
    assert opened.ask("picture", version=1, position=0, longest=2048)["ok"]["problem"] == "The file is not there."
    assert opened.ask("decide", kind="trash", label=None, version=1, ranges=[[0, 1]])["ok"]["sentence"] == "1 image trashed"


@pytest.mark.parametrize("position", [-1, 4, 10**9])
def test_positions_that_are_not_on_the_wall_are_said(page: Open, grid: ImageGrid, position: int) -> None:
    opened = page(grid)
    assert "not on the wall" in opened.ask("picture", version=1, position=position, longest=2048)["ok"]["problem"]
    assert "not on the wall" in opened.ask("details", version=1, position=position)["ok"]["problem"]
    assert "have changed" in opened.ask("picture", version=7, position=0, longest=2048)["ok"]["problem"]


def test_too_many_pictures_at_once_are_told_to_come_back(page: Open, grid: ImageGrid) -> None:
    taken = [lens._ROOM.acquire(blocking=False) for _ in range(3)]
    try:
        assert all(taken) and page(grid).ask("picture", version=1, position=0, longest=2048)["ok"]["busy"]
    finally:
        lens._ROOM.release(3)
