"""Files that came through a browser: found under the names that they had, wherever these would lead."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from cvwidgets.collect import Drop, Keep, find_dropped
from cvwidgets.records import Found, Refused
from tests.collect.films import make_film
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
    refused = {one.path: one.reason for one in find_dropped(tmp_path / "drop", keep=keep)}
    assert refused["notes.txt"] == "By its name it is neither a picture nor an archive."
    assert "has no column of addresses, and none that is plainly of files' names; it has picture" in refused["in/table.csv"]


def fill(folder: Path, **files: str) -> list[Found | Refused]:
    """What comes of dropped files with these contents; a name's __ stands for a slash."""
    folder.mkdir()
    made = Drop(folder)
    for number, (name, content) in enumerate(files.items()):
        path = made.place(number, name.replace("__", "/"))
        path.write_text(content)
        made.note(path, name.replace("__", "/"))
    return [item for item in find_dropped(folder, keep=lambda *_: folder) if isinstance(item, Found | Refused)]


def test_a_list_that_was_dropped_gives_labels_and_parts_to_the_pictures_beside_it(tmp_path: Path) -> None:
    table = "file,label,split\npictures/1.jpg,elk,train\n2,owl,test\ngone.jpg,elk,\n"
    items = fill(tmp_path / "drop", **{"labels.csv": table, "in__1.jpg": "1", "in__2.jpg": "2", "in__3.jpg": "3"})
    assert [item for item in items if isinstance(item, Refused)] == [Refused("gone.jpg", "A list names it, and it was not dropped along.")]
    found = [(item.name, item.label, item.part, item.listed) for item in items if isinstance(item, Found)]
    assert found == [("in/1.jpg", "elk", "train", True), ("in/2.jpg", "owl", "test", True), ("in/3.jpg", "in", None, False)]


def test_a_list_of_pictures_that_were_not_dropped_says_so(tmp_path: Path) -> None:
    items = fill(tmp_path / "drop", **{"labels.csv": "file,label\n1.jpg,elk\n2.jpg,owl\n"})
    (refused,) = items
    assert isinstance(refused, Refused)
    assert "nothing that it names (2, the first '1.jpg') was dropped along. Drop the pictures with it" in refused.reason


def test_a_name_of_endless_folders_in_a_dropped_list_costs_little(tmp_path: Path) -> None:
    long = "a/" * 30_000 + "in/1.jpg"
    tracemalloc.start()
    [found] = fill(tmp_path / "drop", **{"labels.csv": f"file,label\n{long},elk\n", "in__1.jpg": "1"})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, Found) and found.label == "elk" and peak < 50e6


def test_a_list_whose_columns_are_not_plain_is_refused_and_the_pictures_come_in(tmp_path: Path) -> None:
    refused, found = fill(tmp_path / "drop", **{"labels.csv": "file,taxon\n1.jpg,elk\n", "1.jpg": "1"})
    assert isinstance(refused, Refused) and "no column that is plainly of labels" in refused.reason
    assert isinstance(found, Found) and found.label is None


def test_folders_of_parts_that_were_dropped_are_no_labels(tmp_path: Path) -> None:
    items = fill(tmp_path / "drop", **{"train__elk__1.jpg": "1", "val__elk__2.jpg": "2", "test__owl__3.jpg": "3"})
    assert [(item.label, item.part) for item in items if isinstance(item, Found)] == [
        ("elk", "train"),
        ("elk", "valid"),
        ("owl", "test"),
    ]


def test_frames_of_a_dropped_video_have_the_label_and_part_of_its_folders_or_of_a_list(tmp_path: Path, keep: Keep) -> None:
    made = drop(tmp_path / "drop", "train/owl/1.mp4", "test/elk/2.mp4", content=make_film(tmp_path / "clip.mp4", seconds=0.5).read_bytes())
    (table := made.place(3, "labels.csv")).write_text("file,label\ntest/elk/2.mp4,moose\n")
    made.note(table, "labels.csv")
    found = [item for item in find_dropped(made.folder, keep=keep) if isinstance(item, Found)]
    assert [(item.label, item.part, item.listed) for item in found] == [("owl", "train", False), ("moose", "test", True)]
    assert found[0].name == "train/owl/1.mp4/1@00-00-00.000.jpg" and found[1].source
