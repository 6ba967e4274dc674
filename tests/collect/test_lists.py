"""Lists of addresses: texts and tables as people have them, and those that nobody should have."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from cvwidgets.collect.downloading import Wanted
from cvwidgets.collect.lists import read_list
from cvwidgets.errors import SourceError
from cvwidgets.records import Refused, Source


def read(path: Path, content: str | bytes, label: str | None = None) -> tuple[list[Wanted], list[Refused]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    items = list(read_list(path, label))
    return [item for item in items if isinstance(item, Wanted)], [item for item in items if isinstance(item, Refused)]


def test_a_text_has_an_address_on_each_line(tmp_path: Path) -> None:
    got, bad = read(tmp_path / "a.txt", "\ufeff# my list\r\nhttp://a.example/1.jpg\r\n\r\n  HTTPS://a.example/2.jpg  \r\nno address\r\n")
    assert [item.address for item in got] == ["http://a.example/1.jpg", "HTTPS://a.example/2.jpg"]
    assert bad == [Refused("a.txt:5", "The line holds no address of the web but 'no address'.")]


def test_a_table_tells_what_is_known_of_each(tmp_path: Path) -> None:
    table = (
        'Label;Image_URL;Licence;Creator;foreign_landing_url\nanimals/elk;http://a.example/1.jpg;CC BY;"Ann; and Bob";http://a.example\n'
    )
    got, bad = read(tmp_path / "a.csv", table)
    source = Source("http://a.example/1.jpg", page="http://a.example", license="CC BY", author="Ann; and Bob")
    assert got == [Wanted(source, "animals/elk")] and bad == []


@pytest.mark.parametrize(
    ("table", "label"),
    [
        ("http://a.example/1.jpg,elk\n", "elk"),
        ("elk\thttp://a.example/1.jpg\n", "elk"),
        ("http://a.example/1.jpg\n", None),
        ("url,label\nhttp://a.example/1.jpg,Unsorted\n", None),
        ("url,class\nhttp://a.example/1.jpg,\n", None),
    ],
)
def test_a_table_may_have_no_names_above_its_columns(tmp_path: Path, table: str, label: str | None) -> None:
    got, bad = read(tmp_path / "a.csv", table)
    assert [(item.address, item.label) for item in got] == [("http://a.example/1.jpg", label)] and bad == []


def test_a_label_given_holds_for_all(tmp_path: Path) -> None:
    got, _ = read(tmp_path / "a.csv", "url,label\nhttp://a.example/1.jpg,elk\n", label="bison")
    assert [item.label for item in got] == ["bison"]


def test_many_bad_lines_are_told_in_part_and_counted(tmp_path: Path) -> None:
    got, bad = read(tmp_path / "a.csv", "url\n" + "nothing\n" * 1000 + "http://a.example/1.jpg\n")
    assert len(got) == 1 and len(bad) == 21
    assert bad[-1] == Refused("a.csv", "980 more lines hold no address of the web, 1,000 in all.")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_tables_of_office_programs_are_read_whatever_they_wrote(tmp_path: Path, encoding: str) -> None:
    got, _ = read(tmp_path / "a.csv", "url,author\nhttp://a.example/1.jpg,M\xfcller\n".encode(encoding))
    assert [item.address for item in got] == ["http://a.example/1.jpg"]
    assert got[0].source.author == "Müller"


def test_a_table_without_a_column_of_addresses_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="has no column of addresses"):
        read(tmp_path / "a.csv", "file,label\n1.jpg,elk\n")


@pytest.mark.parametrize("content", ["", "# nothing\n", "\n\n"])
def test_an_empty_list_is_said_to_be_empty(tmp_path: Path, content: str) -> None:
    with pytest.raises(SourceError, match="is empty; at least one address is needed"):
        read(tmp_path / "a.txt", content)


@pytest.mark.parametrize("suffix", [".txt", ".csv"])
def test_what_is_hostile_in_a_list_is_bad_lines_and_the_rest_comes(tmp_path: Path, suffix: str) -> None:
    bad_lines = [
        b"\0\0\0",
        b"x" * 300_000,
        b"\xff\xfe\xfd",
        b"\x1b[31m",
        b"javascript:alert(1)",
        b"file:///etc/passwd",
        b"=cmd|' /C calc'!A0",
    ]
    got, bad = read(tmp_path / f"a{suffix}", b"\n".join([b"url", *bad_lines, b"http://a.example/1.jpg"]))
    assert [item.address for item in got] == ["http://a.example/1.jpg"]
    assert len(bad) == (8 if suffix == ".txt" else 7) and all(len(item.reason) < 200 for item in bad)


@pytest.mark.slow
def test_many_lines_take_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write("url,label\n")
        file.writelines(f"http://a.example/{number}.jpg,elk\n" for number in range(100_000))
    tracemalloc.start()
    assert sum(1 for _ in read_list(path)) == 100_000
    assert tracemalloc.get_traced_memory()[1] < 2 << 20
    tracemalloc.stop()
