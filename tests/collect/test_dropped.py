"""Files that came through a browser: found under the names that they had, wherever these would lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvwidgets.collect import Drop, Keep, find_dropped
from cvwidgets.records import Found, Refused
from tests.collect.making import MAKERS


def drop(folder: Path, *names: str, content: bytes = b"picture") -> Drop:
    folder.mkdir()
    made = Drop(folder)
    for number, name in enumerate(names):
        path = made.place(number, name)
        path.write_bytes(content)
        made.note(path, name)
    return made


def told(folder: Path, keep: Keep, **options: str) -> list[tuple[str | None, str | None]]:
    return [(item.name, item.label) for item in find_dropped(folder, keep=keep, **options) if isinstance(item, Found)]


def test_folders_that_were_dropped_are_labels(tmp_path: Path, keep: Keep) -> None:
    drop(tmp_path / "drop", "top.jpg", "cat/1.jpg", "dog/big/2.png")
    assert told(tmp_path / "drop", keep) == [("top.jpg", None), ("cat/1.jpg", "cat"), ("dog/big/2.png", "dog/big")]


def test_a_label_given_holds_for_all_that_was_dropped(tmp_path: Path, keep: Keep) -> None:
    drop(tmp_path / "drop", "top.jpg", "cat/1.jpg")
    assert [label for _, label in told(tmp_path / "drop", keep, label="owl")] == ["owl", "owl"]


HOSTILE = ("../../x.jpg", "/etc/x.jpg", "..", "C:/x.jpg", "a\nb\0c.jpg", "<img src=x>.jpg", ".", "", "\udcff.jpg", "x\\..\\..\\y.jpg")


@pytest.mark.parametrize("name", [*HOSTILE, "🦬" * 100 + ".jpg"])
def test_a_name_leads_nowhere(tmp_path: Path, name: str) -> None:
    made = drop(tmp_path / "drop", name)
    (file,) = (tmp_path / "drop" / "0").iterdir()
    assert made.files == 1 and file.read_bytes() == b"picture"
    assert {path.name for path in tmp_path.iterdir()} == {"drop"}


def test_a_name_that_leads_out_is_refused_and_the_others_come_in(tmp_path: Path, keep: Keep) -> None:
    drop(tmp_path / "drop", "../x.jpg", "1.jpg")
    refused, found = find_dropped(tmp_path / "drop", keep=keep)
    assert refused == Refused("../x.jpg", "Its name leads out of the folder that was dropped.")
    assert isinstance(found, Found) and found.name == "1.jpg"


def test_files_of_one_name_do_not_meet(tmp_path: Path, keep: Keep) -> None:
    drop(tmp_path / "drop", "cat/1.jpg", "dog/1.jpg")
    assert len({item.path for item in find_dropped(tmp_path / "drop", keep=keep) if isinstance(item, Found)}) == 2


@pytest.mark.parametrize("kind", MAKERS)
def test_a_dropped_archive_is_gone_through(tmp_path: Path, keep: Keep, kind: str) -> None:
    archive = MAKERS[kind](tmp_path / f"a.{kind}", {"cat/1.jpg": b"one", "dog/2.jpg": b"two"})
    drop(tmp_path / "drop", f"a.{kind}", content=archive.read_bytes())
    assert set(told(tmp_path / "drop", keep)) == {
        (f"a.{kind}/cat/1.jpg", "cat"),
        (f"a.{kind}/dog/2.jpg", "dog"),
    }


def test_an_archive_that_cannot_be_read_is_refused_by_its_name(tmp_path: Path, keep: Keep) -> None:
    drop(tmp_path / "drop", "in/a b.rar", content=b"Rar!....")
    (refused,) = find_dropped(tmp_path / "drop", keep=keep)
    assert isinstance(refused, Refused) and refused.path == "in/a b.rar" and "RAR archive" in refused.reason


def test_what_is_no_picture_by_its_name_is_passed_over(tmp_path: Path, keep: Keep) -> None:
    drop(tmp_path / "drop", "notes.txt", "1.jpg", ".git/x.jpg")
    assert [item.name for item in find_dropped(tmp_path / "drop", keep=keep)] == ["1.jpg"]


def test_a_drop_in_which_nothing_could_be_a_picture_is_refused_file_by_file(tmp_path: Path, keep: Keep) -> None:
    drop(tmp_path / "drop", "notes.txt", "in/table.csv")
    refused = list(find_dropped(tmp_path / "drop", keep=keep))
    assert [one.path for one in refused] == ["notes.txt", "in/table.csv"]
    assert {one.reason for one in refused} == {"By its name it is neither a picture nor an archive."}
