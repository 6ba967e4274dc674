"""Runs that go on in the dashboard: after a stop, past the death of the kernel that started them, and from one that is finished."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project, Recipe, jobs
from cvwidgets.project import Run
from tests.browser.conftest import kernels, open_step, until_left

Tab = Callable[..., Page]

SMALL = Recipe(epochs=60, image_size=32, precision="float32", threads=1)


def weights(run: Run) -> bytes:
    return (run.folder / "best" / "model.safetensors").read_bytes()


def trained_alike(project: Project, run: Run) -> Run:
    """A run on the same by the same recipe, to its end, without anything between."""
    other = project.runs.start(run.recipe)
    assert jobs.wait(other.folder).state == "done" and other.snapshot == run.snapshot
    return other


@pytest.mark.slow
def test_a_stopped_run_goes_on_by_a_click_and_ends_as_if_it_had_never_stopped(tab: Tab, dashboard: str, filled: Path) -> None:
    with Project(filled) as project:
        run = project.runs.start(SMALL)
        next(epoch for epoch in run.follow() if epoch.number == 3)
        run.stop()
        assert jobs.wait(run.folder).state == "stopped"
        page = tab(dashboard)
        open_step(page, "Train")
        head = page.locator(".cvw-sofar")
        expect(head).to_contain_text(re.compile("Stopped after [0-9]+ of 60 epochs"))
        head.get_by_role("button", name="Go on").click()
        expect(head).to_contain_text("Done, 60 of 60 epochs", timeout=180_000)
        expect(head).to_contain_text("Computed on the processor, 1 thread, float32.")
        expect(page.locator(".cvw-epochs tbody tr")).to_have_count(60)
        assert weights(run) == weights(trained_alike(project, run))


@pytest.mark.slow
def test_a_kernel_that_dies_in_the_middle_of_a_run_takes_nothing_of_it_away(
    tab: Tab, dashboard: str, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tab(dashboard)
    open_step(page, "Train")
    page.get_by_role("spinbutton", name="Epochs").fill("60")
    size = page.get_by_role("textbox", name="Image size")
    if not size.is_visible():
        page.get_by_text("Everything else", exact=True).click()
    size.fill("64")
    page.get_by_role("button", name="Review and start").click()
    page.get_by_role("button", name="Start training").click()
    rows = page.locator(".cvw-epochs tbody tr")
    expect(rows.nth(1)).to_be_visible(timeout=180_000)
    found = kernels(int(re.search(r":(\d+)/", dashboard)[1]))  # type: ignore[index]
    machine = found[0].environ()["CVWIDGETS_MACHINE_FOLDER"]
    for kernel in found:
        kernel.kill()
    page.get_by_role("button", name="Reload").click()
    open_step(page, "Train")
    expect(rows.nth(2)).to_be_visible(timeout=120_000)
    expect(page.locator(".cvw-sofar")).to_contain_text("Done, 60 of 60 epochs", timeout=300_000)
    with Project(filled) as project:
        run = project.runs.latest()
        assert [epoch.number for epoch in run.epochs()] == [*range(1, 61)]
        monkeypatch.setenv("CVWIDGETS_MACHINE_FOLDER", machine)  # so that the other one is computed in the way that was found there
        assert weights(run) == weights(trained_alike(project, run))


@pytest.mark.slow
def test_a_finished_run_is_trained_further_through_the_review(tab: Tab, dashboard: str, filled: Path) -> None:
    with Project(filled) as project:
        first = project.runs.start(Recipe(epochs=2, image_size=32, precision="float32", batch_size=4))
        assert jobs.wait(first.folder).state == "done"
        before = weights(first)
    page = tab(dashboard, height=1200)
    open_step(page, "Train")
    side, head, epochs = page.locator(".cvw-side"), page.locator(".cvw-sofar"), page.get_by_role("spinbutton", name="Epochs")
    expect(head).to_contain_text(f"Run {first.name}")
    head.get_by_role("button", name="Train further").click()
    expect(side).to_contain_text(f"It begins with the best weights of run {first.name}")
    expect(side.locator(".cvw-going")).to_contain_text(f"Goes on from run {first.name}, with its best weights.")
    side.get_by_role("button", name="Change").click()
    expect(epochs).to_have_value("5")
    epochs.fill("3")
    until_left(filled, '"epochs": "3"')
    page.reload()
    open_step(page, "Train")
    expect(side.locator(".cvw-going")).to_contain_text(f"Goes on from run {first.name}")
    expect(epochs).to_have_value("3")
    side.get_by_role("button", name="Begin anew").click()
    expect(side.locator(".cvw-going")).to_be_hidden()
    head.get_by_role("button", name="Train further").click()
    side.get_by_role("button", name="Change").click()
    epochs.fill("4")
    side.get_by_role("button", name="Review and start").click()
    side.get_by_role("button", name="Start training").click()
    expect(head).to_contain_text("Done, 4 of 4 epochs", timeout=180_000)
    expect(head).to_contain_text(f"Goes on from run {first.name}, with its best weights.")
    expect(side.locator(".cvw-going")).to_be_hidden()
    expect(epochs).to_have_value("12")
    expect(page.locator(".cvw-runs")).to_contain_text(f"from {first.name}")
    with Project(filled) as project:
        second = project.runs.latest()
        assert (second.continues, second.recipe.batch_size, weights(first)) == (first.name, 4, before)
