"""Archives: what is in them comes in, and nothing they try does harm."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cvwidgets.collect import Keep, find
from cvwidgets.errors import SourceError
from tests.collect.making import MAKERS, make_tar, make_zip

HaulOf = Callable[..., Any]


@pytest.mark.parametrize("kind", MAKERS)
def test_members_come_in_with_the_label_of_their_folder(tmp_path: Path, haul: HaulOf, kind: str) -> None:
    source = MAKERS[kind](
        tmp_path / f"a.{kind}", {"cat/1.jpg": b"1", "dog/big/2.jpg": b"2", "dog/notes.txt": b"", "__MACOSX/cat/1.jpg": b""}
    )
    got = haul(source)
    assert got.labels == ["cat", "dog/big"]
    assert [found.path.read_bytes() for found in got.found] == [b"1", b"2"]
    assert all(found.owned and found.size == 1 and found.mtime_ns for found in got.found)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_single_top_folder_gives_no_label(tmp_path: Path, haul: HaulOf, kind: str) -> None:
    source = MAKERS[kind](tmp_path / f"a.{kind}", {"README.txt": b"", "animals/cat/1.jpg": b"1", "animals/2.jpg": b"2"})
    assert haul(source).labels == ["cat", None]


@pytest.mark.parametrize("kind", MAKERS)
def test_the_parts_of_a_split_are_no_labels(tmp_path: Path, haul: HaulOf, kind: str) -> None:
    source = MAKERS[kind](tmp_path / f"a.{kind}", {"set/train/cat/1.jpg": b"1", "set/train/elk/2.jpg": b"2", "set/val/cat/3.jpg": b"3"})
    assert haul(source).labels == ["cat", "elk", "cat"]


@pytest.mark.parametrize("kind", MAKERS)
def test_a_label_given_holds_for_all_members(tmp_path: Path, haul: HaulOf, kind: str) -> None:
    assert haul(MAKERS[kind](tmp_path / f"a.{kind}", {"cat/1.jpg": b"1"}), label="x").labels == ["x"]


def test_an_archive_is_known_by_its_content(tmp_path: Path, haul: HaulOf) -> None:
    assert haul(make_zip(tmp_path / "download", {"cat/1.jpg": b"1", "2.jpg": b"2"})).labels == ["cat", None]


def test_where_a_member_came_from_is_told(tmp_path: Path, haul: HaulOf) -> None:
    source = make_zip(tmp_path / "my pets.zip", {"cat/a#1 ☃.jpg": b"1"})
    (found,) = haul(source).found
    assert found.source.address == f"file://{tmp_path}/my%20pets.zip#cat/a%231%20%E2%98%83.jpg"


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize("name", ["../x.jpg", "a/../../x.jpg", "/etc/x.jpg", "C:/x.jpg", "..\\x.jpg"])
def test_a_member_that_would_lead_out_is_refused_and_the_others_come_in(tmp_path: Path, haul: HaulOf, kind: str, name: str) -> None:
    if kind == "tar" and "\\" in name:
        pytest.skip("in a tar archive a backslash is a letter like any other")
    got = haul(MAKERS[kind](tmp_path / f"a.{kind}", {name: b"evil", "cat/1.jpg": b"1"}))
    assert got.labels == [None]
    assert list(got.refused.values()) == ["Its name leads out of the archive."]
    assert not list(tmp_path.rglob("x.jpg"))


def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, haul: HaulOf) -> None:
    source = make_tar(tmp_path / "a.tar", {"cat/1.jpg": b"1"})
    with tarfile.open(source, "a") as archive:
        for name, kind in (("soft.jpg", tarfile.SYMTYPE), ("hard.jpg", tarfile.LNKTYPE), ("pipe.jpg", tarfile.FIFOTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
    got = haul(source)
    assert len(got.found) == 1
    assert ["link" in reason for reason in got.refused.values()] == [True, True, False]


def test_a_link_in_a_zip_is_refused(tmp_path: Path, haul: HaulOf) -> None:
    source = tmp_path / "a.zip"
    with zipfile.ZipFile(source, "w") as archive:
        link = zipfile.ZipInfo("link.jpg")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("cat/1.jpg", b"1")
    assert list(haul(source).refused.values()) == ["It is a link; links in archives are not followed."]


def test_an_archive_in_an_archive_is_refused(tmp_path: Path, haul: HaulOf) -> None:
    got = haul(make_zip(tmp_path / "a.zip", {"inner.zip": b"PK", "1.jpg": b"1"}))
    assert "archive inside an archive" in got.refused["a.zip/inner.zip"]


def test_a_zip_locked_with_a_password_is_said_to_be(tmp_path: Path, keep: Keep) -> None:
    source = make_zip(tmp_path / "a.zip", {"1.jpg": b"1"})
    lock_members(source, 1)
    with pytest.raises(SourceError, match="locked with a password"):
        list(find(source, keep=keep))


def test_one_locked_member_does_not_stop_the_others(tmp_path: Path, haul: HaulOf) -> None:
    source = make_zip(tmp_path / "a.zip", {"1.jpg": b"1", "2.jpg": b"2"})
    lock_members(source, 1)
    got = haul(source)
    assert got.refused == {"a.zip/1.jpg": "It is locked with a password."}
    assert len(got.found) == 1


def lock_members(source: Path, count: int) -> None:
    """Sets the bit that says "encrypted" in the archive's list of files."""
    content, place = bytearray(source.read_bytes()), 0
    for _ in range(count):
        place = content.index(b"PK\x01\x02", place) + 8
        content[place] |= 1
    source.write_bytes(content)


