"""Parquet: data sets as the hub has them, with the pictures inside."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet
import pytest
from PIL import Image

from cvwidgets.collect import survey
from cvwidgets.errors import SourceError

HaulOf = Callable[..., Any]


def picture(shade: int) -> dict[str, Any]:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 0, 0)).save(stream, "PNG")
    return {"bytes": stream.getvalue(), "path": f"folder/{shade}.png"}


def write(path: Path, labels: Sequence[int], names: Sequence[str] = ("elk", "owl"), **columns: Sequence[Any]) -> Path:
    kinds = {
        "image": datasets.Image(),
        "labels": datasets.ClassLabel(names=list(names)),
        **{name: datasets.Value("string") for name in columns},
    }
    rows = {"image": [picture(at) for at in range(len(labels))], "labels": list(labels), **columns}
    path.parent.mkdir(parents=True, exist_ok=True)
    datasets.Dataset.from_dict(rows, features=datasets.Features(kinds)).to_parquet(path)
    return path


def test_the_pictures_of_a_data_set_come_in_with_their_labels(tmp_path: Path, haul: HaulOf) -> None:
    write(tmp_path / "set/data/train-00000-of-00001.parquet", [0, 1, 1])
    write(tmp_path / "set/data/test-00000-of-00001.parquet", [0, -1])
    got = haul(tmp_path / "set")
    assert got.labels == ["elk", None, "elk", "owl", "owl"]
    assert got.found[0].path.read_bytes() == picture(0)["bytes"] and got.found[0].owned
    *_, counted = survey(tmp_path / "set")
    assert (counted.files, counted.labels, counted.whole) == (5, ("elk", "owl"), True)


def test_a_single_file_is_a_source_and_a_label_given_holds_for_all(tmp_path: Path, haul: HaulOf) -> None:
    assert haul(write(tmp_path / "one.parquet", [0, 1]), label="bird").labels == ["bird", "bird"]


def test_what_a_table_tells_of_its_pictures_is_their_source(tmp_path: Path, haul: HaulOf) -> None:
    file = write(tmp_path / "one.parquet", [0], license=["CC0"], author=["someone"], page=[""])
    (found,) = haul(file).found
    assert (found.source.license, found.source.author, found.source.page) == ("CC0", "someone", None)
    assert found.source.address == f"{file.as_uri()}#0"


def test_labels_may_be_texts_and_pictures_bare_bytes(tmp_path: Path, haul: HaulOf) -> None:
    rows = {"image": [picture(0), picture(1)], "label": ["elk", " "]}
    pyarrow.parquet.write_table(pa.table(rows), tmp_path / "one.parquet")
    assert haul(tmp_path / "one.parquet").labels == ["elk", None]


def test_a_row_without_a_picture_is_refused_and_the_others_come_in(tmp_path: Path, haul: HaulOf) -> None:
    rows = {"image": [picture(0), {"bytes": None, "path": "/etc/passwd"}], "label": ["elk", "elk"]}
    pyarrow.parquet.write_table(pa.table(rows), tmp_path / "one.parquet")
    got = haul(tmp_path / "one.parquet")
    assert got.labels == ["elk"] and "holds no picture" in got.refused["one.parquet:1"]


def test_a_table_of_other_things_is_said_to_be_one_and_passed_over_beside_pictures(tmp_path: Path, haul: HaulOf) -> None:
    (tmp_path / "set" / "elk").mkdir(parents=True)
    (tmp_path / "set" / "elk" / "1.jpg").write_bytes(b"1")
    pyarrow.parquet.write_table(pa.table({"number": [1, 2]}), tmp_path / "set" / "figures.parquet")
    assert haul(tmp_path / "set").labels == ["elk"]
    with pytest.raises(SourceError, match="no column of pictures but number"):
        haul(tmp_path / "set" / "figures.parquet")


@pytest.mark.parametrize("keep_bytes", [0, 100, 900])
def test_a_file_that_was_cut_short_is_said_to_be(tmp_path: Path, haul: HaulOf, keep_bytes: int) -> None:
    file = write(tmp_path / "set" / "one.parquet", [0, 1])
    file.write_bytes(file.read_bytes()[:keep_bytes])
    with pytest.raises(SourceError, match="damaged or cut short"):
        haul(tmp_path / "set")


def test_a_link_out_of_the_folders_allowed_is_not_followed(tmp_path: Path, haul: HaulOf) -> None:
    write(tmp_path / "secret" / "one.parquet", [0])
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "one.parquet").symlink_to(tmp_path / "secret" / "one.parquet")
    with pytest.raises(SourceError, match="holds no files"):
        haul(tmp_path / "open", within=[tmp_path / "open"])
