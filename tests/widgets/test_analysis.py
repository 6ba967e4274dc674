"""The panel on which very many images are asked about and what was said is looked through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cvwidgets import Project, jobs
from cvwidgets.project.analysis import Analysis
from cvwidgets.widgets import AnalysisPanel, TriagePanel
from tests.analyzed import analyzed
from tests.conftest import until

Open = Callable[..., Any]
ALL = {"labels": [], "inverted": False, "low": 0, "high": 1, "wrong": False, "unread": False, "sort": "-confidence"}


@pytest.fixture
def rows(project: Project, draw: Callable[..., Path]) -> Analysis:
    """Two kept images of the project, one said to be wrong; and two files elsewhere."""
    kept = [image.path for image in project.images.get(project.images.select("red", "kept").ids[:2])]
    loose = [draw(f"loose/{number}.jpg", seed=50 + number) for number in range(2)]
    return analyzed(project, [*kept, *loose], [[0.1, 0.9], [0.7, 0.3], [0.6, 0.4], [0.05, 0.95]])


@pytest.fixture
def panel(project: Project, rows: Analysis) -> AnalysisPanel:
    shown = AnalysisPanel(project)
    shown.visible = True
    shown.look(changed=True)
    return shown


def test_the_latest_is_open_and_its_rows_are_filtered_live(page: Open, panel: AnalysisPanel, rows: Analysis) -> None:
    assert (panel._opened, panel._results["shown"], panel._results["inside_shown"], panel._results["wrong"]) == ("0001", 4, 2, 1)
    opened = page(panel)
    opened.ask("ask_for", asked={**ALL, "low": 0.65}, place="inside")
    assert panel._results["shown"] == 3 and panel.grid.selection == [] and len(panel.grid.everything) == 2
    opened.ask("ask_for", asked={**ALL, "wrong": True}, place="outside")
    assert (panel._results["place"], len(panel.grid.everything)) == ("inside", 1)  # there is nothing outside: what there is is shown
    assert opened.ask("ask_for", asked={**ALL, "low": 7}, place="inside")["error"]["kind"] == "FilterError"
    assert panel._asked["wrong"] is True


def test_what_is_selected_stays_so_while_the_filter_moves(page: Open, panel: AnalysisPanel) -> None:
    panel.grid.selected = {"version": panel.grid._wall["version"], "ranges": [[1, 2]]}
    [chosen] = panel.grid.selection
    page(panel).ask("ask_for", asked={**ALL, "sort": "confidence"}, place="inside")
    assert panel.grid.selection == [chosen] and panel.grid.selected["ranges"] == [[0, 1]]


def test_a_wrong_one_is_accepted_on_the_wall_and_counted_no_more(page: Open, panel: AnalysisPanel, project: Project) -> None:
    page(panel).ask("ask_for", asked={**ALL, "wrong": True}, place="inside")
    wall = panel.grid._wall
    page(panel.grid).ask("decide", kind="accept", label=None, version=wall["version"], ranges=[[0, 1]])
    panel.look(changed=True)
    assert (panel._results["wrong"], project.journal.acts(1)[0].images) == (0, 1)


def test_files_elsewhere_come_into_the_project_and_stand_there_then(page: Open, panel: AnalysisPanel, project: Project) -> None:
    opened = page(panel)
    assert "No file is selected" in opened.ask("add", label=None)["error"]["message"]
    opened.ask("ask_for", asked=ALL, place="outside")
    assert [
        fact["label"] for fact in page(panel.grid).ask("facts", version=panel.grid._wall["version"], start=0, stop=2)["ok"]["facts"]
    ] == ["red", "blue"]
    panel.grid.selected = {"version": panel.grid._wall["version"], "ranges": [[0, 1]]}
    assert opened.ask("add", label="owl")["ok"] == {"files": 1}
    until(lambda: (work := project.images.adding()) is not None and jobs.is_over(work.status()))
    panel.look(changed=True)
    assert panel._results["stale"] and panel._results["inside_shown"] == 2  # somebody has a hand on the wall
    panel.grid.selected = {"version": panel.grid._wall["version"], "ranges": []}
    panel.look(changed=False)
    assert (panel._results["inside_shown"], panel._results["outside_shown"]) == (3, 1)
    assert next(label.kept for label in project.labels.list() if label.name == "owl") == 1


def test_what_is_selected_in_triage_can_be_asked_about(page: Open, project: Project, panel: AnalysisPanel) -> None:
    triage = TriagePanel(project)
    page(triage).ask("ask_for", wanted={"states": ["kept"]})
    triage.grid.selected = {"version": triage.grid._wall["version"], "ranges": [[0, 3]]}
    until(lambda: panel.look(changed=True) or panel._ways["selected"] == 3)
    answer = page(panel).ask("start", kind="selected", model=None, title="", run="", part="test")
    assert answer["error"]["kind"] == "NoModel"  # the images were there


@pytest.mark.parametrize(
    ("kind", "said"), [("folder", "Nothing is chosen yet"), ("new", "No model is in production"), ("web", "nothing of that kind")]
)
def test_what_cannot_be_asked_is_said(page: Open, panel: AnalysisPanel, kind: str, said: str) -> None:
    assert said in page(panel).ask("start", kind=kind, model=None, title="", run="", part="test")["error"]["message"]


def test_an_analysis_is_renamed_deleted_and_brought_back(page: Open, panel: AnalysisPanel) -> None:
    opened = page(panel)
    opened.ask("rename", name="0001", title="Holiday")
    opened.ask("delete", name="0001")
    panel.look(changed=False)
    assert (panel._analyses, panel._deleted, panel._opened) == ([], ["0001"], "")
    opened.ask("restore", name="0001")
    panel.look(changed=False)
    assert (panel._analyses[0]["title"], panel._opened, panel._deleted) == ("Holiday", "0001", [])


def test_what_is_shown_goes_out_under_a_name(page: Open, panel: AnalysisPanel, project: Project) -> None:
    opened = page(panel)
    opened.ask("ask_for", asked={**ALL, "labels": ["blue"], "inverted": True}, place="inside")
    opened.ask("export", name="red ones", form="json", everything=False, links=False)
    until(lambda: panel.look(changed=False) or (panel._export or {}).get("state") == "done")
    assert panel._export is not None and panel._export["images"] == 2
    assert len((project.folder / "exports" / "red ones.jsonl").read_text().splitlines()) == 2
