"""Calling the model from anywhere, in the dashboard: on, asked by curl, seen, off."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project, Recipe
from tests.browser.conftest import open_step

pytest.importorskip("cvwidgets.serve")
Tab = Callable[..., Page]


@pytest.fixture(scope="module")
def served_model(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project with a tiny net of random weights in production, as if a run had trained it; no server is left behind."""
    import torch
    from transformers import ConvNextImageProcessor, ConvNextV2Config, ConvNextV2ForImageClassification

    torch.manual_seed(1)
    net = tmp_path_factory.mktemp("net")
    config = ConvNextV2Config(hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1], image_size=32, id2label={0: "bison", 1: "heron"})
    ConvNextV2ForImageClassification(config).save_pretrained(net)
    ConvNextImageProcessor(size={"shortest_edge": 32}).save_pretrained(net)
    with Project(filled) as project:
        store = project._store
        run = store.runs.add(recipe=Recipe().to_json(), snapshot=store.snapshots.freeze(split=(0.6, 0.2, 0.2), seed=0), by="ann")
        folder = shutil.copytree(net, filled / "models" / "tiny")
        store.models.promote(store.models.register(run=run.name, folder=folder, labels=("bison", "heron")).version)
        yield filled
        project.serving.stop()


@pytest.mark.slow
@pytest.mark.parametrize(("dark", "width"), [(False, 1000), (True, 1900)])
def test_a_server_is_started_asked_by_the_curl_that_is_shown_and_stopped(
    tab: Tab, dashboard: str, served_model: Path, pictures: Path, tmp_path: Path, dark: bool, width: int
) -> None:
    page = tab(dashboard, dark=dark, width=width)
    open_step(page, "Serve")
    switch = page.get_by_role("region", name="Server")
    switch.get_by_text("Choices").click()
    switch.get_by_label("Log the pictures too").check()
    switch.get_by_role("button", name="Start").click()
    expect(switch.get_by_role("status")).to_have_text(re.compile("^On. Model 1 of run 0001 answers"), timeout=180_000)
    token = switch.locator(".cvw-serve-facts code").nth(1)
    expect(token).to_have_text(re.compile("^•+$"))
    switch.get_by_role("button", name="Show").click()
    expect(token).not_to_have_text(re.compile("^•+$"))
    shutil.copy(pictures / "labelled" / "heron" / "3.jpg", tmp_path / "photo.jpg")
    command, environment = switch.locator("pre").first.inner_text(), {**os.environ, "CVWIDGETS_TOKEN": token.inner_text()}
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    said = re.findall("bison|heron", done.stdout)[0]
    asked = page.get_by_role("region", name="Asked lately")
    expect(asked.get_by_role("row").nth(1)).to_contain_text(said)
    expect(asked.locator("img").first).to_be_visible()
    page.reload()
    expect(switch.get_by_role("button", name="Stop")).to_be_visible()  # it outlives the page
    page.get_by_role("region", name="What comes back").get_by_role("button", name=re.compile("most uncertain")).click()
    expect(page.get_by_text(re.compile("in New, without a label|None of the logged pictures is new"))).to_be_visible()
    switch.get_by_role("button", name="Stop").click()
    expect(switch.get_by_role("status")).to_have_text("Off.")
    expect(page.locator(".cvw-serve [role=alert]")).to_be_hidden()
