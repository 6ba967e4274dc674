"""A picture made ready for the eye: a JPEG within bounds, or the file's own bytes where nothing is gained by another."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets.errors import UnreadablePicture
from cvwidgets.pictures import Readers, Rendition, rendering
from cvwidgets.pictures.rendering import render
from cvwidgets.records import Header

Draw = Callable[..., Path]


def seen(rendition: Rendition) -> Image.Image:
    """The picture in it, as a browser opens it."""
    image = Image.open(io.BytesIO(rendition.jpeg))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (rendition.width, rendition.height))
    return image


def test_a_plain_jpeg_comes_as_its_own_bytes(draw: Draw) -> None:
    path = draw("a.jpg", size=(900, 600))
    rendition = render(path, longest=2048)
    assert rendition.jpeg == path.read_bytes()
    assert (rendition.header, rendition.size) == (Header("JPEG", 900, 600, 1), path.stat().st_size)


def test_a_photo_of_a_camera_is_decoded_at_half_its_size(draw: Draw) -> None:
    rendition = render(draw("a.jpg", size=(4000, 3000)), longest=2048)
    assert seen(rendition).size == (2000, 1500)
    assert rendition.header == Header("JPEG", 4000, 3000, 1)


@pytest.mark.parametrize(("size", "shown"), [((3000, 1000), (2048, 683)), ((30, 3000), (20, 2048)), ((50, 40), (50, 40))])
def test_the_longest_side_is_bounded_and_nothing_is_enlarged(draw: Draw, size: tuple[int, int], shown: tuple[int, int]) -> None:
    assert seen(render(draw("a.png", size=size), longest=2048)).size == shown


def test_a_picture_that_lies_on_its_side_comes_upright(draw: Draw) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    rendition = render(draw("a.jpg", size=(80, 60), exif=exif), longest=2048)
    assert seen(rendition).size == (60, 80)
    assert rendition.header.width == 60


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "CMYK", "I;16", "1"])
def test_pixels_of_any_kind_come_as_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.tif"
    Image.new(mode, (40, 30)).save(path)
    assert seen(render(path, longest=2048)).size == (40, 30)


def test_a_picture_too_large_for_a_message_is_made_smaller_until_it_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MAX_BYTES", 40_000)
    path = tmp_path / "noise.png"
    Image.frombytes("RGB", (500, 400), os.urandom(600_000)).save(path)
    rendition = render(path, longest=2048)
    assert len(rendition.jpeg) <= 40_000
    assert seen(rendition).width < 500


def test_a_jpeg_that_is_cut_off_is_refused_though_it_need_not_be_changed(draw: Draw) -> None:
    path = draw("a.jpg", size=(900, 600))
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(UnreadablePicture, match="damaged"):
        render(path, longest=2048)


def test_a_child_renders_as_this_process_does(draw: Draw) -> None:
    path = draw("a.png", size=(300, 200))
    with Readers(1) as readers:
        assert readers.render(path, longest=128) == render(path, longest=128)
        assert isinstance(readers.render(path.with_name("gone.png"), longest=128), UnreadablePicture)


def test_every_messy_file_is_rendered_or_refused_with_a_sentence(shared: Path) -> None:
    paths = sorted(path for path in (shared / "data/messy").rglob("*") if path.is_file())[::12]
    with Readers(2) as readers:
        answers = [readers.render(path, longest=1024) for path in paths]
    assert sum(isinstance(answer, Rendition) for answer in answers) > len(paths) / 2
    assert all(seen(answer) for answer in answers if isinstance(answer, Rendition))
