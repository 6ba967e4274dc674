"""Searching by the messages that the page sends: looked at beforehand, begun, followed, gone on with; and data sets of the hub."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.widgets import CollectPanel, SearchPanel
from tests.collect import hub_server, meadow
from tests.collect.web_apis import Apis, serving
from tests.conftest import until

Open = Callable[..., object]
HOW = {"license": None, "safe": True}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(tmp_path / "project") as opened:
        yield opened


@pytest.fixture
def site(tmp_path: Path, draw: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Apis]:
    with serving() as served:
        for number in range(8):
            served.give(f"/{number}.jpg", draw(f"web/{number}.jpg", seed=number, size=(160, 120)).read_bytes())
        meadow.install(tmp_path / "packages", served.origin, monkeypatch)
        yield served


def search(page: Open, panel: SearchPanel, **more: object) -> dict:
    return page(panel).ask("search", **{"queries": ["daisy"], "label": "daisy", "count": 5, "providers": ["meadow"], **HOW, **more})


def ended(project: Project, panel: SearchPanel) -> dict:
    list(project.images.adding().reports())
    panel.look(changed=True)
    return panel._import


def test_a_search_brings_new_images_and_tells_each_query_and_the_counts(page: Open, project: Project, site: Apis) -> None:
    panel = SearchPanel(project, allow_private=True)
    assert "ok" in search(page, panel)
    work = ended(project, panel)
    assert (work["sentence"], work["state"]) == ("5 asked, 5 seen, 0 known, 0 judged before, 0 refused, 5 new", "done")
    assert [(one["query"], one["word"], one["fetched"]) for one in work["queries"]] == [("daisy", "Meadow", 5)]
    assert panel._labels == ["daisy"] and len(project.images.select("daisy", "new")) == 5


def test_what_is_found_is_shown_beforehand_and_nothing_comes_in(page: Open, project: Project, site: Apis) -> None:
    panel = SearchPanel(project, allow_private=True)
    shown = page(panel).ask("preview", query="daisy", provider="meadow", count=500, **HOW)
    assert [hit["license"] for hit in shown["ok"]["hits"]] == ["CC BY 4.0"] * 8
    assert all(picture.startswith(b"\xff\xd8") for picture in shown["buffers"]) and project.status().images == 0
    facts = {one["name"]: one for one in panel._providers}
    assert facts["meadow"]["health"]["state"] == "well" and "cannot be used" in facts["lost"]["missing"]


def test_nobody_waits_for_what_is_found_once_it_is_cancelled(page: Open, project: Project, site: Apis) -> None:
    site.answers.update({f"/{number}.jpg": site.hangs for number in range(8)})
    opened = page(SearchPanel(project, allow_private=True))
    opened.receive({"id": "slow", "action": "preview", "arguments": {"query": "daisy", "provider": "meadow", "count": 8, **HOW}})
    until(lambda: bool(site.asked))
    opened.receive({"id": "stop", "action": "stop_preview", "arguments": {}})
    assert opened.answer("slow", seconds=5)["ok"] == {"hits": []}


def test_addresses_of_this_computer_are_refused_unless_the_cell_allows_them(page: Open, project: Project, site: Apis) -> None:
    panel = SearchPanel(project)
    page(panel).update({"allow_private": True, "_allow_private": True})
    search(page, panel, count=1)
    work = ended(project, panel)
    assert work["added"] == 0 and "private" in work["refused"][0]["reason"] and site.asked == []


def test_what_cannot_be_searched_is_said_in_place(page: Open, project: Project, site: Apis) -> None:
    panel = SearchPanel(project)
    wrong = (
        {"queries": []},
        {"count": 0},
        {"providers": []},
        {"providers": ["nobody"]},
        {"license": "mine"},
        {"queries": ["\ud800" * 400]},
    )
    kinds = [search(page, panel, **one)["error"]["kind"] for one in wrong]
    assert kinds == ["SourceError", "SourceError", "SourceError", "UnknownProvider", "SourceError", "SourceError"]
    assert project.images.adding() is None
    told = page(panel).ask("preview", query="daisy", provider="broken", count=1, **HOW)["error"]["message"]
    assert told.startswith("Broken failed by a mistake of its own")


@pytest.mark.slow
def test_a_search_that_was_stopped_goes_on_by_retry(page: Open, project: Project, site: Apis) -> None:
    panel = SearchPanel(project, allow_private=True)
    site.answers["/7.jpg"] = site.hangs
    search(page, panel, count=8)
    assert panel._closed.startswith("A search is under way") and "under way" in search(page, panel)["error"]["message"]
    page(panel).ask("stop")
    work = ended(project, panel)
    assert (work["state"], work["again"]) == ("stopped", True)
    del site.answers["/7.jpg"]
    page(panel).ask("retry")
    assert (after := ended(project, panel))["state"] == "done" and after["added"] + after["earlier"] == 7


def test_in_the_panel_of_collecting_that_one_tells_how_the_search_stands(page: Open, project: Project, site: Apis) -> None:
    panel = CollectPanel(project, allow_private=True)
    search(page, panel.searching)
    assert ended(project, panel)["added"] == 5 and panel.searching._import is None
    panel.searching.look(changed=True)
    assert panel.searching._closed == ""


def test_data_sets_of_the_hub_are_found_and_cloned(
    page: Open, project: Project, draw: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Project(tmp_path / "other") as other, hub_server.serving(monkeypatch) as hub:
        other.images.add(draw("heap/owl/1.jpg", seed=1).parent.parent)
        other.export(tmp_path / "out", "parquet")
        hub.sets["ann/owls"] = tmp_path / "out"
        panel = SearchPanel(project)
        (found,) = page(panel).ask("datasets", words="owls", megabytes=1)["ok"]["datasets"]
        assert {**found, "size": 0} == {"name": "ann/owls", "license": "mit", "downloads": 7, "size": 0} and 1000 < found["size"] < 10**6
        assert page(panel).ask("datasets", words="owls", megabytes=0)["ok"]["datasets"] == []
        assert "no name of a data set" in page(panel).ask("clone", name="../etc")["error"]["message"]
        page(panel).ask("clone", name=" hub:ann/owls ")
        assert ended(project, panel)["sources"] == ["hub:ann/owls"] and project.status().kept == 1
