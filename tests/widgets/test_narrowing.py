"""A wall whose view knows more of its images: put in order, narrowed, and what stands on its tiles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from traitlets import TraitError

from cvwidgets import Project
from cvwidgets.widgets import ImageGrid, TriagePanel

Draw = Callable[..., Path]
Open = Callable[..., Any]
NAN = float("nan")


@pytest.fixture
def project(tmp_path: Path, draw: Draw) -> Iterator[Project]:
    for number in range(5):
        draw(f"source/bison/{number}.jpg", seed=number)
    with Project(tmp_path / "project") as opened:
        opened.images.add(tmp_path / "source")
        yield opened


@pytest.fixture
def grid(project: Project) -> ImageGrid:
    """Five images with a distance and a confidence; of the third neither is known."""
    values = {"distance": [0.4, 0.1, NAN, 0.3, 0.1], "confidence": [0.5, 0.9, NAN, 0.7, 0.6]}
    view = project.images.view(project.images.select().ids, values=values, words="nearest to 00af…")
    return ImageGrid(view, project=project)


def names(page: Open, grid: ImageGrid) -> list[str]:
    facts = page(grid).ask("facts", version=grid._wall["version"], start=0, stop=99)["ok"]["facts"]
    return [fact["name"].removesuffix(".jpg") for fact in facts]


def narrow(page: Open, grid: ImageGrid, order: str = "", **ranges: list) -> dict:
    return page(grid).ask("narrow", version=grid._wall["version"], order=order, ranges=ranges)


def test_the_page_is_told_what_a_view_knows_and_its_ends(grid: ImageGrid) -> None:
    assert grid._wall["values"] == [{"name": "distance", "low": 0.1, "high": 0.4}, {"name": "confidence", "low": 0.5, "high": 0.9}]
    assert (grid._wall["order"], grid._wall["ranges"], grid._wall["showing"]) == ("", {}, "5 images · nearest to 00af…")


def test_a_wall_is_put_in_order_either_way_and_what_is_not_known_comes_last(page: Open, grid: ImageGrid) -> None:
    narrow(page, grid, "distance")
    assert names(page, grid) == ["1", "4", "3", "0", "2"]
    narrow(page, grid, "-confidence")
    assert names(page, grid) == ["1", "3", "4", "0", "2"]
    assert grid._wall["showing"] == "5 images · nearest to 00af… · by confidence, highest first"


def test_it_is_narrowed_says_how_many_are_left_and_clearing_gives_all_back(page: Open, grid: ImageGrid) -> None:
    narrow(page, grid, "distance", distance=[None, 0.3], confidence=[0.65, None])
    assert names(page, grid) == ["1", "3"]
    words = "5 images · nearest to 00af… · 2 shown · distance up to 0.3 · confidence from 0.65 · by distance, lowest first"
    assert (grid._wall["showing"], grid._wall["ranges"]["distance"]) == (words, [None, 0.3])
    narrow(page, grid, confidence=[None, None])
    assert names(page, grid) == ["0", "1", "2", "3", "4"] and grid._wall["showing"] == "5 images · nearest to 00af…"


def test_the_words_of_a_panel_stay_in_front(page: Open, grid: ImageGrid, project: Project) -> None:
    grid.show(project.images.view(project.images.select().ids, values={"distance": range(5)}), showing="Five suspects")
    narrow(page, grid, distance=[2, None])
    assert grid._wall["showing"] == "Five suspects · 3 shown · distance from 2"
    grid.say("Six suspects")
    assert grid._wall["showing"] == "Six suspects · 3 shown · distance from 2"


def test_ranges_that_hold_nothing_say_what_to_do(page: Open, grid: ImageGrid) -> None:
    narrow(page, grid, distance=[1.5, 2])
    assert (grid._wall["count"], grid._wall["empty"]) == (0, "No image lies in these ranges. Clear them, or make them wider.")


def test_what_is_selected_stays_selected_wherever_it_stands_then(page: Open, grid: ImageGrid) -> None:
    grid.set_state({"selected": {"version": 1, "ranges": [[0, 2], [3, 4]]}})
    chosen = grid.selection
    narrow(page, grid, "-distance")
    assert sorted(grid.selection) == sorted(chosen) and grid.selected["ranges"] == [[0, 3]]
    narrow(page, grid, distance=[0.2, None])
    assert grid.selection == [chosen[0], chosen[2]]


def test_what_is_decided_there_is_about_the_images_that_are_shown(page: Open, grid: ImageGrid, project: Project) -> None:
    before = grid._wall["version"]
    narrow(page, grid, "-distance", distance=[None, 0.3])
    asked = {"kind": "trash", "label": None, "ranges": [[0, 1]]}
    assert "nothing was decided" in page(grid).ask("decide", version=before, **asked)["error"]["message"]
    page(grid).ask("decide", version=grid._wall["version"], **asked)
    assert [image.path.name for image in project.images.get(project.images.select(state="trashed").ids)] == ["3.jpg"]


@pytest.mark.parametrize(
    "ranges", [{"distance": [0.9, 0.1]}, {"distance": [NAN, None]}, {"age": [1, 2]}, {"distance": 3}, {"distance": [1e400, "x"]}]
)
def test_ranges_that_make_no_sense_are_refused_and_what_is_shown_stays(page: Open, grid: ImageGrid, ranges: dict) -> None:
    assert narrow(page, grid, **ranges)["error"]["kind"] == "FilterError"
    assert narrow(page, grid, "age")["error"]["kind"] == "FilterError"
    assert (grid._wall["version"], grid._wall["count"]) == (1, 5)


def test_files_and_views_without_values_offer_nothing_and_refuse(page: Open, project: Project, draw: Draw) -> None:
    for source in ([draw("a.jpg")], project.images.select()):
        grid = ImageGrid(source)
        assert grid._wall["values"] == [] == grid.on_tiles
        assert narrow(page, grid, "distance")["error"]["kind"] == "FilterError"


def test_another_view_begins_whole_and_as_given(page: Open, grid: ImageGrid, project: Project) -> None:
    narrow(page, grid, "distance", distance=[None, 0.3])
    grid.show(project.images.select())
    assert (grid._wall["count"], grid._wall["order"], grid._wall["ranges"]) == (5, "", {})


def test_the_first_value_stands_on_the_tiles_until_it_is_taken_away(page: Open, grid: ImageGrid, project: Project) -> None:
    assert grid.on_tiles == ["distance"]
    page(grid).update({"on_tiles": ["part"]})
    narrow(page, grid, "distance")
    assert grid.on_tiles == ["part"]
    grid.show(project.images.view([1], values={"confidence": [0.5]}))
    assert grid.on_tiles == ["confidence", "part"]


def test_tiles_show_only_what_there_is_to_show(page: Open, grid: ImageGrid, project: Project) -> None:
    with pytest.raises(TraitError, match="tiles show no 'distnace' here, only name, part, distance, confidence"):
        ImageGrid(grid._given, on_tiles=["distnace"])
    page(grid).update({"on_tiles": ["<img>"]})
    assert grid.on_tiles == ["distance"] and "tiles show no" in grid._problem
    assert ImageGrid(grid._given, on_tiles=[]).on_tiles == []
    grid.on_tiles = ["name", "confidence", "name"]
    assert grid.on_tiles == ["name", "confidence"]


def test_how_the_wall_looks_and_goes_on_is_there_on_the_next_page(page: Open, project: Project) -> None:
    before = TriagePanel(project)
    page(before).ask("arrive")
    page(before.grid).update({"tile_size": 200, "advance": True, "on_tiles": ["part", "name"]})
    before.close()
    project.bookmarks.flush()
    with Project(project.folder) as elsewhere:
        after = TriagePanel(elsewhere).grid
        assert (after.tile_size, after.advance, after.on_tiles) == (200, True, ["name", "part"])


@pytest.mark.parametrize(
    "left", [{"tile_size": "big", "advance": 3, "on_tiles": "name"}, {"tile_size": 2**70, "advance": None, "on_tiles": [3, {}]}]
)
def test_a_look_that_makes_no_sense_is_passed_over(project: Project, left: dict) -> None:
    project.bookmarks.put("triage", {"state": "kept", **left})
    grid = TriagePanel(project).grid
    assert (grid.advance, grid.on_tiles) == (False, []) and 64 <= grid.tile_size <= 320
