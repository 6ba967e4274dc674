"""A run in the dashboard while it goes on: the confusion matrix of its validation images, memory, and the way to TensorBoard."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project, Recipe
from tests.browser.conftest import open_step

Tab = Callable[..., Page]


@pytest.mark.slow
def test_the_confusion_matrix_changes_with_each_epoch_and_gives_way_to_that_of_the_test_images(
    tab: Tab, dashboard: str, filled: Path
) -> None:
    page = tab(dashboard, height=1600)
    with Project(filled) as project:
        project.runs.start(Recipe(epochs=500, image_size=64))
    open_step(page, "Train")
    told, matrix = page.locator(".cvw-today"), page.locator(".cvw-scores .cvw-matrix")
    expect(told).to_contain_text(re.compile("After epoch [0-9]+, by today's labels .* validation images"), timeout=120_000)
    expect(told).to_contain_text("The test images appear here when the run is over.")
    after = re.search("After epoch [0-9]+", told.text_content() or "")
    assert after is not None
    expect(told).not_to_contain_text(f"{after[0]},")
    matrix.get_by_role("button").filter(has_text=re.compile("[0-9]")).first.click()
    expect(page.locator(".cvw-scores .cvw-grid [role=option]").first).to_be_visible()
    expect(page.locator(".cvw-scores .cvw-grid")).to_contain_text(re.compile("validation images after epoch [0-9]+ of"))
    expect(page.locator(".cvw-epochs tfoot")).to_contain_text(re.compile("Memory: [0-9.]+ [MG]B at most"))
    assert shlex.split(page.locator(".cvw-beside-run code").text_content() or "") == ["tensorboard", "--logdir", str(filled / "runs")]
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Try it on the test images").click(timeout=120_000)
    expect(told).to_contain_text(re.compile("^By today's labels .* test images are right"), timeout=120_000)
    expect(matrix).to_be_visible()
