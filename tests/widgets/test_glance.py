"""The data at a glance, by the messages that the page sends, and the panel that shows what it leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.widgets import DataGlance, JournalPanel, TriagePanel

Draw = Callable[..., Path]
Open = Callable[..., object]


@pytest.fixture
def project(tmp_path: Path, draw: Draw) -> Iterator[Project]:
    for number in range(4):
        draw(f"heap/{'elk' if number else 'elk/calf'}/{number}.jpg", seed=number, size=(300 + number, 200))
    with Project(tmp_path / "p") as opened:
        opened.images.add(tmp_path / "heap")
        yield opened


def test_the_figures_come_as_plain_facts(page: Open, project: Project) -> None:
    figures = page(DataGlance(project)).ask("figures")["ok"]
    assert (figures["images"], figures["alike"], figures["formats"]) == (4, 0, (("JPEG", 4),))
    assert {label["name"]: label["kept"] for label in figures["labels"] if label["kept"]} == {"elk": 3, "elk/calf": 1}
    assert [one for one in figures["sizes"] if one["images"]] == [{"low": 192, "high": 256, "images": 4}]


def test_triage_shows_what_a_bar_leads_to(page: Open, project: Project) -> None:
    panel = TriagePanel(project)
    page(panel).ask("ask_for", wanted={"labels": ["elk"], "sub_labels": False, "states": ["kept"]})
    assert panel.grid._wall["showing"] == "3 images kept, elk without sub-labels"
    page(panel).ask("ask_for", wanted={"min_side": 192, "max_side": 255})
    assert panel.grid._wall["showing"] == "4 of 4 images · 192 to 255 px"


def test_panels_over_one_project_know_each_other_by_its_folder(project: Project, tmp_path: Path) -> None:
    folders = {panel(project)._folder for panel in (DataGlance, JournalPanel, TriagePanel)}
    assert folders == {str(tmp_path / "p")}
