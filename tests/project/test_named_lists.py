"""Lists of names into a project: labels and parts from a table, back as they went out, dropped along with pictures or addresses."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cvwidgets import Project, Recipe
from cvwidgets.errors import SourceError
from tests.collect.site import Site, reply
from tests.project.test_dropping import drop, finished
from tests.project.test_outgoing import kept

Draw = Callable[..., Path]


@pytest.fixture
def listed(draw: Draw, tmp_path: Path) -> Path:
    """Eight pictures beside a table with their labels and parts; one has two labels, one is not there."""
    rows = [f"{seed}.jpg,{'elk' if seed % 2 else 'bison'},{'test' if seed > 5 else 'train'}" for seed in range(8)]
    for seed in range(8):
        draw(f"photos/{seed}.jpg", seed=seed)
    (tmp_path / "photos" / "labels.csv").write_text("\n".join(["file,label,split", *rows, "0.jpg,elk,train", "gone.jpg,elk,"]))
    return tmp_path / "photos" / "labels.csv"


def test_a_table_of_names_gives_labels_and_parts_and_two_labels_are_a_conflict(project: Project, listed: Path) -> None:
    report = project.images.add(listed)
    assert (report.found, report.added, report.known, report.conflicts) == (10, 8, 1, 1)
    assert [one.path for one in report.refused] == ["gone.jpg"]
    assert {label.name: label.kept for label in project.labels.list() if label.kept} == {"bison": 4, "elk": 4}
    assert [conflict.labels for conflict in project.images.conflicts()] == [("bison", "elk")]
    assert project.images.parts_given() == {"train": 6, "test": 2}
    assert project.images.add(listed).added == 0 and len(project.images.conflicts()) == 1


def test_what_was_decided_since_holds_when_the_list_comes_again(project: Project, listed: Path) -> None:
    project.images.add(listed)
    project.labels.add("moose")
    project.images.select("elk").assign("moose")
    before = kept(project)
    project.images.add(listed)
    assert kept(project) == before and project.images.conflicts() == []


def test_a_job_is_told_the_columns_and_the_folder(project: Project, listed: Path, tmp_path: Path) -> None:
    (tmp_path / "other.tsv").write_text("where\ttaxon\n0.jpg\telk\n1.jpg\tbison\n")
    with pytest.raises(SourceError, match="is no folder"):
        project.images.start_adding([tmp_path / "other.tsv"], images=listed)
    with pytest.raises(SourceError, match="lies outside the folders allowed"):
        project.images.start_adding([listed], images=tmp_path, within=[listed.parent])
    columns = {"file": "where", "label": "taxon"}
    work = project.images.start_adding([tmp_path / "other.tsv"], columns=columns, images=listed.parent, copy=True)
    assert finished(work).added == 2
    assert {image.label for image in project.images.get(project.images.select(state="kept").ids)} == {"elk", "bison"}


@pytest.mark.parametrize("form", ["imagefolder", "parquet", "csv"])
def test_what_went_out_with_the_parts_it_came_with_comes_back_with_them(project: Project, listed: Path, tmp_path: Path, form: str) -> None:
    project.images.add(listed)
    done = project.export(tmp_path / "out", form)  # type: ignore[arg-type]
    assert done.parts == {"train": 5, "test": 2}
    came = tmp_path / "out" / ("images.csv" if form == "csv" else "")
    with Project(tmp_path / "again") as again:
        again.images.add(came, images=listed.parent if form == "csv" else None)
        assert again.images.parts_given() == done.parts
        assert kept(again) == {sha: label for sha, label in kept(project).items() if sha in kept(again)} and len(kept(again)) == 7


def test_the_list_of_an_export_comes_back_as_it_went_out(filled: Project, tmp_path: Path) -> None:
    filled.export(tmp_path / "out", split=(0.6, 0.2, 0.2))
    with Project(tmp_path / "again") as again:
        assert again.images.add(tmp_path / "out" / "images.csv").added == 10
        assert kept(again) == kept(filled) and again.images.parts_given() == {"train": 6, "valid": 2, "test": 2}


def test_a_recipe_splits_by_the_parts_and_the_review_proposes_it(project: Project, draw: Draw, tmp_path: Path) -> None:
    for part, label, seed in [(part, label, seed) for part in ("train", "val", "test") for label in ("elk", "owl") for seed in range(4)]:
        draw(f"set/{part}/{label}/{seed}.jpg", seed=sum(map(ord, part + label)) * 10 + seed)
    project.images.add(tmp_path / "set")
    assert sorted(label.name for label in project.labels.list()) == ["Unsorted", "elk", "owl"]
    review = project.review(Recipe(split_by="given"))
    assert review.images == (8, 8, 8) and "Split as the images came: 24 of 24 came with a part." in review.warnings
    advice = (
        "8 kept images came as the test part of a data set. Split by how images came, and the figures can be set beside those of others."
    )
    assert advice in project.review().warnings and advice not in review.warnings


def test_a_dropped_list_labels_the_pictures_dropped_with_it(project: Project, listed: Path) -> None:
    files = [(path.name, path.read_bytes()) for path in sorted(listed.parent.iterdir())]
    report = finished(project.images.start_adding_drop(drop(project, *files)))
    assert (report.added, report.conflicts, [one.path for one in report.refused]) == (8, 1, ["gone.jpg"])
    assert project.images.parts_given() == {"train": 6, "test": 2}


def test_what_a_dropped_list_of_addresses_names_is_fetched(project: Project, draw: Draw) -> None:
    with closing(Site()) as site:
        site.answers = {f"/{seed}.jpg": reply(draw(f"web/{seed}.jpg", seed=seed).read_bytes()) for seed in range(3)}
        addresses = "\n".join(f"http://127.0.0.1:{site.port}/{seed}.jpg" for seed in range(3)).encode()
        refused = finished(project.images.start_adding_drop(drop(project, ("list.txt", addresses)))).refused
        assert len(refused) == 3 and all("this computer itself" in one.reason for one in refused)
        report = finished(project.images.start_adding_drop(drop(project, ("list.txt", addresses)), allow_private=True))
    assert (report.added, len(project.images.select(state="new"))) == (3, 3)
