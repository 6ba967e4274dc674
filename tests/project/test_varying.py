from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets import Project, Recipe
from cvwidgets.errors import TooFewImages, UnknownImage


def test_images_of_all_labels_are_shown_as_a_run_would_see_them(filled: Project) -> None:
    shown = filled.recipes.preview(Recipe(augmentation="strong", image_size=96), count=3)
    assert {image.label for image in filled.images.get([one.image for one in shown])} == {"red", "blue"}
    assert [len(one.variations) for one in shown] == [3, 3, 3, 3] and len({*shown[0].variations, shown[0].original}) == 4
    assert Image.open(io.BytesIO(shown[0].variations[0])).size == (96, 96)


def test_the_same_draw_shows_the_same_and_another_draw_or_seed_something_else(filled: Project) -> None:
    first, again, draw, seed, others = (
        filled.recipes.preview(Recipe(seed=seed), count=2, draw=draw, others=others)
        for seed, draw, others in ((0, 0, 0), (0, 0, 0), (0, 1, 0), (1, 0, 0), (0, 0, 1))
    )
    assert first == again and len({one[0].variations for one in (first, draw, seed, others)}) == 4
    assert first[0].image == draw[0].image != others[0].image and first[0].original == draw[0].original


def test_without_augmentation_every_variation_is_the_image_as_it_is_judged(filled: Project) -> None:
    [one] = filled.recipes.preview(Recipe(augmentation="none"), images=[1], count=2)
    assert one.image == 1 and {*one.variations} == {one.original}


def test_an_image_that_cannot_be_read_says_why_and_a_base_that_is_not_here_is_not_fetched(filled: Project) -> None:
    [image] = filled.images.get([1])
    Path(image.path).write_bytes(b"no picture")
    bad, good = filled.recipes.preview(Recipe(base="nobody/knows-this"), images=[1, 2], count=1)
    assert bad.problem and not bad.variations and not good.problem and good.variations


def test_without_images_or_with_one_that_is_gone_it_is_said_what_is_needed(project: Project) -> None:
    with pytest.raises(TooFewImages, match="Add images first"):
        project.recipes.preview()
    with pytest.raises(UnknownImage, match="Name others"):
        project.recipes.preview(images=[77])
