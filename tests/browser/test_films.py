"""In the dashboard frames are taken of a video."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_step
from tests.browser.test_access import findings
from tests.browser.test_collect import work
from tests.collect.films import make_film

Tab = Callable[..., Page]


@pytest.mark.slow
def test_a_dropped_video_waits_until_one_has_said_how_frames_are_taken(tab: Tab, dashboard: str, tmp_path: Path) -> None:
    film = make_film(tmp_path / "clip.mp4", ("navy", "orange", "forestgreen"), seconds=1.5)
    page = tab(dashboard, height=1300)
    open_step(page, "Collect")
    how = page.get_by_role("combobox", name="Frames of videos")
    expect(how).to_be_hidden()
    page.locator(".cvw-drop input[type=file]").first.set_input_files(film)
    expect(page.get_by_text("1 video. Say above how frames are taken.")).to_be_visible()
    how.select_option("When the scene changes")
    assert findings(page) == []
    page.get_by_role("button", name="Send", exact=True).click()
    expect(work(page)).to_contain_text("3 images added")
    expect(how).to_be_hidden()
