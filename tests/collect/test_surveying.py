"""What a place holds, counted before anything is taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvwidgets.collect import Survey, survey
from cvwidgets.errors import SourceError
from tests.collect.making import make_zip


def test_a_folder_is_counted_with_its_labels(tmp_path: Path) -> None:
    for name in ("top.jpg", "cat/1.jpg", "cat/2.jpg", "dog/big/3.jpg", "dog/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"1234")
    *_, last = survey(tmp_path)
    assert last == Survey(files=4, bytes=16, label_count=2, labels=("cat", "dog/big"), unlabeled=1, whole=True)


def test_an_archive_or_a_file_is_one(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", {"cat/1.jpg": b"x"})
    assert list(survey(archive)) == [Survey(files=1, bytes=archive.stat().st_size, folder=False, whole=True)]


def test_an_empty_folder_holds_nothing_and_a_missing_one_is_a_sentence(tmp_path: Path) -> None:
    assert list(survey(tmp_path)) == [Survey(whole=True)]
    with pytest.raises(SourceError, match="does not exist"):
        list(survey(tmp_path / "nowhere"))
