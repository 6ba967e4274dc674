from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets.errors import DiskFull
from cvwidgets.learn import train
from cvwidgets.learn.disk import naming_full_disk
from cvwidgets.recipe import Recipe
from cvwidgets.vision import load_classifier


def test_a_full_disk_is_a_sentence_and_what_was_learnt_goes_on_elsewhere(
    drawn: Callable[..., Path], tiny_base: Path, tmp_path: Path, small_disk: Path
) -> None:
    snapshot, recipe = drawn(), Recipe(base=str(tiny_base), epochs=3, head_first=False, batch_size=8, precision="float32")
    epochs = train(snapshot, recipe, small_disk / "run", cache=tmp_path / "cache")
    next(epochs)
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as stream:
        while stream.write(b"x" * 4096):
            pass
    with pytest.raises(DiskFull, match=r"no room left for the run.*Free some space, then resume"):
        list(epochs)
    assert load_classifier(small_disk / "run/best").labels == ("red", "green", "blue")
    filler.unlink()
    assert [epoch.number for epoch in train(snapshot, recipe, small_disk / "run", cache=tmp_path / "cache")] == [2, 3]


def test_other_troubles_of_writing_keep_their_own_words(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), naming_full_disk(tmp_path):
        (tmp_path / "no/such/file").write_text("")
