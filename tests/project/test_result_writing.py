"""What a model said, written for others: tables, folders, pictures; whole or not at all."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from cvwidgets import Project, jobs
from cvwidgets.errors import ExportError
from cvwidgets.project import ResultFilter
from cvwidgets.project.analysis import Analysis
from cvwidgets.project.annotating import annotate
from tests.analyzed import analyzed
from tests.conftest import until

Draw = Callable[..., Path]
ALL = ResultFilter(sort="-confidence")


@pytest.fixture
def rows(filled: Project, draw: Draw, tmp_path: Path) -> Analysis:
    """Three pictures: one of the project, two loose ones of the same name; and a broken file."""
    kept = [image.path for image in filled.images.get(filled.images.select("red", "kept").ids[:1])]
    loose = [draw("a/=1.jpg", seed=1, color="red"), draw("b/=1.jpg", seed=2, size=(300, 200)), tmp_path / "broken.jpg"]
    loose[2].write_text("no picture")
    return analyzed(filled, [*kept, *loose], [[0.75, 0.25], [0.0, 1.0], [0.1, 0.9], []], labels=["../=blue", "red"])


def test_a_table_has_what_was_said_what_is_kept_and_no_formula(rows: Analysis, tmp_path: Path) -> None:
    written = rows.export(tmp_path / "out.csv", "csv", ALL)
    with (tmp_path / "out.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert written.images == 3 and [row["label"] for row in table] == ["red", "red", "../=blue"]
    assert (table[2]["kept label"], table[2]["second label"], table[2]["confidence"]) == ("red", "red", "0.75")
    rows.results.labels = ("\t=blue", "-red")
    rows.export(tmp_path / "again.csv", "csv", ResultFilter(unread=True))
    rows.export(tmp_path / "bad.csv")
    assert "'-red" in (tmp_path / "bad.csv").read_text() and "'\t=blue" in (tmp_path / "bad.csv").read_text()
    assert "It is no picture." in (tmp_path / "again.csv").read_text()


def test_parquet_has_every_probability_and_json_the_most_probable(rows: Analysis, tmp_path: Path) -> None:
    rows.export(tmp_path / "out.parquet", "parquet", ALL)
    table = pd.read_parquet(tmp_path / "out.parquet")
    assert table["probability red"].tolist() == pytest.approx([1.0, 0.9, 0.25], abs=1e-3)
    assert table["image"].isna().tolist() == [True, True, False]
    rows.export(tmp_path / "out.jsonl", "json", ResultFilter(labels=("../=blue",)))
    [line] = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert line["predictions"] == [{"label": "../=blue", "probability": 0.75}, {"label": "red", "probability": 0.25}]


@pytest.mark.parametrize("links", [False, True])
def test_folders_by_what_was_said_stay_where_they_belong_and_keep_equal_names_apart(rows: Analysis, tmp_path: Path, links: bool) -> None:
    written = rows.export(tmp_path / "out", "folder", ALL, links=links)
    found = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.jpg"))
    assert found == ["_/=blue/0.jpg", "red/=1-2.jpg", "red/=1.jpg"] and written.images == 3
    assert (tmp_path / "out" / "red" / "=1.jpg").is_symlink() == links
    Path(rows.results.paths[1]).unlink()
    assert "The file is missing" in rows.export(tmp_path / "again", "folder").left_out[0]


def test_names_and_labels_that_are_too_long_or_too_alike_have_files_and_folders_of_their_own(filled: Project, tmp_path: Path) -> None:
    long = [tmp_path / folder / f"{'x' * 251}.jpg" for folder in "ab"] + [Path(os.fsdecode(bytes(tmp_path / "a") + b"/" + b"\xe9" * 240))]
    for seed, path in enumerate(long):
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (40, 30), (seed, 0, 0)).save(path, "JPEG")
    labels = ["😀" * 300, "..", "a:b", "A?B", "_unread", "", "a:b/../c"]
    pictures = [*long, *long, long[0]]
    rows = analyzed(filled, pictures, np.eye(7).tolist(), labels=labels)
    for form in ("folder", "annotated"):
        written = rows.export(tmp_path / form, form)  # type: ignore[arg-type]
        files = [path for path in (tmp_path / form).rglob("*") if path.is_file()]
        assert (written.images, written.left_out, len(files)) == (7, (), 7)
    folders = [path.name for path in (tmp_path / "folder").iterdir()]
    assert len(folders) == 6 and {"_", "a_b", "A_B-3", "_unread", "_unread-4"} < set(folders)


def test_an_image_that_was_moved_since_goes_out_from_where_it_is_now(rows: Analysis, filled: Project, tmp_path: Path) -> None:
    old = Path(rows.results.paths[0])
    old.rename(tmp_path / "moved.jpg")
    assert filled.images.relink(tmp_path) == 1
    written = rows.export(tmp_path / "out", "folder", ResultFilter(labels=("../=blue",)))
    assert (written.images, (tmp_path / "out" / "_" / "=blue" / "moved.jpg").is_file()) == (1, True)


def test_label_and_probability_stand_beneath_the_picture(rows: Analysis, tmp_path: Path) -> None:
    rows.export(tmp_path / "out", "annotated", ALL)
    sizes = {path.name: Image.open(path).size for path in (tmp_path / "out").iterdir()}
    assert set(sizes) == {"0.jpg", "=1.jpg", "=1-2.jpg"} and sizes["=1-2.jpg"][0] == 300 and sizes["=1-2.jpg"][1] > 200
    sheet = annotate(Image.new("RGB", (320, 100), "black"), (("x" * 500, 1.0), ("", 0.0)))
    assert sheet.width == 320 and len(set(sheet.crop((0, 101, 320, sheet.height)).convert("L").tobytes())) > 10


def test_what_breaks_off_leaves_nothing_and_what_is_there_is_not_overwritten_by_folders(rows: Analysis, tmp_path: Path) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    for form in ("csv", "folder"):
        with pytest.raises(KeyboardInterrupt):
            rows.export(tmp_path / "place" / f"out-{form}", form, tick=stop)  # type: ignore[arg-type]
    assert list((tmp_path / "place").iterdir()) == []
    (tmp_path / "place" / "file").touch()
    for place, form, match in (("place", "folder", "is there already"), ("x", "zip", "no form 'zip'")):
        with pytest.raises(ExportError, match=match):
            rows.export(tmp_path / place, form)  # type: ignore[arg-type]
    with pytest.raises(ExportError, match="No row matches"):
        rows.export(tmp_path / "none.csv", asked=ResultFilter(low=1.0, labels=("../=blue",)))


def test_an_export_goes_on_in_a_process_of_its_own_and_is_among_the_jobs(rows: Analysis, filled: Project) -> None:
    rows.start_export("what it said", "csv", ResultFilter(labels=("red",)))
    until(lambda: (now := rows.exporting()) is not None and jobs.is_over(now.status))
    found = rows.exporting()
    assert found is not None and found.result is not None and found.result["images"] == 2
    assert len((filled.folder / "exports" / "what it said.csv").read_text().splitlines()) == 3
    assert next((job.kind, job.title, job.state) for job in filled.jobs.list()) == ("export", "Export what it said.csv", "done")
    with pytest.raises(ExportError, match=r"There is an export 'what it said\.csv' already"):
        rows.start_export("what it said.csv", "csv")
