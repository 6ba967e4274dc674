"""Folders: every file once, with the label of its place, and no surprise."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cvwidgets.collect import survey
from cvwidgets.errors import SourceError

HaulOf = Callable[..., Any]


def write(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode("utf-8", "surrogateescape"))
    return folder


def test_sub_folders_are_labels_and_nested_ones_nested_labels(tmp_path: Path, haul: HaulOf) -> None:
    write(tmp_path / "in", "top.jpg", "cat/1.jpg", "cat/2.PNG", "dog/big/3.webp")
    got = haul(tmp_path / "in")
    assert list(zip(got.names, got.labels, strict=True)) == [("top.jpg", None), ("1.jpg", "cat"), ("2.PNG", "cat"), ("3.webp", "dog/big")]
    assert got.refused == {}


def test_folders_that_name_the_parts_of_a_split_are_no_labels_but_those_in_them_are(tmp_path: Path, haul: HaulOf) -> None:
    write(tmp_path / "in", "train/cat/1.jpg", "Valid/dog/2.jpg", "test/cat/train/3.jpg", "test/4.jpg", "list.csv")
    got = haul(tmp_path / "in")
    assert dict(zip(got.names, got.labels, strict=True)) == {"1.jpg": "cat", "2.jpg": "dog", "3.jpg": "cat/train", "4.jpg": None}


@pytest.mark.parametrize("beside", ["bus/2.jpg", "2.jpg"])
def test_a_label_may_be_called_train(tmp_path: Path, haul: HaulOf, beside: str) -> None:
    write(tmp_path / "in", "train/1.jpg", "test/3.jpg", beside)
    assert haul(tmp_path / "in").labels.count("train") == 1


def test_a_found_file_is_told_with_its_size_and_time_and_stays_where_it_is(tmp_path: Path, haul: HaulOf) -> None:
    path = write(tmp_path / "in", "a.jpg") / "a.jpg"
    (found,) = haul(tmp_path / "in").found
    assert (found.path, found.size, found.mtime_ns, found.owned) == (path, 5, path.stat().st_mtime_ns, False)


def test_a_label_given_holds_for_everything(tmp_path: Path, haul: HaulOf) -> None:
    write(tmp_path / "in", "top.jpg", "cat/1.jpg")
    assert haul(tmp_path / "in", label="animals/cats").labels == ["animals/cats"] * 2


def test_a_folder_named_unsorted_gives_no_label(tmp_path: Path, haul: HaulOf) -> None:
    write(tmp_path / "in", "unsorted/1.jpg")
    assert haul(tmp_path / "in").labels == [None]


def test_what_is_no_picture_by_its_name_is_passed_over(tmp_path: Path, haul: HaulOf) -> None:
    names = ("notes.txt", "x.json", "x.csv", "x.xml", "Thumbs.db", ".DS_Store", ".git/a.jpg", "__MACOSX/a.jpg", ".hidden.jpg", "clip.mp4")
    write(tmp_path / "in", *names, "no suffix", "strange.xyz", "a.jpg")
    assert sorted(haul(tmp_path / "in").names) == ["a.jpg", "no suffix", "strange.xyz"]


def test_an_archive_in_a_folder_is_refused_with_a_sentence(tmp_path: Path, haul: HaulOf) -> None:
    got = haul(write(tmp_path / "in", "more.zip", "a.jpg"))
    assert got.refused == {str(tmp_path / "in/more.zip"): "An archive inside a folder is not opened; add it by itself."}


@pytest.mark.parametrize(
    "name",
    [
        "line\nbreak.jpg",
        "quote'\".jpg",
        "<script>alert(1)</script>.jpg".replace("/", "_"),
        "🦬 ☃.jpg",
        "x" * 251 + ".jpg",
        "\udcff\udcfe.jpg",
    ],
)
def test_names_may_hold_anything(tmp_path: Path, haul: HaulOf, name: str) -> None:
    write(tmp_path / "in", f"cat/{name}")
    (found,) = haul(tmp_path / "in").found
    assert found.path.name == name
    assert found.path.stat().st_size == found.size


def test_a_folder_name_that_is_no_utf_8_becomes_a_label_that_is(tmp_path: Path, haul: HaulOf) -> None:
    write(tmp_path / "in", "caf\udce9/1.jpg")
    assert haul(tmp_path / "in").labels == ["caf�"]


def test_links_to_files_are_followed_and_links_to_folders_are_not(tmp_path: Path, haul: HaulOf) -> None:
    folder = write(tmp_path / "in", "cat/1.jpg")
    (folder / "cat/again.jpg").symlink_to(folder / "cat/1.jpg")
    (folder / "cat/round").symlink_to(folder)
    (folder / "cat/dead.jpg").symlink_to(folder / "nowhere.jpg")
    (folder / "cat/self.jpg").symlink_to(folder / "cat/self.jpg")
    got = haul(folder)
    assert got.names == ["1.jpg", "again.jpg"]
    assert "link to a folder" in got.refused[str(folder / "cat/round")]
    assert "leads to no file" in got.refused[str(folder / "cat/dead.jpg")]
    assert str(folder / "cat/self.jpg") in got.refused


def test_a_pipe_is_refused_without_waiting(tmp_path: Path, haul: HaulOf) -> None:
    folder = write(tmp_path / "in", "a.jpg")
    os.mkfifo(folder / "pipe.jpg")
    assert "pipe" in haul(folder).refused[str(folder / "pipe.jpg")]


def test_a_project_inside_the_folder_keeps_its_own_files(tmp_path: Path, haul: HaulOf) -> None:
    write(tmp_path / "in", "catalog.db", "images/ab/abc.jpg", "cache/x.jpg", "runs/0001/sample.png", "cat/1.jpg")
    assert haul(tmp_path / "in").names == ["1.jpg"]


def test_a_single_file_is_found_as_it_is(tmp_path: Path, haul: HaulOf) -> None:
    path = write(tmp_path, "a.jpg") / "a.jpg"
    (found,) = haul(path, label="cat").found
    assert (found.path, found.label) == (path, "cat")


@pytest.mark.parametrize("names", [(), ("notes.txt", "deep/er/still.csv")])
def test_a_folder_without_pictures_is_said_to_hold_none(tmp_path: Path, haul: HaulOf, names: tuple[str, ...]) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(SourceError, match="holds no files that could be pictures"):
        haul(write(tmp_path / "in", *names))


def test_a_missing_source_is_said_to_be_missing(tmp_path: Path, haul: HaulOf) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        haul(tmp_path / "nowhere")


def test_a_device_is_no_source(haul: HaulOf) -> None:
    with pytest.raises(SourceError, match="device"):
        haul(Path("/dev/zero"))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may reach, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Nobody's rights while the test runs: permissions do not hold back root."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def test_a_folder_that_may_not_be_read_is_said_to_be_so(open_folder: Path, haul: HaulOf, request: pytest.FixtureRequest) -> None:
    write(open_folder, "secret/1.jpg", "cat/2.jpg")
    (open_folder / "secret").chmod(0)
    request.getfixturevalue("ordinary_user")
    got = haul(open_folder)
    assert got.names == ["2.jpg"]
    assert got.refused == {str(open_folder / "secret"): "The folder cannot be listed: permission denied."}
    with pytest.raises(SourceError, match=r"cannot be listed: permission denied\. .* change its permissions"):
        haul(open_folder / "secret")


def test_an_archive_that_may_not_be_read_is_said_to_be_so(open_folder: Path, haul: HaulOf, request: pytest.FixtureRequest) -> None:
    archive = write(open_folder, "a.zip") / "a.zip"
    archive.chmod(0)
    request.getfixturevalue("ordinary_user")
    with pytest.raises(SourceError, match="cannot be read: Permission denied"):
        haul(archive)


def test_folders_nested_beyond_all_reason_are_gone_through(tmp_path: Path, haul: HaulOf) -> None:
    folder = tmp_path / "in"
    write(folder, "/".join(["d"] * 600) + "/1.jpg")
    assert haul(folder).names == ["1.jpg"]


def test_many_files_are_listed_fast(tmp_path: Path, haul: HaulOf) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(10_000):
        os.close(os.open(folder / f"{number}.jpg", os.O_CREAT))
    begin = time.process_time()
    assert len(haul(folder).found) == 10_000
    assert time.process_time() - begin < 1


def test_links_that_lead_out_of_the_folders_allowed_are_refused(tmp_path: Path, haul: HaulOf) -> None:
    write(tmp_path / "secret", "passwd.jpg")
    folder = write(tmp_path / "open", "cat/1.jpg", "cat/2.jpg")
    (folder / "cat/in.jpg").symlink_to(folder / "cat/2.jpg")
    (folder / "cat/out.jpg").symlink_to("../../secret/passwd.jpg")
    (folder / "cat/round.jpg").symlink_to("round.jpg")
    got = haul(folder, within=[folder])
    assert got.names == ["1.jpg", "2.jpg", "in.jpg"]
    assert got.refused[str(folder / "cat/out.jpg")] == "It is a link to a place outside the folders allowed here."
    assert set(got.refused) == {str(folder / "cat/out.jpg"), str(folder / "cat/round.jpg")}


@pytest.mark.parametrize("way", ["secret", "open/../secret", "open/way", "open/way/passwd.jpg", "open/link.jpg", "open/nowhere/../../x"])
def test_a_source_outside_the_folders_allowed_is_refused_whatever_way_leads_to_it(tmp_path: Path, haul: HaulOf, way: str) -> None:
    secret, folder = write(tmp_path / "secret", "passwd.jpg"), write(tmp_path / "open", "1.jpg")
    (folder / "way").symlink_to(secret)
    (folder / "link.jpg").symlink_to(secret / "passwd.jpg")
    with pytest.raises(SourceError, match=r"lies outside the folders allowed here \(.*open\). Choose something below them"):
        haul(tmp_path / way, within=[folder])
    with pytest.raises(SourceError, match="lies outside"):
        list(survey(tmp_path / way, within=[folder]))
