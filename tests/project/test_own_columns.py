"""A list's own columns in a project: kept with the images, split by, written out and back, never sent to the hub."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import Project, Recipe
from cvwidgets.errors import RecipeError
from tests.project.test_dropping import drop, finished
from tests.project.test_outgoing import kept
from tests.project.test_splitting import parts_of

Draw = Callable[..., Path]
BY_PATIENT = Recipe(split_by="column:patient")


@pytest.fixture
def clinic(draw: Draw, tmp_path: Path) -> Path:
    """Thirty-six pictures of two labels and twelve patients, beside a list of them; of the last one nobody knows the patient."""
    rows = [f"{seed}.jpg,{('elk', 'owl')[seed % 2]},{f'P{seed // 3}' if seed < 35 else ''},{seed}" for seed in range(36)]
    for seed in range(36):
        draw(f"clinic/{seed}.jpg", seed=seed)
    (tmp_path / "clinic" / "list.csv").write_text("\n".join(["file,label,patient,size", *rows]))
    return tmp_path / "clinic" / "list.csv"


def columns(project: Project) -> dict[str, str]:
    """The patient of each image by its bytes; empty where nobody knows."""
    table = project.images.to_pandas()
    return dict(zip(table["sha256"], table["patient"].fillna(""), strict=True))


def test_a_recipe_splits_by_a_column_of_a_list_and_the_review_says_how(project: Project, clinic: Path) -> None:
    assert project.images.add(clinic).notes == ("Kept with the images, to split by: patient, size.",)
    assert project.status().columns == ("patient",), "no two images have one size"
    warnings = project.review(BY_PATIENT).warnings
    assert "Split by patient: 12 groups, each whole in one part." in warnings
    assert "1 of 36 images has no patient that is known; each stands for itself." in warnings
    parts = parts_of(project, BY_PATIENT)
    assert all(len({parts[str(3 * patient + n)] for n in range(3) if 3 * patient + n < 35}) == 1 for patient in range(12))


def test_a_column_that_there_is_not_is_refused_with_those_there_are(project: Project, clinic: Path) -> None:
    project.images.add(clinic, columns={"also": ["patient"]})
    with pytest.raises(RecipeError, match="author, page, provider, query, patient are known"):
        project.runs.start(Recipe(split_by="column:size"))


def test_a_corrected_list_tells_anew(project: Project, clinic: Path) -> None:
    project.images.add(clinic)
    clinic.write_text("file,label,patient\n0.jpg,elk,P9\n")
    assert project.images.add(clinic).added == 0
    assert [*columns(project).values()].count("P9") == 4


def test_a_table_has_them_beside_the_facts(project: Project, clinic: Path) -> None:
    project.images.add(clinic)
    first = project.images.to_pandas().iloc[0]
    assert (first["patient"], first["column:size"], first["size"]) == ("P0", "0", Path(first["path"]).stat().st_size)


@pytest.mark.parametrize("form", ["imagefolder", "parquet", "csv"])
def test_what_goes_out_comes_back_with_its_columns(project: Project, clinic: Path, tmp_path: Path, form: str) -> None:
    project.images.add(clinic)
    project.export(tmp_path / "out", form)  # type: ignore[arg-type]
    with Project(tmp_path / "again") as again:
        again.images.add(
            tmp_path / "out" / ("data" if form == "parquet" else "images.csv"), images=clinic.parent if form == "csv" else None
        )
        assert kept(again) == kept(project) and columns(again) == columns(project)


def test_a_list_may_go_out_without_them(project: Project, clinic: Path, tmp_path: Path) -> None:
    project.images.add(clinic)
    project.export(tmp_path / "out", "csv", columns=False)
    with (tmp_path / "out" / "images.csv").open(newline="", encoding="utf-8") as file:
        assert not {"patient", "size"} & {*next(csv.reader(file))}


def test_a_job_and_a_dropped_list_bring_them_too(project: Project, clinic: Path, tmp_path: Path) -> None:
    files = [(path.name, path.read_bytes()) for path in sorted(clinic.parent.iterdir())]
    finished(project.images.start_adding_drop(drop(project, *files)))
    assert project.status().columns == ("patient",)
    with Project(tmp_path / "other") as other:
        finished(other.images.start_adding([clinic], columns={"also": ["patient"]}))
        assert columns(other) == columns(project) and "column:size" not in other.images.to_pandas()
