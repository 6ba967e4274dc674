"""The wall of thumbnails over files anywhere on disk."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from cvwidgets.widgets import ImageGrid

Draw = Callable[..., Path]
Open = Callable[..., object]


@pytest.fixture
def paths(draw: Draw) -> list[Path]:
    return [draw(f"{number}.jpg", seed=number) for number in range(5)]


def test_a_list_of_paths_is_shown_by_its_names(page: Open, paths: list[Path]) -> None:
    facts = page(ImageGrid(paths)).ask("facts", version=1, start=0, stop=120)["ok"]["facts"]
    assert [fact["name"] for fact in facts] == ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg"]


def test_thumbnails_come_as_bytes_in_one_answer(page: Open, paths: list[Path]) -> None:
    answer = page(ImageGrid(paths)).ask("pictures", version=1, positions=[4, 0])
    assert [picture["position"] for picture in answer["ok"]["pictures"]] == [4, 0]
    assert all(Image.open(io.BytesIO(buffer)).format == "JPEG" for buffer in answer["buffers"])


def test_no_picture_is_held_in_a_trait(paths: list[Path]) -> None:
    assert all(len(repr(value)) < 300 for name, value in ImageGrid(paths).get_state().items() if name not in ("_esm", "_css"))


def test_a_table_with_labels_shows_them(page: Open, paths: list[Path]) -> None:
    table = pd.DataFrame({"path": [str(path) for path in paths], "label": list("abcde")})
    facts = page(ImageGrid(table)).ask("facts", version=1, start=3, stop=5)["ok"]["facts"]
    assert [fact["label"] for fact in facts] == ["d", "e"]


def test_a_table_without_paths_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="no column 'path'"):
        ImageGrid(pd.DataFrame({"file": []}))


def test_a_broken_file_says_why_and_the_others_are_shown(page: Open, paths: list[Path], tmp_path: Path) -> None:
    broken = tmp_path / "<img src=x onerror=alert(1)>.jpg"
    broken.write_bytes(b"no picture")
    pictures = page(ImageGrid([broken, tmp_path / "gone.jpg", *paths])).ask("pictures", version=1, positions=[0, 1, 2])["ok"]["pictures"]
    assert pictures[0]["problem"] and pictures[1]["problem"] and pictures[2]["problem"] is None


def test_the_selection_is_ranges_on_the_wire_and_paths_in_python(paths: list[Path]) -> None:
    grid = ImageGrid(paths)
    assert grid.selection == []
    grid.set_state({"selected": {"version": 1, "ranges": [[0, 2], [4, 5]]}})
    assert grid.selection == [paths[0], paths[1], paths[4]]


def test_a_selection_of_another_wall_selects_nothing(paths: list[Path]) -> None:
    grid = ImageGrid(paths)
    grid.show(paths[:2])
    grid.set_state({"selected": {"version": 1, "ranges": [[0, 2]]}})
    assert grid.selection == []


@pytest.mark.parametrize("selected", [{}, {"version": 1}, {"version": 1, "ranges": [[0, 10**12]]}, {"version": 1, "ranges": [["a", None]]}])
def test_a_selection_that_makes_no_sense_selects_nothing_that_is_not_there(paths: list[Path], selected: dict) -> None:
    grid = ImageGrid(paths)
    grid.set_state({"selected": selected})
    assert set(grid.selection) <= set(paths)


def test_a_question_about_a_wall_that_is_gone_is_answered_with_nothing(page: Open, paths: list[Path]) -> None:
    grid = ImageGrid(paths)
    grid.show(paths[:1])
    assert page(grid).ask("pictures", version=1, positions=[0])["ok"] == {"version": 2, "pictures": []}
    assert page(grid).ask("facts", version=1, start=0, stop=9)["ok"] == {"version": 2, "facts": []}


def test_positions_beyond_the_wall_are_left_out(page: Open, paths: list[Path]) -> None:
    opened = page(ImageGrid(paths))
    assert opened.ask("pictures", version=1, positions=[-1, 5, 10**9])["ok"]["pictures"] == []
    assert opened.ask("facts", version=1, start=-5, stop=10**9)["ok"]["facts"][0]["name"] == "0.jpg"


def test_files_outside_a_project_can_be_looked_at_only(page: Open, paths: list[Path]) -> None:
    answer = page(ImageGrid(paths)).ask("decide", kind="keep", label=None, version=1, ranges=[[0, 1]])
    assert "looked at only" in answer["error"]["message"]


def test_a_notebook_without_a_kernel_keeps_a_picture(paths: list[Path]) -> None:
    data, _metadata = ImageGrid(paths)._repr_mimebundle_()
    sheet = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert sheet.width == 5 * 100 - 4 and "application/vnd.jupyter.widget-view+json" in data


def test_an_empty_grid_leaves_no_picture_and_shows_its_words() -> None:
    grid = ImageGrid([])
    assert "image/png" not in grid._repr_mimebundle_()[0]
    assert grid._wall["empty"] == "There are no images here."


def test_arguments_are_checked(paths: list[Path]) -> None:
    with pytest.raises(TypeError, match="no argument 'size'"):
        ImageGrid(paths, size=3)
