from __future__ import annotations

import errno
import os
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


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux tells which file a number stands for")
@pytest.mark.parametrize("place", [".best", "resume"])
def test_where_a_checkpoint_finds_no_room_the_best_before_it_is_whole_and_the_run_goes_on_later(
    drawn: Callable[..., Path], tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    run, sync = tmp_path / "run", os.fsync
    recipe = Recipe(base=str(tiny_base), epochs=3, head_first=False, batch_size=8, precision="float32", choose_by="last", threads=1)
    list(train(snapshot := drawn(), recipe, tmp_path / "whole"))
    epochs = train(snapshot, recipe, run)
    next(epochs)
    best = (run / "best/model.safetensors").read_bytes()

    def full(number: int) -> None:
        if place in str(Path(f"/proc/self/fd/{number}").readlink()):
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(number)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match=r"no room left for the run.*Free some space, then resume"):
        list(epochs)
    kept = (run / "best/model.safetensors").read_bytes()
    assert (kept == best) == (place == ".best") and load_classifier(run / "best").labels == ("red", "green", "blue")
    assert not (run / ".best").exists() and not list((run / "resume").glob("*.part"))
    monkeypatch.undo()
    assert [epoch.number for epoch in train(snapshot, recipe, run)] == [2, 3]
    assert (run / "best/model.safetensors").read_bytes() == (tmp_path / "whole/best/model.safetensors").read_bytes()


def test_other_troubles_of_writing_keep_their_own_words(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), naming_full_disk(tmp_path):
        (tmp_path / "no/such/file").write_text("")
