from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from cvwidgets import vision
from cvwidgets.errors import UnreadablePicture
from cvwidgets.learn.collection import Collection, open_collection
from cvwidgets.learn.decoded import Decoded
from cvwidgets.pictures import read

TRANSFORM = vision.TestTransform(short_side=36, exact=None, crop=(32, 32))


@pytest.fixture
def collection(drawn: Callable[..., Path]) -> Collection:
    return open_collection(drawn(2, size=(300, 200)), split=(0.6, 0.2, 0.2), seed=0)


def test_the_kept_crop_is_the_test_transforms_bit_for_bit(collection: Collection, tmp_path: Path) -> None:
    decoded, item = Decoded(collection, TRANSFORM, tmp_path / "cache"), collection.parts["valid"][0]
    assert item.path
    for _ in range(2):
        assert torch.equal(TRANSFORM.normalize(torch.from_numpy(decoded.exact(item))), TRANSFORM(read(item.path)))


def test_an_original_is_opened_once(collection: Collection, tmp_path: Path) -> None:
    decoded, item = Decoded(collection, TRANSFORM, tmp_path / "cache"), collection.parts["train"][0]
    before = np.array(decoded.wide(item)), decoded.exact(item)
    assert item.path
    item.path.unlink()
    assert np.array_equal(np.array(decoded.wide(item)), before[0])
    assert np.array_equal(decoded.exact(item), before[1])
    assert min(before[0].shape[:2]) == decoded.short_side == 48


def test_a_file_that_changed_since_the_snapshot_is_not_taken_for_it(
    collection: Collection, draw: Callable[..., Path], tmp_path: Path
) -> None:
    decoded, item = Decoded(collection, TRANSFORM, tmp_path / "cache"), collection.parts["train"][0]
    assert item.path
    before = item.path.read_bytes()
    draw(item.path, seed=999)
    for form in (decoded.wide, decoded.exact):
        with pytest.raises(UnreadablePicture, match="changed since the snapshot"):
            form(item)
    assert not decoded.has(item)
    item.path.write_bytes(before)
    assert decoded.wide(item).mode == "RGB"


def test_a_deleted_or_damaged_cache_is_made_again(collection: Collection, tmp_path: Path) -> None:
    decoded, item = Decoded(collection, TRANSFORM, tmp_path / "cache"), collection.parts["train"][0]
    exact, wide = decoded.exact(item), np.array(decoded.wide(item))
    for file in (tmp_path / "cache").rglob("*.*"):
        file.write_bytes(file.read_bytes()[:200])
    assert np.array_equal(decoded.exact(item), exact)
    assert np.array_equal(np.array(decoded.wide(item)), wide)


def test_a_cache_that_cannot_be_written_costs_only_time(collection: Collection, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    decoded, item = Decoded(collection, TRANSFORM, tmp_path / "cache"), collection.parts["train"][0]
    assert decoded.exact(item).shape == (3, 32, 32)
    assert decoded.wide(item).mode == "RGB"


def test_the_cache_leaves_a_twentieth_of_a_small_disk_free(collection: Collection, small_disk: Path) -> None:
    decoded, items = Decoded(collection, TRANSFORM, small_disk / "cache"), collection.parts["train"]
    (small_disk / "filler").write_bytes(bytes(shutil.disk_usage(small_disk).free - 72_000))
    assert [decoded.exact(item).shape for item in items] == [(3, 32, 32)] * 6
    assert [decoded.has(item) for item in items] == [True, False, False, False, False, False]
    assert shutil.disk_usage(small_disk).free > 50_000


def test_a_file_that_is_gone_and_was_never_kept_is_unreadable(collection: Collection, tmp_path: Path) -> None:
    item = collection.parts["test"][0]
    assert item.path
    item.path.unlink()
    with pytest.raises(UnreadablePicture):
        Decoded(collection, TRANSFORM, tmp_path / "cache").exact(item)
