"""In the dashboard a folder is watched."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step
from tests.browser.test_access import findings
from tests.browser.test_collect import choose_folder
from tests.conftest import draw_picture

Tab = Callable[..., Page]


@pytest.mark.slow
def test_a_folder_is_watched_and_what_comes_into_it_appears_after_a_reload_too(
    tab: Tab, dashboard: str, pictures: Path, project_folder: Path
) -> None:
    draw_picture(pictures / "camera" / "1.jpg", seed=501)
    page = tab(dashboard, height=1300)
    open_step(page, "Collect")
    choose_folder(page, "camera")
    page.get_by_role("button", name="Watch this folder").click()
    watched = page.get_by_role("region", name="Watched folders")
    expect(watched).to_contain_text(f"{pictures.name}/camera")
    expect(watched).to_contain_text("as New · 1 image came")
    draw_picture(pictures / "camera" / "2.jpg", seed=502)
    expect(watched).to_contain_text("2 images came")
    page.reload()
    open_step(page, "Collect")
    expect(watched).to_contain_text("2 images came")
    page.get_by_role("button", name=re.compile("^Jobs")).click()
    expect(page.locator(".cvw-job").first).to_contain_text("1 folder watched, 2 images came so far")
    page.keyboard.press("Escape")
    assert findings(page) == []
    watched.get_by_role("button", name=re.compile("^Pause")).click()
    expect(watched).to_contain_text("Paused")
    watched.get_by_role("button", name=re.compile("^Remove")).click()
    expect(watched).to_be_hidden()
    with Project(project_folder) as project:
        came = project.images.get(project.images.select(state="new").ids)
        assert project.collect.watched() == () and {one.path.name for one in came if one.path.parent.name == "camera"} == {"1.jpg", "2.jpg"}
