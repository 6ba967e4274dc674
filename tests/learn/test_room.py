from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import vision
from cvwidgets.learn.collection import Collection, open_collection
from cvwidgets.learn.decoded import Decoded
from cvwidgets.learn.room import Room
from cvwidgets.settings import change_settings

TRANSFORM = vision.TestTransform(short_side=36, exact=None, crop=(32, 32))
ONE = 3 * 32 * 32 * 4 + 128
"""Bytes of a decoded crop on disk."""


@pytest.fixture
def collection(drawn: Callable[..., Path]) -> Collection:
    return open_collection(drawn(2, size=(60, 40)), split=(0.6, 0.2, 0.2), seed=0)


def fill(folder: Path, count: int, *, size: int = 1000, age: float = 0) -> list[Path]:
    """Decoded pictures of another run, the first of them the oldest."""
    files = [folder / "exact-old" / "ab" / f"{number}.npy" for number in range(count)]
    for number, file in enumerate(files):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(size))
        os.utime(file, (1e9 + number - age,) * 2)
    return files


def held(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def test_what_was_written_first_makes_room(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    files = fill(tmp_path, 10)
    with caplog.at_level(logging.INFO):
        assert Room(tmp_path, 10_000, lambda file: False).take(500)
    assert [file.exists() for file in files] == [False] + [True] * 9
    assert len(caplog.messages) == 1 and "decoded pictures of 0.00 GB were removed" in caplog.messages[0]


def test_thumbnails_count_and_stay(tmp_path: Path) -> None:
    (tmp_path / "thumbnails.db").write_bytes(bytes(9000))
    files = fill(tmp_path, 5)
    assert not Room(tmp_path, 8000, lambda file: False).take(500)
    assert (tmp_path / "thumbnails.db").exists() and not any(file.exists() for file in files)


def test_a_run_does_not_throw_out_its_own_pictures_while_it_writes(tmp_path: Path) -> None:
    files = fill(tmp_path, 10)
    room = Room(tmp_path, 10_000, lambda file: file in files)
    assert not room.take(500)
    assert all(file.exists() for file in files)


def test_settings_that_became_smaller_hold_from_the_next_run_on(tmp_path: Path) -> None:
    files = fill(tmp_path, 10)
    assert Room(tmp_path, 5000, lambda file: file in files).take(500)
    assert [file.exists() for file in files] == [False] * 6 + [True] * 4


def test_the_cache_stays_below_what_the_settings_allow(collection: Collection, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    change_settings(cache_gigabytes=2.5 * ONE / 1e9)
    decoded, items = Decoded(collection, TRANSFORM, cache), collection.parts["train"]
    assert [decoded.exact(item).shape for item in items] == [(3, 32, 32)] * 6
    assert [decoded.has(item) for item in items] == [True, True, False, False, False, False]
    assert held(cache) == 2 * ONE


def test_no_room_at_all_keeps_nothing(collection: Collection, tmp_path: Path) -> None:
    change_settings(cache_gigabytes=0)
    assert Decoded(collection, TRANSFORM, tmp_path / "cache").wide(collection.parts["train"][0]).mode == "RGB"
    assert held(tmp_path / "cache") == 0
