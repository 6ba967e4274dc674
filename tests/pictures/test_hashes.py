"""Hashes and thumbnails: the same picture is known again, a different one is not."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets.errors import UnreadablePicture
from cvwidgets.pictures import examine, hash_file, make_thumbnail, perceptual_hash, read

Draw = Callable[..., Path]


def differing_bits(one: int, other: int) -> int:
    return (one ^ other).bit_count()


def test_the_hash_of_a_file_is_its_sha256(draw: Draw) -> None:
    path = draw("a.png")
    assert hash_file(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_pipe_is_not_hashed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadablePicture, match="pipe"):
        hash_file(tmp_path / "pipe")


def test_a_picture_is_known_again_after_resizing_and_encoding_anew(shared: Path, tmp_path: Path) -> None:
    for photo in sorted((shared / "data/trashnet/glass").glob("*.jpg"))[:20]:
        picture = read(photo)
        picture.resize((picture.width * 2, picture.height * 2)).save(tmp_path / "large.jpg", quality=60)
        picture.resize((120, 90)).save(tmp_path / "small.webp", quality=70)
        first = perceptual_hash(picture)
        assert differing_bits(first, examine(tmp_path / "large.jpg").phash) <= 10
        assert differing_bits(first, examine(tmp_path / "small.webp").phash) <= 10


def test_different_pictures_have_different_hashes(shared: Path) -> None:
    photos = sorted((shared / "data/trashnet/metal").glob("*.jpg"))[:30]
    hashes = [perceptual_hash(read(photo)) for photo in photos]
    near = sum(differing_bits(a, b) <= 10 for i, a in enumerate(hashes) for b in hashes[:i])
    assert near <= 2


def test_a_perceptual_hash_has_64_bits_and_an_even_picture_has_none() -> None:
    assert 0 <= perceptual_hash(Image.linear_gradient("L").convert("RGB")) < 2**64
    assert perceptual_hash(Image.new("RGB", (300, 200), "orange")) == 0


@pytest.mark.parametrize(
    ("size", "small"), [((1000, 500), (512, 256)), ((100, 50), (100, 50)), ((10_000, 100), (1024, 10)), ((3, 9000), (1, 1024))]
)
def test_a_thumbnail_has_256_pixels_on_its_short_side_and_is_never_larger_than_the_picture(
    size: tuple[int, int], small: tuple[int, int]
) -> None:
    thumbnail = Image.open(io.BytesIO(make_thumbnail(Image.new("RGB", size))))
    assert thumbnail.format == "JPEG"
    assert thumbnail.size == small


def test_examining_tells_all_facts_from_one_reading(draw: Draw) -> None:
    path = draw("a.jpg", size=(1300, 800))
    facts = examine(path)
    assert (facts.header.format, facts.header.width, facts.header.height, facts.header.pages) == ("JPEG", 1300, 800, 1)
    assert (facts.sha256, facts.size) == (hash_file(path), path.stat().st_size)
    assert min(Image.open(io.BytesIO(facts.thumbnail)).size) == 256


def test_examining_refuses_a_file_whose_end_is_missing(draw: Draw) -> None:
    path = draw("a.jpg", size=(1300, 800))
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(UnreadablePicture, match="cut off"):
        examine(path)
