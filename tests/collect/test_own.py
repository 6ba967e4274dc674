"""Columns of the user's own: what lists and data sets tell of pictures beside labels, parts and sources."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import datasets
import pytest

from cvwidgets.collect import Drop, Keep, find_dropped, find_named, look_at_list
from cvwidgets.collect.downloading import Wanted
from cvwidgets.collect.lists import read_list
from cvwidgets.collect.own import LONGEST, LONGEST_NAME, MOST, in_one_line, own_columns
from cvwidgets.errors import SourceError
from cvwidgets.records import Found, PassedOver
from tests.collect.test_parquet import picture

Own = list[dict[str, str]]


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Own]:
    """What the further columns of a list of two pictures beside it say of each."""

    def own_of(content: str, **options: Any) -> Own:
        for name in ("1.jpg", "2.jpg"):
            (tmp_path / name).write_bytes(b"picture")
        (tmp_path / "list.csv").write_text(content)
        return [dict(item.columns) for item in find_named(tmp_path / "list.csv", None, **options) if isinstance(item, Found)]

    return own_of


TABLE = "file,label,patient,site,author\n1.jpg,elk,P1,a,ann\n2.jpg,owl,P2,,ann\n"


def test_what_else_a_list_tells_of_its_files_comes_with_them(own: Callable[..., Own]) -> None:
    assert own(TABLE) == [{"patient": "P1", "site": "a"}, {"patient": "P2"}]


def test_which_columns_are_kept_may_be_said(own: Callable[..., Own]) -> None:
    assert own(TABLE, columns={"also": ["Site"]}) == [{"site": "a"}, {}]
    assert own(TABLE, columns={"also": "3"}) == [{"patient": "P1"}, {"patient": "P2"}]
    assert own(TABLE, columns={"label": "label", "also": []}) == [{}, {}]
    assert own("1.jpg,elk,P1,a\n2.jpg,owl,P2,b\n", columns={"label": "2", "also": ["3"]}) == [{"3": "P1"}, {"3": "P2"}]
    with pytest.raises(SourceError, match=r"has no column 'day'; it has the columns file, label, patient, site, author"):
        own(TABLE, columns={"also": ["day"]})
    with pytest.raises(SourceError, match=rf"31 further columns are asked for; {MOST} of a list are kept at most"):
        own(TABLE, columns={"also": [str(number) for number in range(31)]})


def test_a_column_that_is_read_as_something_else_is_not_kept_besides(own: Callable[..., Own]) -> None:
    assert own(TABLE, columns={"label": "site"}) == [{"patient": "P1"}, {"patient": "P2"}]
    assert own(TABLE, columns={"label": "site", "also": ["site", "patient"]}) == [{"patient": "P1"}, {"patient": "P2"}]


def test_saying_what_is_kept_does_not_say_that_there_are_no_labels(own: Callable[..., Own]) -> None:
    with pytest.raises(SourceError, match="no column that is plainly of labels; it has taxon, site too"):
        own("file,taxon,site\n1.jpg,elk,a\n", columns={"also": ["site"]})


def test_of_very_many_columns_the_first_are_kept_and_that_is_said(own: Callable[..., Own], tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(40)]
    (said,) = own(f"file,label,{','.join(names)}\n1.jpg,elk{',x' * 40}\n")
    assert list(said) == names[:MOST]
    (told,) = [item for item in find_named(tmp_path / "list.csv", None) if isinstance(item, PassedOver)]
    assert told == PassedOver("list.csv", "of its 40 further columns the first 30 are kept with the images")


def test_hostile_headers_and_cells_are_short_texts_in_one_line(own: Callable[..., Own]) -> None:
    content = f'file,label,"a\n\u202eb",{"n" * 500},query,SHA256,,A B,"a b"\n1.jpg,elk,"x\x1b[31m\ny",{"v" * 500},q,s,e,\u200b,later\n'
    assert own(content) == [{"a  b": "x [31m y", "n" * LONGEST_NAME: "v" * LONGEST}]


def test_a_look_tells_which_columns_there_are_and_which_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    assert (look := look_at_list(tmp_path / "a.csv")).further == look.also == ("patient", "site")
    assert look_at_list(tmp_path / "a.csv", columns={"also": ["site"]}).also == ("site",)


def test_the_list_of_an_export_brings_columns_back_without_what_guards_a_spreadsheet(own: Callable[..., Own]) -> None:
    assert own("file,label,part,sha256,address,query,'=day\n1.jpg,elk,,00,,found,'-1\n") == [{"=day": "-1"}]


def test_a_list_of_addresses_tells_them_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("url,patient,creator\nhttp://a.example/1.jpg,P1,ann\n")
    (wanted,) = read_list(tmp_path / "a.csv")
    assert isinstance(wanted, Wanted) and wanted.columns == (("patient", "P1"),)
    (tmp_path / "a.csv").write_text("http://a.example/1.jpg,elk,P1\n")
    assert [item.columns for item in read_list(tmp_path / "a.csv") if isinstance(item, Wanted)] == [()]


def test_a_dropped_list_tells_them_of_the_pictures_beside_it(tmp_path: Path, keep: Keep) -> None:
    drop = Drop(tmp_path)
    for number, (name, content) in enumerate([("1.jpg", b"1"), ("list.csv", TABLE.encode())]):
        place = drop.place(number, name)
        place.write_bytes(content)
        drop.note(place, name)
    (found,) = [item for item in find_dropped(tmp_path, keep=keep) if isinstance(item, Found)]
    assert found.columns == (("patient", "P1"), ("site", "a"))


def test_a_data_set_brings_its_columns_of_texts_numbers_and_classes(tmp_path: Path, haul: Callable[..., Any]) -> None:
    kinds = {
        "image": datasets.Image(),
        "label": datasets.ClassLabel(names=["elk"]),
        "coarse": datasets.ClassLabel(names=["deer"]),
        "patient": datasets.Value("int64"),
        "day": datasets.Value("date32"),
        "weight": datasets.Value("float32"),
        "tags": datasets.Sequence(datasets.Value("string")),
        "query": datasets.Value("string"),
    }
    row = {"image": picture(0), "label": 0, "coarse": 0, "patient": 7, "day": date(2026, 5, 1), "weight": 0.5, "tags": ["x"], "query": "q"}
    rows = [row, {**row, "image": picture(1), "coarse": -1, "patient": None, "day": None}]
    datasets.Dataset.from_list(rows, features=datasets.Features(kinds)).to_parquet(tmp_path / "one.parquet")
    got = [dict(found.columns) for found in haul(tmp_path / "one.parquet").found]
    assert got == [{"coarse": "deer", "patient": "7", "day": "2026-05-01"}, {}]


def test_of_two_columns_that_differ_by_case_the_first_counts() -> None:
    assert own_columns(["Site", "site ", "label", "id"], taken={3}) == {"Site": 0}
    assert in_one_line(" P 1 ") == "P 1"
