"""The page of the REST server: it tells how one asks, lets one try, and asks nobody else for anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.serve.conftest import TOKEN, Running, picture_bytes, serving, short_trial, with_models  # noqa: F401
from tests.vision.conftest import tiny  # noqa: F401


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, tiny: Path) -> Iterator[Running]:  # noqa: F811
    home = tmp_path_factory.mktemp("served")
    with serving(with_models(home / "project", tiny), home, classic=True) as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize(("dark", "width"), [(False, 1000), (True, 1900)])
def test_someone_reads_how_to_ask_and_asks(running: Running, tab: Callable[..., Page], tmp_path: Path, dark: bool, width: int) -> None:
    (tmp_path / "photo.jpg").write_bytes(picture_bytes(size=(400, 300)))
    page = tab(f"{running.address}/health", dark=dark, width=width)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(running.address)
    expect(page.get_by_text("/v1/predict", exact=True)).to_be_visible()
    page.get_by_label("Pictures").set_input_files(tmp_path / "photo.jpg")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("alert")).to_contain_text("The token is missing or wrong")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text(re.compile("^(owl1|elk1)$"))).to_have_count(2)
    page.get_by_text("/v1/predict", exact=True).click()
    expect(page.get_by_text("So many labels, the most probable first")).to_be_visible()
    assert all(url.startswith((running.address, "blob:", "data:")) for url in asked)
    assert Axe().run(page).response["violations"] == []
