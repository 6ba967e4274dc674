"""The safe reader: whatever people have comes out upright and RGB, or with a sentence."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cvwidgets.errors import UnreadablePicture
from cvwidgets.pictures import read, read_header

Draw = Callable[..., Path]


def save(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def test_a_photo_taken_sideways_comes_out_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = Image.new("RGB", (40, 60), "red")
    upright.paste("blue", (0, 0, 40, 20))
    path = save(tmp_path / "sideways.jpg", upright.transpose(Image.Transpose.ROTATE_90), exif=exif, quality=95)
    picture = read(path)
    assert picture.size == (40, 60)
    assert picture.getpixel((20, 5))[2] > 200
    assert (read_header(path).width, read_header(path).height) == (40, 60)


@pytest.mark.parametrize(
    ("said", "taken"),
    [("2026:05:01 06:07:08", "2026-05-01T06:07:08"), ("2026:05:01 06:07:08\0", "2026-05-01T06:07:08")]
    + [(broken, None) for broken in ("0000:00:00 00:00:00", "    :  :     :  :  ", "yesterday", "")],
)
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_a_header_says_when_a_picture_was_taken_if_its_camera_did(tmp_path: Path, said: str, taken: str | None, suffix: str) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = said
    exif[0x0132] = "2025:01:01 00:00:00"  # when it was changed
    assert read_header(save(tmp_path / f"a.{suffix}", Image.new("RGB", (4, 6)), exif=exif)).taken == taken
    assert read_header(save(tmp_path / f"b.{suffix}", Image.new("RGB", (4, 6)))).taken is None


def test_a_picture_once_turned_upright_forgets_its_orientation(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    picture = read(save(tmp_path / "a.jpg", Image.new("RGB", (40, 60)), exif=exif))
    assert dict(picture.getexif()) == {}
    assert "exif" not in picture.info


@pytest.mark.parametrize("folder", ["Landscape", "Portrait"])
def test_all_exif_orientations_show_the_same_picture(shared: Path, folder: str) -> None:
    files = [shared / f"data/messy/exif_orientation/{folder}_{number}.jpg" for number in range(1, 9)]
    pictures = [np.asarray(read(file).resize((60, 60)), np.float32) for file in files]
    for picture in pictures[1:]:
        assert np.abs(picture - pictures[0]).mean() < 8


@pytest.mark.parametrize("suffix", ["png", "webp", "gif", "tiff", "avif"])
def test_what_is_transparent_becomes_white(tmp_path: Path, suffix: str) -> None:
    image = Image.new("RGBA", (20, 20), (255, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 10, 20))
    picture = read(save(tmp_path / f"a.{suffix}", image))
    assert picture.mode == "RGB"
    assert min(picture.getpixel((2, 10))) > 245
    assert picture.getpixel((17, 10))[0] > 200


def test_a_palette_with_a_transparent_color_is_laid_on_white(tmp_path: Path) -> None:
    image = Image.new("P", (10, 10), 1)
    image.putpalette([0, 0, 0, 0, 200, 0])
    image.paste(0, (0, 0, 5, 10))
    picture = read(save(tmp_path / "a.png", image, transparency=0))
    assert picture.getpixel((1, 1)) == (255, 255, 255)
    assert picture.getpixel((8, 1)) == (0, 200, 0)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK", "YCbCr", "RGBA", "I;16", "I", "F"])
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    gray = Image.linear_gradient("L")
    image = (
        gray.convert("RGB").convert("CMYK") if mode == "CMYK" else gray.convert("I").convert(mode) if mode == "I;16" else gray.convert(mode)
    )
    picture = read(save(tmp_path / "a.tif", image) if mode != "YCbCr" else save(tmp_path / "a.jpg", image))
    assert picture.mode == "RGB"
    assert picture.getpixel((100, 10))[0] < picture.getpixel((100, 245))[0]


@pytest.mark.parametrize("kind", [np.uint16, np.int32, np.float32])
def test_deep_gray_is_stretched_between_its_percentiles(tmp_path: Path, kind: type) -> None:
    values = np.linspace(1000, 1400, 10_000).reshape(100, 100)
    values[0, 0] = 60_000  # one hot pixel must not make all the rest black
    gray = np.asarray(read(save(tmp_path / "a.tif", Image.fromarray(values.astype(kind)))))[..., 0]
    assert int(gray[50, 0]) == pytest.approx(127, abs=3)
    assert (gray[0, 1], gray[99, 99]) == (0, 255)


def test_a_12_bit_picture_uses_the_whole_range(shared: Path) -> None:
    gray = np.asarray(read(shared / "data/messy/pillow/Tests__images__12bit.cropped.tif"))
    assert gray.min() == 0
    assert gray.max() == 255


def test_values_that_are_not_numbers_are_black(tmp_path: Path) -> None:
    values = np.linspace(0, 1, 100, dtype=np.float32).reshape(10, 10)
    values[5, 5], values[5, 6] = np.nan, np.inf
    picture = read(save(tmp_path / "a.tif", Image.fromarray(values)))
    assert picture.getpixel((5, 5)) == (0, 0, 0)
    assert picture.getpixel((6, 5)) == (255, 255, 255)


def test_an_even_deep_picture_is_even(tmp_path: Path) -> None:
    picture = read(save(tmp_path / "a.tif", Image.new("I;16", (8, 8), 777)))
    assert picture.getextrema() == ((0, 0),) * 3


def test_the_first_frame_is_read_and_the_others_are_counted(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (10, 10), color) for color in ("red", "green", "blue")]
    for suffix in ("gif", "png", "webp", "tif"):
        path = save(tmp_path / f"a.{suffix}", frames[0], save_all=True, append_images=frames[1:])
        assert read_header(path).pages == 3, suffix
        assert read(path).getpixel((5, 5))[0] > 200, suffix


def test_a_suffix_that_lies_is_no_matter(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jpg", Image.new("RGB", (9, 9), "red"), format="PNG")
    assert read_header(path).format == "PNG"
    assert read(path).size == (9, 9)


def test_a_large_jpeg_is_decoded_small_but_never_too_small(draw: Draw) -> None:
    path = draw("big.jpg", size=(1600, 1200))
    assert read(path, max_short_side=300).size == (400, 300)
    assert read(path, max_short_side=301).size == (800, 600)
    assert read(path, max_short_side=5000).size == (1600, 1200)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "bmp", "tif", "avif", "ppm", "jp2", "tga", "ico"])
@pytest.mark.parametrize("share", [0.5, 0.97])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    path = save(tmp_path / f"a.{suffix}", noise)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(UnreadablePicture, match=r"damaged|header"):
        read(path)


def test_a_png_of_a_few_bytes_and_billions_of_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png(50_000, 50_000, zlib.compress(bytes(10_000))))
    with pytest.raises(UnreadablePicture, match="more than 178 megapixels"):
        read(path)


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "EPS"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", r"cvwidgets\[heic\]"),
        (b"\0\0\0\x18ftypisom\0\0\0\0mp42", "video"),
        (b"\x89PNG\r\n\x1a\nrubbish and more rubbish", "starts like a PNG"),
        (b"what a lovely day it is today, really", "not a picture"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    with pytest.raises(UnreadablePicture, match=words):
        read(path)


def test_a_pipe_a_device_and_a_folder_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "folder.jpg").mkdir()
    for path, words in ((tmp_path / "pipe.jpg", "pipe"), (Path("/dev/zero"), "device"), (tmp_path / "folder.jpg", "folder")):
        with pytest.raises(UnreadablePicture, match=words):
            read(path)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePicture, match="not there"):
        read_header(tmp_path / "gone.jpg")


def test_broken_exif_does_not_cost_the_picture(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jpg", Image.new("RGB", (12, 9), "red"), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert read(path).size == (12, 9)


def test_pillows_global_settings_are_left_alone() -> None:
    from PIL import ImageFile

    assert Image.MAX_IMAGE_PIXELS == 1024 * 1024 * 1024 // 4 // 3
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_a_gif_of_endless_frames_is_counted_up_to_a_bound(tmp_path: Path) -> None:
    memory = io.BytesIO()
    Image.new("P", (1, 1)).save(memory, "GIF")
    head, frame = memory.getvalue()[:-1], memory.getvalue()[memory.getvalue().index(b",") : -1]
    path = tmp_path / "endless.gif"
    path.write_bytes(head + frame * 20_000 + b";")
    assert read_header(path).pages == 10_000
