"""Watched folders by the messages that the page sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cvwidgets import Project, jobs
from cvwidgets.widgets import CollectPanel
from tests.conftest import draw_picture, end_watching, until
from tests.widgets.test_collect import FORM, Open, choose


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(tmp_path / "project") as opened:
        yield opened
        end_watching(opened)


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    draw_picture(tmp_path / "open" / "camera" / "1.jpg", seed=1)
    draw_picture(tmp_path / "secret" / "2.jpg", seed=2)
    (tmp_path / "open" / "camera" / "link.jpg").symlink_to(tmp_path / "secret" / "2.jpg")
    return tmp_path / "open"


@pytest.mark.slow
def test_a_chosen_folder_is_watched_below_the_root_paused_and_left(page: Open, project: Project, camera: Path) -> None:
    panel = CollectPanel(project, roots=[camera])
    opened = page(panel)
    assert "Nothing is chosen" in opened.ask("watch", **FORM)["error"]["message"]
    choose(page, panel, "camera/")
    assert "ok" in opened.ask("watch", label="owl", state=None)
    (one,) = panel._watched
    assert (one["name"], one["label"], one["as"], one["state"]) == ("open/camera", "owl", "new", "watched") and panel._choice is None
    until(lambda: (panel.look(changed=False), panel._watched[0]["came"] + panel._watched[0]["refused"])[1] == 2)  # the link leads out
    assert project.status().images == 1 and len(project.images.select("owl", "new")) == 1
    opened.ask("pause_watching", name=one["key"], paused=True)
    assert panel._watched[0]["state"] == "paused" and CollectPanel(project)._watched[0]["state"] == "paused"
    assert "watched no more" in opened.ask("unwatch", name="../..")["error"]["message"]
    opened.ask("unwatch", name=one["key"])
    assert panel._watched == [] and project.collect.watched() == ()


def test_the_page_that_comes_next_goes_on_with_what_was_watched(page: Open, project: Project, camera: Path) -> None:
    project.collect.watch(camera / "camera")
    job = project.collect.folders.latest_job()
    jobs.ask_to_stop(job)
    jobs.wait(job, seconds=20)
    panel = CollectPanel(project)
    assert panel._watched[0]["state"] == "ended"
    assert "ok" in page(panel).ask("go_on_watching") and panel._watched[0]["state"] == "watched"


def test_a_list_that_came_with_the_project_leads_out_of_no_root(page: Open, project: Project, camera: Path, tmp_path: Path) -> None:
    project.collect.watch(tmp_path / "secret", every=0.2)
    end_watching(project)
    before, panel = project.status().images, CollectPanel(project, roots=[camera])
    page(panel).ask("pause_watching", name=panel._watched[0]["key"], paused=False)
    until(lambda: (panel.look(changed=False), "outside the folders allowed" in panel._watched[0]["problem"])[1])
    assert project.status().images == before
