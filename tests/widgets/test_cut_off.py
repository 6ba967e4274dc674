"""A sending that its page did not end: it is told, and what arrived of it comes in or goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.widgets import CollectPanel, drops

Draw = Callable[..., Path]
Open = Callable[..., object]
FORM = {"label": None, "state": None}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(tmp_path / "project") as opened:
        yield opened


def send_one_of_three(page: Open, panel: CollectPanel, data: bytes) -> None:
    drop = page(panel).ask("drop", size=1, files=3, page="first")["ok"]["drop"]
    assert "ok" in page(panel).ask("upload", (data,), drop=drop, upload="a", name="owl/1.jpg", part=0, of=1)


def test_a_sending_that_was_cut_off_is_told_by_the_next_panel_and_what_arrived_comes_in(page: Open, project: Project, draw: Draw) -> None:
    gone = CollectPanel(project)
    send_one_of_three(page, gone, draw("1.jpg").read_bytes())
    gone.close()
    panel = CollectPanel(project)
    panel.look(changed=True)
    assert (panel._cut_off["arrived"], panel._cut_off["of"]) == (1, 3)
    assert "ok" in page(panel).ask("receive_cut_off", name=panel._cut_off["name"], **FORM)
    list(project.images.adding().reports())
    panel.look(changed=True)
    assert (panel._import["added"], panel._cut_off, panel._labels) == (1, None, ["owl"])


def test_a_page_that_reloads_cuts_off_only_what_the_page_before_it_sent(
    page: Open, project: Project, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drops, "QUIET_SECONDS", 0.0)
    panel = CollectPanel(project)
    send_one_of_three(page, panel, draw("1.jpg").read_bytes())
    told = []
    for name in ("first", "second"):
        page(panel).ask("come", page=name)
        panel.look(changed=False)
        told.append(bool(panel._cut_off))
    assert told == [False, True]


def test_news_of_a_sending_that_was_cut_off_can_be_closed(page: Open, project: Project, draw: Draw) -> None:
    gone = CollectPanel(project)
    send_one_of_three(page, gone, draw("1.jpg").read_bytes())
    gone.close()
    panel = CollectPanel(project)
    panel.look(changed=True)
    page(panel).ask("forget_cut_off", name=panel._cut_off["name"])
    assert panel._cut_off is None and not list((project.folder / "work").iterdir())


@pytest.mark.parametrize("name", ["", "..", "../..", "add-1", ".drop-1"])
def test_a_name_of_a_drop_that_was_not_cut_off_leads_nowhere(page: Open, project: Project, name: str) -> None:
    opened = page(CollectPanel(project))
    assert opened.ask("forget_cut_off", name=name).get("ok") == {}
    assert "Drop the files again" in opened.ask("receive_cut_off", name=name, **FORM)["error"]["message"]
    assert project.folder.is_dir()
