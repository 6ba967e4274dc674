"""Searches in a process of their own, at providers that another package brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project, jobs
from cvwidgets.project import SearchReport
from tests.collect import meadow
from tests.collect.web_apis import Apis, serving


@pytest.fixture
def site(tmp_path: Path, draw: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Apis]:
    with serving() as served:
        for number in range(8):
            served.give(f"/{number}.jpg", draw(f"web/{number}.jpg", seed=number, size=(160, 120)).read_bytes())
        meadow.install(tmp_path / "packages", served.origin, monkeypatch)
        yield served


def test_a_search_runs_as_a_job_at_a_provider_of_another_package_that_never_ends(project: Project, site: Apis) -> None:
    work = project.collect.start_search("daisy", label="daisy", count=20, providers=["meadow"], allow_private=True)
    *_, report = work.reports()
    assert isinstance(report, SearchReport) and report.sentence == "20 asked, 8 seen, 0 known, 0 judged before, 0 refused, 8 new"
    assert "Meadow has no more than 8 pictures for 'daisy'." in report.notes and report.queries[0].fetched == 8
    assert jobs.wait(work.folder).state == "done" and work.status().title == "Search daisy" and work.sources == ["daisy"]
    (job,) = project.jobs.list()
    assert (job.kind, job.share, job.sentence) == ("import", 1.0, report.sentence)
    assert len(project.images.select("daisy", "new")) == 8


def test_providers_of_another_package_that_are_broken_are_told_and_hide_no_other(project: Project, site: Apis) -> None:
    facts = {one.name: one for one in project.collect.providers()}
    assert [*facts] == ["openverse", "commons", "inaturalist", "flickr", "pexels", "web", "broken", "lost", "meadow"]
    assert facts["meadow"].missing is None and "cannot be used (AttributeError" in facts["lost"].missing
    report = project.collect.search("daisy", count=3, providers=["broken", "meadow"], allow_private=True)
    assert report.added == 3 and report.queries[0].sentence.startswith("Broken failed by a mistake of its own (KeyError: 'oops')")
