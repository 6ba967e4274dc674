"""Pictures that belong to no project: they are as little trusted as all others."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from PIL import Image

from cvwidgets.errors import UnreadablePicture
from cvwidgets.project.loose import thumbnail_of


def test_a_loose_picture_is_read_by_a_child_that_stays_for_the_next(draw: Callable[..., Path]) -> None:
    for seed in range(3):
        with Image.open(io.BytesIO(thumbnail_of(draw(f"{seed}.png", seed=seed, size=(800, 600))))) as made:
            assert (made.format, made.size) == ("JPEG", (341, 256))
    assert 1 <= sum("cvwidgets.pictures" in child.cmdline() for child in psutil.Process().children()) <= 2


def test_a_loose_file_that_is_no_picture_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("<html>")
    with pytest.raises(UnreadablePicture, match="text file"):
        thumbnail_of(tmp_path / "text.jpg")
    with pytest.raises(UnreadablePicture, match="not there"):
        thumbnail_of(tmp_path / "nowhere.jpg")
