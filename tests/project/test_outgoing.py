from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from cvwidgets import Project, jobs
from cvwidgets.collect import find
from cvwidgets.errors import ExportError, SourceError, TooFewImages
from cvwidgets.records import Header, Source
from tests.conftest import until

Draw = Callable[..., Path]
SPLIT = (0.6, 0.2, 0.2)


def kept(project: Project) -> dict[str | None, str]:
    """The label of each kept image, by its bytes."""
    return {image.sha256: image.label for image in project.images.get(project.images.select(state="kept").ids)}


def listed(folder: Path) -> list[dict[str, str]]:
    with (folder / "images.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("split", [None, SPLIT])
def test_what_went_out_as_folders_gives_the_same_labels_when_it_comes_back(
    filled: Project, tmp_path: Path, split: tuple[float, float, float] | None
) -> None:
    filled.labels.add("colors")
    filled.labels.move("red", "colors")
    told: list[tuple[int, int]] = []
    done = filled.export(tmp_path / "out", split=split, tick=lambda at, of: told.append((at, of)))
    assert (done.images, done.labels, told[-1]) == (10, 2, (10, 10))
    with Project(tmp_path / "again") as again:
        again.images.add(tmp_path / "out")
        assert kept(again) == kept(filled)


@pytest.mark.parametrize("form", ["imagefolder", "parquet", "dataset"])
def test_datasets_reads_what_went_out_with_its_parts_labels_and_pictures(filled: Project, tmp_path: Path, form: str) -> None:
    import datasets

    done = filled.export(tmp_path / "out", form, split=SPLIT)  # type: ignore[arg-type]
    read = datasets.load_from_disk if form == "dataset" else lambda folder: datasets.load_dataset(folder, cache_dir=str(tmp_path / "cache"))
    found = read(str(tmp_path / "out"))
    assert {name: len(part) for name, part in found.items()} == {"train": 6, "validation": 2, "test": 2}
    assert done.parts == {"train": 6, "valid": 2, "test": 2}
    assert sorted(found["train"].features["label"].names) == ["blue", "red"]
    one = found["test"][0]
    color = one["image"].convert("RGB").resize((1, 1)).getpixel((0, 0))
    assert found["test"].features["label"].int2str(one["label"]) == ("red" if color[0] > color[2] else "blue")


def test_its_parts_are_those_of_a_run_by_the_same_split_and_seed(filled: Project, tmp_path: Path) -> None:
    filled.export(tmp_path / "out", "csv", split=SPLIT, seed=7)
    snapshot = filled._store.snapshots.freeze(split=SPLIT, seed=7)
    for part in ("train", "valid", "test"):
        assert sorted(row["sha256"] for row in listed(tmp_path / "out") if row["part"] == part) == sorted(
            filled._store.snapshots.hashes(snapshot.id, part) or []
        )


def test_where_a_picture_came_from_goes_along_and_no_cell_is_a_formula(project: Project, draw: Draw, tmp_path: Path) -> None:
    found = next(iter(find(draw("in/=1+1.jpg"), label="owl", keep=lambda *_: Path())))
    source = Source("https://example.org/1.jpg", author="\n@someone", license="CC BY 4.0", query="-owl")
    project._store.images.register([(replace(found, source=source), Header("JPEG", 64, 48, 1))], state="kept")  # type: ignore[type-var]
    project.images.add(tmp_path / "in", label="owl", state="kept")
    project.export(tmp_path / "out")
    (row,) = listed(tmp_path / "out")
    assert (row["file"], row["label"], row["author"], row["query"]) == ("owl/=1+1.jpg", "owl", "'\n@someone", "'-owl")
    assert (row["license"], row["address"]) == ("CC BY 4.0", "https://example.org/1.jpg")


def test_hostile_and_equal_names_each_get_a_file_of_their_own(project: Project, draw: Draw, tmp_path: Path) -> None:
    for seed, name in enumerate(("a/x.jpg", "b/X.jpg", "c/x.jpg")):
        draw(f"in/{name}", seed=seed)
    strange = Path(os.fsdecode(os.fsencode(tmp_path / "in" / "c") + b"/\xff.jpg"))
    (tmp_path / "in" / "c" / "x.jpg").rename(strange)
    project.images.add(tmp_path / "in", label="owl", state="kept")
    project.export(tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out" / "owl").iterdir())
    assert "_.jpg" in names and len({name.casefold() for name in names}) == 3


def test_an_export_that_breaks_off_leaves_nothing_behind(filled: Project, tmp_path: Path) -> None:
    def stop(done: int, of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled.export(tmp_path / "place" / "out", tick=stop)
    assert list((tmp_path / "place").iterdir()) == []


def test_what_cannot_be_exported_is_said(filled: Project, project: Project, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(ExportError, match="is not empty"):
        filled.export(tmp_path / "full")
    with pytest.raises(ExportError, match="no form 'zip'"):
        filled.export(tmp_path / "out", "zip")  # type: ignore[arg-type]
    filled.images.view(filled.images.select(label="red").ids[:3]).trash()
    with pytest.raises(TooFewImages, match="at least 3"):
        filled.export(tmp_path / "out", split=SPLIT)
    filled.images.select(state="kept").trash()
    with pytest.raises(ExportError, match="Nothing is kept"):
        filled.export(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_picture_that_vanished_is_named_or_left_out(filled: Project, heap: Path, tmp_path: Path) -> None:
    (heap / "red" / "0.jpg").unlink()
    with pytest.raises(ExportError, match=r"0\.jpg"):
        filled.export(tmp_path / "out")
    filled.images.check_files()
    done = filled.export(tmp_path / "out")
    assert done.images == 9 and "1 kept image left out: without a usable file" in done.left_out[0]


def test_an_export_goes_on_in_a_process_of_its_own_and_is_among_the_jobs(filled: Project) -> None:
    begun = filled.start_export("birds 2026", "csv", split=SPLIT)
    until(lambda: (now := filled.exporting()) is not None and jobs.is_over(now.status))
    done = filled.exporting()
    assert done is not None and done.status.state == "done" and done.job == begun.job
    assert done.result is not None and done.result["parts"] == {"train": 6, "valid": 2, "test": 2}
    assert len(listed(filled.folder / "exports" / "birds 2026")) == 10
    (job,) = filled.jobs.list()
    assert (job.kind, job.title, job.share) == ("export", "Export birds 2026", 1.0)


def test_two_who_press_export_at_once_start_one(filled: Project) -> None:
    with Project(filled.folder) as other, ThreadPoolExecutor(2) as hands:
        pressed = [hands.submit(project.start_export, "birds", "csv") for project in (filled, other)]
        errors = [hand.exception() for hand in pressed]
    assert sorted(type(error) for error in errors if error) == [ExportError]
    assert len(list((filled.folder / "work").glob("export-*"))) == 1


@pytest.mark.parametrize("name", ["", ".", "..", "../out", "a/b", "x" * 81, "a\0b", ".hidden", "con:", "a\nb"])
def test_an_export_of_a_hostile_name_is_refused(filled: Project, name: str) -> None:
    with pytest.raises(ExportError, match="cannot be called"):
        filled.start_export(name)
    assert not (filled.folder / "exports").exists()


def test_what_a_killed_export_left_goes_with_the_next_and_a_name_is_taken_once(filled: Project) -> None:
    filled.start_export("gone", "csv")
    until(lambda: (now := filled.exporting()) is not None and jobs.is_over(now.status))
    shutil.rmtree(filled.folder / "exports" / "gone")
    for name in (".gone-0a_9zb12", ".other-0a_9zb12", "birds"):  # the second may be at work: results go there too
        (filled.folder / "exports" / name).mkdir()
    with pytest.raises(ExportError, match="There is an export 'birds' already"):
        filled.start_export("birds")
    assert sorted(path.name for path in (filled.folder / "exports").iterdir()) == [".other-0a_9zb12", "birds"]


def test_what_was_exported_does_not_come_in_again_with_the_projects_folder(filled: Project, tmp_path: Path) -> None:
    filled.export(filled.folder / "exports" / "out")
    with Project(tmp_path / "again") as again, pytest.raises(SourceError, match="holds no files"):
        again.images.add(filled.folder)
