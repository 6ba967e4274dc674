"""Giving away by the messages that the page sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.widgets import ExportPanel
from tests.conftest import until
from tests.vision.conftest import Hub

Open = Callable[..., object]


@pytest.fixture
def project(draw: Callable[..., Path], tmp_path: Path) -> Iterator[Project]:
    for seed in range(4):
        draw(f"heap/{'elk' if seed % 2 else 'bison'}/{seed}.jpg", seed=seed)
    with Project(tmp_path / "project") as opened:
        opened.images.add(tmp_path / "heap")
        yield opened


def test_what_is_kept_goes_out_under_the_name_that_was_typed(page: Open, project: Project) -> None:
    panel = ExportPanel(project)
    assert panel._kept == {"images": 4, "labels": 2, "why": ""} and panel._export is None
    page(panel).ask("start", name="herd", form="csv", split=None, seed=0)
    until(lambda: panel.look(changed=False) or (panel._export or {}).get("state") == "done")
    assert panel._export["state"] == "done" and panel._export["result"]["images"] == 4
    assert (project.folder / "exports" / "herd" / "images.csv").is_file()


@pytest.mark.parametrize(
    ("name", "form", "split", "kind"),
    [("../herd", "csv", None, "ExportError"), ("herd", "zip", None, "ExportError"), ("herd", "csv", [0.5, 0.5, 0.5], "RecipeError")],
)
def test_what_cannot_go_out_is_said(page: Open, project: Project, name: str, form: str, split: list[float] | None, kind: str) -> None:
    answer = page(ExportPanel(project)).ask("start", name=name, form=form, split=split, seed=0)
    assert answer["error"]["kind"] == kind
    assert project.exporting() is None


def test_nothing_goes_out_where_nothing_is_kept(project: Project) -> None:
    project.images.select(state="kept").trash()
    assert ExportPanel(project)._kept["why"] == "Nothing is kept yet."


def test_what_is_kept_is_sent_to_the_hub(page: Open, project: Project, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = ExportPanel(project)
    asked = {"name": " ann/herd ", "private": True, "split": None, "seed": 0}
    assert "You have no token" in page(panel).ask("send_to_hub", **asked)["error"]["message"] and panel._export is None
    monkeypatch.setenv("HF_TOKEN", "hf_ann")
    page(panel).ask("send_to_hub", **asked)
    until(lambda: panel.look(changed=False) or (panel._export or {}).get("state") == "done", seconds=60)
    assert (panel._export["name"], panel._export["result"]) == (
        "ann/herd",
        {"address": f"http://127.0.0.1:{hub.server_port}/datasets/ann/herd"},
    )
    assert hub.private == {"ann/herd": True} and "README.md" in hub.sent["ann/herd"]
