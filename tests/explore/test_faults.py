"""Faults: spoiled pictures are found and told apart, and good ones are left alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from cvwidgets.errors import ExploreError
from cvwidgets.explore.faults import FAULTS, MEASURE, Faults, find_faults, measure
from cvwidgets.pictures import make_thumbnail, read

Spoil = Callable[[Image.Image], Image.Image]

SPOILED: dict[str, Spoil] = {
    "dark": lambda picture: ImageEnhance.Brightness(picture).enhance(0.2),
    "bright": lambda picture: picture.point(lambda value: int(value * 0.15 + 216)),
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(3)),
    "low_information": lambda picture: Image.new("RGB", picture.size, picture.getpixel((9, 9))),
}


@pytest.fixture
def photos(shared: Path) -> list[Image.Image]:
    return [read(path) for path in sorted((shared / "data/trashnet").glob("*/*.jpg"))[::170]]


def as_thumbnail(picture: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(make_thumbnail(picture))).convert("RGB")


def judged(pictures: list[Image.Image]) -> Faults:
    return find_faults([measure(as_thumbnail(picture), size=picture.size) for picture in pictures])


def test_good_photos_have_no_faults(photos: list[Image.Image]) -> None:
    assert not judged(photos).masks.any()


@pytest.mark.parametrize("fault", SPOILED)
def test_a_spoiled_photo_is_told_from_good_ones(fault: str, photos: list[Image.Image]) -> None:
    spoiled = [SPOILED[fault](picture) for picture in photos[:6]]
    found = judged([*photos[6:], *spoiled])
    assert found.mask(fault)[-6:].all() and not found.mask(fault)[:-6].any()
    assert found.score(fault)[-6:].min() > found.score(fault)[:-6].max()


def test_one_sharp_thing_before_a_soft_background_is_not_blurred(photos: list[Image.Image]) -> None:
    soft = photos[0].filter(ImageFilter.GaussianBlur(8))
    soft.paste(photos[0].crop((100, 60, 260, 200)), (100, 60))
    assert not judged([soft]).masks.any()


def test_odd_sizes_and_shapes_are_odd_beside_the_others() -> None:
    usual = [(640, 480)] * 20 + [(480, 640)] * 5 + [(800, 600)]
    sizes = [*usual, (60, 45), (9000, 6750), (2400, 130)]
    found = find_faults([sized(size) for size in sizes])
    assert np.flatnonzero(found.mask("odd_size")).tolist() == [26, 27]
    assert np.flatnonzero(found.mask("odd_aspect")).tolist() == [28]


def test_where_all_are_long_or_of_any_size_none_is_odd() -> None:
    strips = [sized((1200, 150 + 5 * step)) for step in range(12)]
    assert not find_faults(strips).mask("odd_aspect").any()
    anything = [sized((int(side), int(side))) for side in np.geomspace(50, 5000, 30)]
    assert not find_faults(anything).mask("odd_size").any()


def test_too_few_to_compare_are_not_odd() -> None:
    assert not find_faults([sized((640, 480)), sized((8, 6)), sized((4000, 20))]).masks.any()


def test_measures_can_be_kept_as_bytes_and_a_threshold_chosen(photos: list[Image.Image]) -> None:
    kept = np.stack([measure(picture) for picture in photos]).tobytes()
    again = np.frombuffer(kept, MEASURE)
    assert find_faults(again, thresholds={"dark": 0.0}).mask("dark").all()
    assert (find_faults(again).scores == find_faults(list(again)).scores).all()


def test_a_picture_of_a_single_pixel_and_none_at_all_are_judged(tmp_path: Path) -> None:
    dot = find_faults([measure(Image.new("RGB", (1, 1), "gray"))])
    assert dot.mask("low_information")[0] and np.isfinite(dot.scores).all()
    assert find_faults([]).scores.shape == (0, len(FAULTS))


def test_what_are_no_measures_is_said() -> None:
    with pytest.raises(ExploreError, match=r"float64 .* Make them by measure\(image\)"):
        find_faults(np.zeros((3, 6)))


def sized(size: tuple[int, int]) -> np.ndarray:
    return np.array((*size, 0.1, 0.9, 0.3, 0.6), MEASURE)
