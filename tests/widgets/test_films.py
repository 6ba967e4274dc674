"""Frames of videos by the messages that the page sends."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvwidgets import Frames, Project
from cvwidgets.widgets import CollectPanel
from cvwidgets.widgets.films import frames_of
from cvwidgets.widgets.messages import BadQuestion
from tests.collect.films import make_film
from tests.widgets.test_collect import FORM, Open, choose, ended, send


@pytest.mark.slow
def test_frames_are_taken_of_a_chosen_video_and_of_a_dropped_one(page: Open, tmp_path: Path) -> None:
    project, camera = Project(tmp_path / "project"), tmp_path / "open"
    film = make_film(camera / "clip.mp4", ("navy", "orange"), seconds=1.0)
    panel = CollectPanel(project, roots=[camera])
    choose(page, panel, "clip.mp4")
    assert panel._choice["video"] and not panel._choice["folder"] and panel._no_videos == ""
    assert "ok" in page(panel).ask("add", **FORM, copy=False, frames={"every": 1, "scenes": True, "most": 10})
    assert ended(project, panel)["added"] == 2
    film.rename(camera / "again.mp4")
    assert send(page, panel, **{"again.mp4": (camera / "again.mp4").read_bytes()})["ok"] == {"files": 1}
    assert ended(project, panel)["known"] == 1  # of one a second the first; scenes are taken a moment after they began
    project.close()


@pytest.mark.parametrize(
    "wrong",
    [{}, {"every": "1", "scenes": False, "most": 1}, {"every": 1, "scenes": 1, "most": 1}, {"every": 1, "scenes": True, "most": 0.5}],
)
def test_what_is_asked_of_videos_is_looked_at(wrong: dict) -> None:
    assert frames_of(None) is None and frames_of({"every": 2, "scenes": False, "most": 3}) == Frames(2.0, False, 3)
    with pytest.raises(BadQuestion):
        frames_of(wrong)
