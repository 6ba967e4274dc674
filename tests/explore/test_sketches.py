"""A sketch tells at once which pictures might lie in one another, and about where."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageOps

from cvwidgets.explore.aligning import COARSE
from cvwidgets.explore.sketches import compare, starting
from tests.explore.test_duplicates import scene

WAYS = {"second in first": 0, "second in mirrored first": 1, "first in second": 2, "first in mirrored second": 3}


def small(*pictures: Image.Image) -> np.ndarray:
    return np.stack([np.asarray(picture.convert("L").resize((COARSE, COARSE), Image.Resampling.BOX)) for picture in pictures])


def compared(first: Image.Image, second: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """How well both fit in each way, and the placements to start from."""
    fits, frames = compare(small(first, second), np.array([0]), np.array([1]), tick=lambda done: None)
    _, placement = starting(frames, np.arange(4)[:, None])
    return fits[:, 0], placement[:, 0].numpy()


@pytest.mark.parametrize("way", WAYS)
def test_a_crop_fits_best_where_it_was_cut_out(way: str) -> None:
    whole = scene(0)
    cut = whole.crop((80, 0, 400, 240))  # 80% of both sides: from 0.2 to the right end, from the top
    if "mirrored" in way:
        cut = ImageOps.mirror(cut)
    fits, placements = compared(*((whole, cut) if way.startswith("second") else (cut, whole)))
    assert fits.argmax() == WAYS[way] and fits.max() > 0.9
    x = -0.2 if "mirrored" in way else 0.2
    np.testing.assert_allclose(placements[WAYS[way]], [x, -0.2, np.log(0.8), np.log(0.8)], atol=1e-6)


def test_a_picture_fits_itself_and_even_surfaces_fit_each_other_as_a_whole() -> None:
    for picture in (scene(1), Image.new("RGB", (200, 200), "gray")):
        fits, placements = compared(picture, picture)
        assert fits[0] == pytest.approx(1, abs=1e-5)
        assert (placements[0] == 0).all()


def test_most_pictures_of_other_things_fit_badly() -> None:
    pictures = small(*(scene(seed) for seed in range(30)))
    first, second = np.triu_indices(len(pictures), 1)
    fits, _ = compare(pictures, first, second, tick=lambda done: None)
    assert (fits.max(axis=0) < 0.6).mean() > 0.85


def test_each_pair_gets_its_own_answer_in_whatever_order_they_come() -> None:
    pictures = small(*(scene(seed) for seed in range(40)))
    first, second = np.nonzero(~np.eye(len(pictures), dtype=bool))
    fits, frames = compare(pictures, first, second, tick=lambda done: None)
    turned, turned_frames = compare(pictures, second[::-1], first[::-1], tick=lambda done: None)
    np.testing.assert_allclose(turned[[2, 3, 0, 1], ::-1], fits, atol=1e-5)
    sure = np.sort(fits, axis=0)[-1] > 0.5
    assert (turned_frames[[2, 3, 0, 1], ::-1] == frames)[:, sure].mean() > 0.99
