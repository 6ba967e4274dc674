"""Filters in triage: what is asked, what is said of it, what is saved, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.widgets import ImageGrid, TriagePanel

Draw = Callable[..., Path]
Open = Callable[..., object]


@pytest.fixture
def project(tmp_path: Path, draw: Draw) -> Iterator[Project]:
    for number in range(4):
        draw(f"source/bison/{number}.jpg", seed=number, size=(100 * number + 80, 60 + 100 * number))
        draw(f"source/elk/{number}.png", seed=20 + number)
    draw("loose/10.jpg", seed=30)
    with Project(tmp_path / "project") as opened:
        opened.images.add(tmp_path / "source")
        opened.images.add(tmp_path / "loose")
        yield opened


def asking(project: Project, page: Open, **wanted: object) -> TriagePanel:
    """The panel with a page that asked for a filter."""
    panel = TriagePanel(project)
    page(panel).ask("arrive")
    assert page(panel).ask("ask_for", wanted=wanted)["ok"] == {}
    return panel


def test_the_words_say_what_is_shown_and_how_many_of_how_many(page: Open, project: Project) -> None:
    panel = asking(project, page, states=["kept"], formats=["JPEG"], min_side=100, sort="name")
    assert panel.grid._wall["showing"] == "3 of 8 images kept · JPEG, from 100 px · by name"
    assert panel._asked["chips"] == [{"kind": "format", "words": "JPEG"}, {"kind": "side", "words": "from 100 px"}]
    assert (panel._shown["state"], panel._asked["order"]) == ("kept", "by name")


def test_what_tree_and_tabs_cannot_mark_stands_on_chips(page: Open, project: Project) -> None:
    panel = asking(project, page, labels=["bison", "elk"], states=["new", "kept"])
    assert [chip["words"] for chip in panel._asked["chips"]] == ["bison or elk", "New or Kept"]
    assert panel.grid._wall["showing"] == "8 images in New or Kept, bison or elk"
    assert (panel._shown["label"], panel._shown["state"]) == (None, None)


def test_choosing_a_label_leaves_the_other_filters(page: Open, project: Project) -> None:
    panel = asking(project, page, states=["kept"], max_side=60)
    page(panel).ask("choose", label="bison", state="kept", text="")
    assert panel.grid._wall["showing"] == "1 of 4 images kept, bison · up to 60 px"


def test_filter_and_order_come_back_in_a_new_kernel(page: Open, project: Project) -> None:
    before = asking(project, page, labels=["bison", "elk"], formats=["PNG"], sort="-name")
    before.close()
    after = TriagePanel(project)
    assert after._asked == before._asked and after._view.ids.tolist() == before._view.ids.tolist()


def test_a_place_with_an_act_that_is_gone_begins_anew(page: Open, project: Project) -> None:
    project.bookmarks.put("triage", {"label": None, "state": None, "text": "", "filter": {"act": 99}})
    panel = TriagePanel(project)
    assert panel._shown["state"] == "new" and panel._asked["filter"] == {"states": ["new"]}


def test_images_of_an_act_are_shown_whatever_became_of_them(page: Open, project: Project) -> None:
    panel = TriagePanel(project)
    page(panel).ask("arrive")
    act = project.images.select("bison").trash()
    page(panel).ask("show_act", act=act.id)
    assert panel.grid._wall["showing"] == f"4 of 9 images · of act {act.id} (4 images trashed)"
    assert page(panel).ask("show_act", act=99)["error"]["kind"] == "FilterError" and panel._shown["count"] == 4


def test_what_is_shown_stays_while_others_decide_whatever_the_order(page: Open, project: Project, draw: Draw) -> None:
    panel = asking(project, page, sort="-name")
    before = panel._view.ids.tolist()
    project.images.add(draw("late/0.jpg", seed=77))
    panel.look(changed=True)
    assert panel._view.ids.tolist() == before and panel._stale == {"judged": 0, "came": 1}
    page(panel).ask("refresh")
    assert panel._shown["count"] == 10


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "שלום", "🦬", "a/b", '"quoted"'])
def test_filters_are_saved_by_any_name_seen_elsewhere_and_forgotten(page: Open, project: Project, name: str) -> None:
    panel, other = asking(project, page, labels=["bison"], sort="name"), TriagePanel(project)
    page(panel).ask("save_filter", name=name)
    other.look(changed=True)
    assert other._saved == [{"name": name, "filter": {"labels": ["bison"], "sort": "name"}}]
    page(other).ask("forget_filter", name=name)
    assert other._saved == [] and panel._shown["label"] == "bison"


def test_renaming_a_label_keeps_what_is_asked(page: Open, project: Project) -> None:
    panel = asking(project, page, labels=["bison", "elk"])
    page(panel.tree).ask("rename_label", name="bison", new_name="wisent")
    panel.look(changed=True)
    assert panel._asked["filter"]["labels"] == ["wisent", "elk"]


def test_a_label_that_another_kernel_deletes_is_no_longer_asked(page: Open, project: Project) -> None:
    panel = asking(project, page, labels=["bison", "elk"])
    with Project(project.folder) as elsewhere:
        elsewhere.labels.delete("bison")
    panel.look(changed=True)
    assert (panel._shown["label"], panel._shown["count"]) == ("elk", 4)


def test_nonsense_is_refused_and_what_is_shown_stays(page: Open, project: Project) -> None:
    panel = asking(project, page, states=["kept"])
    for wanted in ({"colour": "red"}, {"labels": ["moose"]}, {"min_side": [1]}, {"labels": ["\ud800"]}):
        assert page(panel).ask("ask_for", wanted=wanted)["error"]["kind"] in ("FilterError", "UnknownLabel")
    assert panel._shown["count"] == 8


def test_the_page_is_told_what_there_is_to_choose_from(page: Open, project: Project) -> None:
    known = page(TriagePanel(project)).ask("choices")["ok"]
    assert known["formats"] == (("JPEG", 5), ("PNG", 4)) and known["providers"] == () == known["parts"]


def test_tiles_show_what_a_view_knows_of_its_images(page: Open, project: Project) -> None:
    view = project.images.view(project.images.select("bison").ids[::-1], values={"distance": [0.0, 0.25, float("nan"), 1.0]})
    facts = page(ImageGrid(view)).ask("facts", version=1, start=1, stop=3)["ok"]["facts"]
    assert [(fact["name"], fact["distance"]) for fact in facts] == [("2.jpg", 0.25), ("1.jpg", None)]
    assert "part" not in facts[0] and not facts[0]["judged"]