def test_a_damaged_member_does_not_stop_the_others(tmp_path: Path, haul: HaulOf) -> None:
    source = make_zip(tmp_path / "a.zip", {"1.jpg": b"first" * 100, "2.jpg": b"second"}, zipfile.ZIP_STORED)
    source.write_bytes(source.read_bytes().replace(b"firstfirst", b"fistrfirst", 1))
    got = haul(source)
    assert len(got.found) == 1
    assert "damaged inside the archive" in got.refused["a.zip/1.jpg"]


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "tar.xz"])
def test_a_tar_cut_off_in_the_middle_gives_what_came_before(tmp_path: Path, haul: HaulOf, kind: str) -> None:
    source = MAKERS[kind](tmp_path / f"a.{kind}", {f"{number}.jpg": os.urandom(50_000) for number in range(10)})
    source.write_bytes(source.read_bytes()[:260_000])
    got = haul(source)
    assert 3 <= len(got.found) <= 5
    assert any("damaged" in reason for reason in got.refused.values())


def test_a_tar_with_a_broken_header_gives_what_came_before(tmp_path: Path, haul: HaulOf) -> None:
    source = make_tar(tmp_path / "a.tar", {"1.jpg": b"1", "2.jpg": b"2"})
    content = bytearray(source.read_bytes())
    content[1024:1034] = b"rubbish!!!"
    source.write_bytes(content)
    got = haul(source)
    assert len(got.found) == 1
    assert "damaged or cut off" in got.refused["a.tar"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.zip", b"PK\x03\x04 and then nothing", "damaged"),
        ("a.tar", b"not a tar at all" * 64, "cannot be read as a tar"),
        ("a.tgz", b"\x1f\x8b\x08 broken from the start", "cannot be read as a tar"),
        ("a.rar", b"Rar!\x1a\x07\x01", "RAR archive; zip and tar can be read"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", "7z archive"),
        ("a.tar.zst", b"(\xb5/\xfd....", "Zstandard"),
    ],
)
def test_what_is_no_archive_that_can_be_read_is_said_to_be_so(tmp_path: Path, keep: Keep, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=words):
        list(find(tmp_path / name, keep=keep))


@pytest.mark.parametrize("kind", MAKERS)
def test_an_archive_without_pictures_is_said_to_hold_none(tmp_path: Path, keep: Keep, kind: str) -> None:
    for members in ({}, {"notes.txt": b"no"}):
        with pytest.raises(SourceError, match="holds no files that could be pictures"):
            list(find(MAKERS[kind](tmp_path / f"a.{kind}", members), keep=keep))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_two_files(tmp_path: Path, haul: HaulOf) -> None:
    for kind, source in (("zip", tmp_path / "a.zip"), ("tar", tmp_path / "a.tar")):
        MAKERS[kind](source, {"1.jpg": b"old"})
        if kind == "zip":
            with zipfile.ZipFile(source, "a") as archive:
                archive.writestr("1.jpg", b"new")
        else:
            with tarfile.open(source, "a") as tar:
                entry = tarfile.TarInfo("1.jpg")
                entry.size = 3
                tar.addfile(entry, io.BytesIO(b"new"))
        assert [found.path.read_bytes() for found in haul(source).found] == [b"old", b"new"]


def test_names_that_are_no_utf_8_are_shown_as_far_as_they_can_be(tmp_path: Path, haul: HaulOf) -> None:
    source = make_tar(tmp_path / "a.tar", {"caf\udce9/1.jpg": b"1", "caf\udce9/../../2\udcff.jpg": b"2"})
    got = haul(source)
    assert len(got.found) == 1
    assert all(reason.encode() and path.encode() for path, reason in got.refused.items())


def test_a_zip_that_forgot_to_say_utf_8_is_read_as_such(tmp_path: Path, haul: HaulOf) -> None:
    source = make_zip(tmp_path / "a.zip", {"köln/1.jpg": b"1", "2.jpg": b"2"})
    source.write_bytes(without_utf8_flags(source.read_bytes()))
    assert haul(source).labels == ["köln", None]


def without_utf8_flags(content: bytes) -> bytes:
    changed = bytearray(content)
    for magic, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        place = -1
        while (place := content.find(magic, place + 1)) >= 0:
            changed[place + offset] &= ~0x08
    return bytes(changed)


def test_a_failure_to_keep_is_not_taken_for_a_damaged_archive(tmp_path: Path) -> None:
    def full_disk(stream: io.BufferedIOBase, name: str) -> Path:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        list(find(make_zip(tmp_path / "a.zip", {"1.jpg": b"1"}), keep=full_disk))


def test_the_checksum_of_a_zip_is_checked(tmp_path: Path, haul: HaulOf) -> None:
    source = make_zip(tmp_path / "a.zip", {"1.jpg": b"abc" * 50, "2.jpg": b"2"}, zipfile.ZIP_STORED)
    content = source.read_bytes()
    source.write_bytes(content.replace(zlib.crc32(b"abc" * 50).to_bytes(4, "little"), b"\0\1\2\3"))
    assert list(haul(source).refused) == ["a.zip/1.jpg"]
