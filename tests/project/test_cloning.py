"""Data sets of the hub come in, and what went out for it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.errors import SourceError
from tests.collect.hub_server import Hub, serving
from tests.project.test_outgoing import SPLIT, kept


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving(monkeypatch) as server:
        yield server


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Project]:
    with Project(tmp_path / "other") as opened:
        yield opened


def test_what_went_out_for_the_hub_comes_back_from_it_under_the_same_labels(
    filled: Project, other: Project, hub: Hub, tmp_path: Path
) -> None:
    filled.export(tmp_path / "out", "parquet", split=SPLIT)
    hub.sets["ann/colors"] = tmp_path / "out"
    report = other.collect.clone("ann/colors")
    assert (report.added, report.refused, report.finished) == (10, (), True)
    assert kept(other) == kept(filled)
    (image,) = other.images.get(other.images.select(state="kept").ids[:1])
    assert image.owned and image.source is not None and image.source.license == "mit" and image.source.page.endswith("/datasets/ann/colors")
    assert (again := other.collect.clone("ann/colors")).added == 0 and again.known == 10


def test_the_folder_that_went_out_for_the_hub_comes_in_by_itself(filled: Project, other: Project, tmp_path: Path) -> None:
    filled.export(tmp_path / "out", "parquet")
    other.images.add(tmp_path / "out")
    assert kept(other) == kept(filled)


def test_a_data_set_is_cloned_by_a_process_of_its_own(filled: Project, other: Project, hub: Hub, tmp_path: Path) -> None:
    filled.export(tmp_path / "out", "parquet")
    hub.sets["colors"] = tmp_path / "out"
    *_, report = other.collect.start_cloning("colors", state="new").reports()
    assert report.added == 10 and len(other.images.select(state="new", label="red")) == 5
    assert other.jobs.list()[0].title == "Add hub:colors"


def test_what_the_hub_does_not_have_is_said_and_leaves_the_project_as_it_was(other: Project, hub: Hub) -> None:
    with pytest.raises(SourceError, match="none of that name"):
        other.collect.clone("nowhere")
    with pytest.raises(SourceError, match="no name of a data set"):
        other.collect.clone("../../etc")
    assert other.status().images == 0
