"""What stays whole in a split of a project, and what is said of that before a run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets import Project, Recipe
from cvwidgets.errors import RecipeError, TooFewImages

Draw = Callable[..., Path]


def stamp(moment: datetime) -> Image.Exif:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[36867] = f"{moment:%Y:%m:%d %H:%M:%S}"
    return exif


@pytest.fixture
def bursts(project: Project, draw: Draw, tmp_path: Path) -> Project:
    """Eight bursts of three pictures within seconds of each other, an hour apart, of each of two labels in one folder each."""
    for number in range(48):
        color = ("red", "blue")[number % 2]
        moment = datetime(2026, 5, 1) + timedelta(hours=number // 6, seconds=2 * (number % 6))
        draw(f"heap/{color}/{number}.jpg", seed=number, color=color, exif=stamp(moment))
    project.images.add(tmp_path / "heap")
    return project


def parts_of(project: Project, recipe: Recipe) -> dict[str, str]:
    """The part of each image by the number in its name, after the run's snapshot was made."""
    project.runs._freeze(recipe)
    ids = project.images.select(state="kept").ids
    parts = project.images.parts(ids)
    return {image.path.stem: parts[image.id] for image in project.images.get(ids)}


def test_bursts_stay_whole_by_capture_time_and_the_review_says_how_many_there_are(bursts: Project) -> None:
    review = bursts.review(Recipe(split_by="time"))
    assert "Split by capture time: 8 groups, each whole in one part." in review.warnings
    assert review.images == (30, 6, 12) or review.images == (30, 12, 6)
    parts = parts_of(bursts, Recipe(split_by="time"))
    assert all(len({parts[str(6 * burst + n)] for n in range(6)}) == 1 for burst in range(8))


def test_bursts_on_both_sides_are_advised_to_be_split_by_time(bursts: Project) -> None:
    [said] = [one for one in bursts.review().warnings if "within 10 seconds" in one]
    assert said.startswith("48 of 48 images were taken within 10 seconds of another, and ")
    assert said.endswith("such pairs lie on both sides of the split: its figures look too good. Split by capture time.")
    assert not any("within 10 seconds" in one for one in bursts.review(Recipe(split_by="time")).warnings)


def test_capture_times_that_were_not_kept_are_read_from_the_files_once(bursts: Project) -> None:
    (bursts.folder / "cache" / "captures.db").unlink()
    assert any("8 groups" in one for one in bursts.review(Recipe(split_by="time")).warnings)
    known = bursts._store.captures.get([image.sha256 or "" for image in bursts.images.get(bursts.images.select().ids)])
    assert len(known) == 48 and min(known.values()) == "2026-05-01T00:00:00"


def test_folders_that_are_labels_cannot_be_split_by_and_the_review_says_so(bursts: Project) -> None:
    recipe = Recipe(split_by="folder")
    refusal = "it lies in 1 group by folder, and each part needs a whole one. Split by something else"
    assert any(refusal in one for one in bursts.review(recipe).warnings)
    with pytest.raises(TooFewImages, match=refusal):
        bursts.runs.start(recipe)
    with pytest.raises(RecipeError, match="of images in a project author, page, provider, query are known"):
        bursts.runs.start(Recipe(split_by="column:camera"))


def test_copies_that_the_project_took_in_are_split_by_the_folder_they_came_from(project: Project, draw: Draw, tmp_path: Path) -> None:
    for number in range(40):
        color = ("red", "blue")[number % 2]
        draw(f"heap/{color}/day {number // 8}/{number}.jpg", seed=number, color=color)
    for color in ("red", "blue"):
        project.images.add(tmp_path / "heap" / color, label=color, state="kept", copy=True)
    assert any("10 groups" in one for one in project.review(Recipe(split_by="folder")).warnings)


def test_frames_of_videos_in_many_folders_are_advised_to_be_split_by_folder(project: Project, draw: Draw, tmp_path: Path) -> None:
    for number in range(40):
        color = ("red", "blue")[number % 2]
        draw(f"heap/{color}/cam {number // 10}/frame_{number:04}.jpg", seed=number, color=color)
    for color in ("red", "blue"):
        project.images.add(tmp_path / "heap" / color, label=color, state="kept")
    assert any(one.startswith("40 of 40 images look like frames of videos by their names") for one in project.review().warnings)
    assert any("Split by folder: 8 groups" in one for one in project.review(Recipe(split_by="folder")).warnings)


@pytest.mark.parametrize("values", [{"split_by": "day"}, {"split_by": "column:"}, {"split_by": 3}, {"split_gap": 0}, {"split_gap": "1"}])
def test_a_way_to_split_that_there_is_not_is_refused_by_name(values: dict[str, object]) -> None:
    with pytest.raises(RecipeError, match=rf"The recipe's {next(iter(values))} is .*; it must be "):
        Recipe.from_json(values)


def test_a_recipe_of_an_older_version_splits_each_image_for_itself() -> None:
    old = {name: value for name, value in Recipe().to_json().items() if name not in ("split_by", "split_gap")}
    assert Recipe.from_json(old) == Recipe() and Recipe().split_by == "image"
