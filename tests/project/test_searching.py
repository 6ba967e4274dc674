"""A search, from words to New images with their source: each once, no more than were asked for, and the counts exactly right."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets import Project
from cvwidgets.collect import Hit, searching
from cvwidgets.collect.commons import Commons
from cvwidgets.collect.inaturalist import INaturalist
from cvwidgets.collect.openverse import Openverse
from cvwidgets.errors import SourceError
from cvwidgets.project import SearchReport
from tests.collect.web_apis import Apis, busy, commons_document, openverse_document, openverse_result, serving

Draw = Callable[..., Path]
SIZE = (160, 120)


@pytest.fixture
def site(draw: Draw) -> Iterator[Apis]:
    """An Openverse of two pages with twenty pictures each, of which the tenth of each page is missing."""
    with serving() as served:
        served.api("/openverse", lambda asked: openverse_document(served.origin, int(asked["page"]), 2))
        for page in (1, 2):
            for number in range(20):
                if number != 9:
                    path = draw(f"web/{page}-{number}.jpg", seed=100 * page + number, size=SIZE)
                    served.give(f"/pictures/{page}-{number}.jpg", path.read_bytes())
                    served.give(f"/thumbs/{page}-{number}.jpg", path.read_bytes())
        yield served


def search(project: Project, site: Apis, *queries: str, count: int = 10, label: str = "bison", **more: object) -> SearchReport:
    providers = more.pop("providers", [Openverse(f"{site.origin}/openverse")])
    asked = queries or ("american bison",)
    return project.collect.search(*asked, label=label, count=count, providers=providers, allow_private=True, **more)  # type: ignore[arg-type]


def fetched(site: Apis) -> list[str]:
    return sorted(path for path in site.asked if path.startswith("/pictures/"))


def adds_up(report: SearchReport) -> bool:
    return report.found == report.added + report.known + report.withheld + len(report.refused)


def test_what_is_found_lands_in_new_of_the_label_with_its_source(project: Project, site: Apis) -> None:
    report = search(project, site)
    assert report.sentence == "10 asked, 11 seen, 0 known, 0 judged before, 1 refused, 10 new" and report.finished
    (image, *others) = project.images.get(project.images.select("bison", "new").ids)
    assert len(others) == 9 and image.owned and image.source is not None
    source = image.source
    assert (source.provider, source.query, source.license, source.author) == ("openverse", "american bison", "CC0 1.0", "Tim Sullivan")
    assert source.address.startswith(f"{site.origin}/pictures/1-") and source.page.startswith("https://stocksnap.io/photo/1-")
    assert len(site.requests("/openverse")) <= 2 and len(fetched(site)) == 11


def test_the_same_search_again_fetches_nothing_that_is_known_or_judged_and_brings_others(project: Project, site: Apis) -> None:
    search(project, site)
    ids = project.images.select("bison", "new").ids
    project.images.view(ids[:3]).keep()
    project.images.view(ids[3:5]).trash()
    before = fetched(site)
    report = search(project, site)
    assert report.sentence == "10 asked, 21 seen, 5 known, 5 judged before, 1 refused, 10 new" and adds_up(report)
    assert len(fetched(site)) == len(before) + 11 and len(set(fetched(site))) == 21
    assert report.refused[0].reason.startswith("The host has nothing at this address (HTTP 404)")


def test_when_there_is_no_more_the_report_says_so(project: Project, site: Apis) -> None:
    report = search(project, site, count=100)
    assert report.sentence == "100 asked, 40 seen, 0 known, 0 judged before, 2 refused, 38 new" and adds_up(report)
    assert "Openverse has no more than 40 pictures for 'american bison'." in report.notes
    (query,) = report.queries
    assert (query.provider, query.seen, query.fetched, query.ended) == ("openverse", 40, 38, "done")


def test_pictures_that_are_there_already_make_room_for_others(project: Project, site: Apis, tmp_path: Path) -> None:
    project.images.add(tmp_path / "web" / "1-0.jpg", tmp_path / "web" / "1-1.jpg")  # by their bytes
    site.answers["/pictures/1-3.jpg"] = site.answers["/pictures/1-2.jpg"]
    report = search(project, site)
    assert (report.found, report.known, report.added) == (14, 3, 10) and adds_up(report)


def test_what_looks_like_one_judged_is_withheld_and_another_fetched(project: Project, site: Apis, tmp_path: Path) -> None:
    search(project, site, count=2)
    ids = project.images.select("bison", "new").ids
    project.images.view(ids).trash()
    for image in project.images.get(ids):
        small = io.BytesIO()
        Image.open(image.path).resize((120, 90)).save(small, "JPEG", quality=75)
        at = 5 if image.source.address.endswith("1-0.jpg") else 6
        site.give(f"/pictures/1-{at}.jpg", small.getvalue())
    report = search(project, site, count=8)
    assert report.withheld == 4 and report.added == 8 and adds_up(report)
    assert len(project.images.select("bison", "new")) == 8


def test_a_search_that_is_broken_off_keeps_what_is_in_and_goes_on_by_the_same_call(project: Project, site: Apis) -> None:
    asked = {"label": "bison", "count": 30, "providers": [Openverse(f"{site.origin}/openverse")], "allow_private": True}
    later = {path: answer for path, answer in site.answers.items() if path.startswith("/pictures/2-")}
    site.answers |= dict.fromkeys(later, site.hangs)
    reports = project.collect.search_iter("american bison", **asked)
    next(report for report in reports if report.added)
    reports.close()
    site.answers |= later
    came = len(project.images.select("bison", "new"))
    assert 0 < came < 30
    *_, report = project.collect.search_iter("american bison", **asked)
    assert (report.earlier, report.added) == (came, 30 - came) and len(project.images.select("bison", "new")) == 30
    assert project.collect.search("american bison", **asked).earlier == 0
    assert not list((project.folder / "images").glob(".draft*"))


def test_several_queries_and_providers_take_turns_and_one_out_of_order_stops_no_other(project: Project, site: Apis) -> None:
    site.api("/commons", lambda asked: busy(9999))
    elsewhere = site.origin.replace("127.0.0.1", "localhost")
    site.api("/inaturalist", lambda asked: {"results": "moved"})
    providers = [Commons(f"{elsewhere}/commons"), INaturalist(f"{site.origin}/inaturalist"), Openverse(f"{site.origin}/openverse")]
    report = search(project, site, "bison", "buffalo", count=50, providers=providers)
    assert report.added == 38 and adds_up(report)
    ended = {(query.provider, query.query): query.ended for query in report.queries}
    assert ended == {
        **{("commons", query): "blocked" for query in ("bison", "buffalo")},
        **{("inaturalist", query): "changed" for query in ("bison", "buffalo")},
        **{("openverse", query): "done" for query in ("bison", "buffalo")},
    }
    health = {facts.name: facts.health for facts in project.collect.providers()}
    assert (health["openverse"].state, health["commons"].state, health["web"]) == ("well", "blocked", None)
    assert "lets nobody ask so much" in health["commons"].sentence


class Silent(Openverse):
    """A provider that never says a word."""

    name, word = "silent", "Silent"

    def search(self, query: str, **_: object) -> Iterator[Hit]:
        threading.Event().wait()
        return iter(())


def test_one_that_never_says_a_word_is_left_alone(project: Project, site: Apis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "PATIENCE", 0.3)
    monkeypatch.setattr(searching, "HEAD_START", 0.1)
    report = search(project, site, count=50, providers=[Silent(), Openverse(f"{site.origin}/openverse")])
    assert report.added == 38 and any(note.startswith("Silent said nothing for") for note in report.notes)
    assert {facts.name: facts.health for facts in project.collect.providers()}["openverse"].state == "well"


def test_providers_take_turns(project: Project, site: Apis, draw: Draw) -> None:
    names = [f"c{number}" for number in range(10)]
    for number, name in enumerate(names):
        site.give(f"/thumb/{name}.jpg/1920px-{name}.jpg", draw(f"web/{name}.jpg", seed=900 + number, size=SIZE).read_bytes())
    site.api("/commons", lambda asked: commons_document(site.origin, names))
    report = search(project, site, count=8, providers=[Openverse(f"{site.origin}/openverse"), Commons(f"{site.origin}/commons")])
    assert report.added == 8 and all(2 <= query.fetched <= 6 for query in report.queries)


def test_a_license_is_asked_only_of_those_who_know_it(project: Project, site: Apis) -> None:
    site.api("/openverse", lambda asked: openverse_document(site.origin, 1, 1, license=asked["license"].split(",")[0]))
    search(project, site, count=1, license="public")
    assert site.requests("/openverse")[0]["license"] == "cc0,pdm"
    with pytest.raises(SourceError, match="There is no license 'mine'; it can be public, free, commercial, modification, or codes"):
        search(project, site, license="mine")
    pytest.importorskip("ddgs")
    with pytest.raises(SourceError, match="Web search cannot tell licenses, and pictures with one of 'free' are asked for"):
        search(project, site, providers=["web"], license="free")


def test_nothing_is_asked_of_the_web_for_what_cannot_be(project: Project, site: Apis) -> None:
    with pytest.raises(SourceError, match="There is nothing to look for"):
        search(project, site, "  ")
    with pytest.raises(
        SourceError, match="There is no provider 'altavista'; there are openverse, commons, inaturalist, flickr, pexels, web"
    ):
        search(project, site, providers=["altavista"])
    with pytest.raises(ValueError, match="count is 0"):
        search(project, site, count=0)
    assert site.asked == []


def test_without_allowing_private_addresses_nothing_of_them_is_asked(project: Project, site: Apis) -> None:
    report = project.collect.search("bison", count=1, providers=[Openverse(f"{site.origin}/openverse")])
    assert report.added == 0 and "this computer itself" in report.notes[0] and site.asked == []


def test_a_look_beforehand_brings_nothing_into_the_project(project: Project, site: Apis) -> None:
    site.give("/thumbs/1-1.jpg", b"no picture")
    seen = project.collect.preview("bison", Openverse(f"{site.origin}/openverse"), count=3, allow_private=True)
    assert [bool(one.thumbnail) for one in seen] == [True, False, True] and project.images.counts().images == 0
    assert Image.open(io.BytesIO(seen[0].thumbnail)).format == "JPEG" and seen[0].hit.author == "Tim Sullivan"
    site.api("/openverse", lambda asked: openverse_document(site.origin, 1, 1, count=0))
    with pytest.raises(SourceError, match="Openverse has no pictures for 'bison'"):
        project.collect.preview("bison", Openverse(f"{site.origin}/openverse"), allow_private=True)


def test_whom_to_thank_stands_in_a_table_that_computes_nothing(project: Project, site: Apis, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x")\n'
    site.api("/openverse", lambda asked: {"results": [openverse_result(site.origin, "1-0", creator=evil)], "page_count": 1})
    search(project, site, "+bison", count=1)
    project.images.add(tmp_path / "web" / "2-0.jpg")
    assert project.collect.attribution(tmp_path / "ATTRIBUTION.csv") == 1
    (row,) = csv.DictReader((tmp_path / "ATTRIBUTION.csv").open(encoding="utf-8-sig"))
    assert row["author"].startswith("'=HYPERLINK") and row["query"] == "'+bison" and "\n" not in row["author"]
    assert (row["license"], row["provider"], row["label"], row["page"]) == (
        "CC0 1.0",
        "openverse",
        "bison",
        "https://stocksnap.io/photo/1-0",
    )
    assert Path(project.folder / row["file"]).is_file() and row["date"].endswith("+00:00")
    project.images.select("bison").trash()
    assert project.collect.attribution(tmp_path / "ATTRIBUTION.csv") == 0
    with pytest.raises(SourceError, match="cannot be written"):
        project.collect.attribution(tmp_path / "nowhere" / "x.csv")
