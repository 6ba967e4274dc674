"""Lists of addresses into a project: images in New with their source, counts that are right, and nothing fetched twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.errors import SourceError
from cvwidgets.project.work import Work
from cvwidgets.records import Source
from tests.collect.site import Site, reply
from tests.conftest import until

COUNT = 12


@pytest.fixture
def site(draw: Callable[..., Path]) -> Iterator[Site]:
    """Twelve pictures by number; 11 is the same as 10."""
    with closing(Site()) as opened:
        opened.answers = {f"/{seed}.jpg": reply(draw(f"web/{min(seed, 10)}.jpg", seed=min(seed, 10)).read_bytes()) for seed in range(COUNT)}
        yield opened


@pytest.fixture
def listed(site: Site, tmp_path: Path) -> Path:
    """A table of them, of one that is missing, and of a line that is none."""
    home = f"http://127.0.0.1:{site.port}"
    rows = [f"{home}/{seed}.jpg,{'elk' if seed % 2 else 'bison'},CC0,Ann" for seed in range(COUNT)]
    path = tmp_path / "found.csv"
    path.write_text("\n".join(["url,label,license,author", *rows, f"{home}/missing.jpg,elk,,", "nothing,,,"]))
    return path


def test_a_list_lands_in_new_with_labels_and_sources_and_the_counts_are_right(project: Project, site: Site, listed: Path) -> None:
    report = project.images.add(listed, allow_private=True)
    assert (report.found, report.added, report.known, len(report.refused)) == (14, 11, 1, 2)
    assert {label.name: label.new for label in project.labels.list() if label.new} == {"bison": 6, "elk": 6}, "one picture came under both"
    (image,) = project.images.get(project.images.select("elk", "new", sort="name").ids[:1])
    assert image.owned and image.source is not None and (image.source.address or "").startswith(f"http://127.0.0.1:{site.port}/")
    assert image.source == Source(image.source.address, license="CC0", author="Ann", when=image.source.when)
    assert not list((project.folder / "images").glob(".*")), "no draft is left"


def test_the_second_time_nothing_that_came_is_asked_for(project: Project, site: Site, listed: Path) -> None:
    project.images.add(listed, allow_private=True)
    project.images.view(project.images.select("bison").ids).trash()
    site.asked.clear()
    report = project.images.add(listed, allow_private=True)
    assert (report.found, report.added, report.known, len(report.refused)) == (14, 0, 12, 2)
    assert site.asked == ["/missing.jpg"] and project.status().trashed == 6


def test_stopping_keeps_what_is_in_and_the_same_command_goes_on(project: Project, site: Site, listed: Path) -> None:
    whole = dict(site.answers)
    site.answers |= {f"/{seed}.jpg": site.hangs for seed in range(4, COUNT)}
    with closing(project.images.add_iter(listed, allow_private=True)) as reports:  # type: ignore[type-var]
        next(report for report in reports if report.registered == 4)
    assert project.status().images == 4 and not list((project.folder / "images").glob(".*"))
    site.answers, site.asked = whole, []
    assert project.images.add(listed, allow_private=True).known == 5
    assert len(site.asked) == 9 and project.status().images == 11


def test_a_job_takes_a_list_in_and_stops_when_asked(project: Project, site: Site, listed: Path) -> None:
    site.answers["/5.jpg"] = site.hangs
    work: Work = project.images.start_adding([listed], allow_private=True)
    until(lambda: work.report().registered == 11)
    work.stop()
    until(lambda: work.status().state == "stopped")
    assert project.status().images == 10


def test_addresses_of_this_computer_are_refused_unless_they_are_allowed(project: Project, site: Site, listed: Path) -> None:
    report = project.images.add(listed)
    assert report.added == 0 and site.asked == []
    assert all("this computer itself" in refused.reason for refused in report.refused if "http" in refused.path)


def test_a_table_of_something_else_is_an_error_and_the_other_sources_come_in(project: Project, heap: Path, tmp_path: Path) -> None:
    (tmp_path / "measured.csv").write_text("weight,height\n1,2\n")
    with pytest.raises(SourceError, match="has no column of addresses"):
        project.images.add(tmp_path / "measured.csv", heap)
    assert project.status().images == 11
