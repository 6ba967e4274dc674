"""Models from the command line: found on the hub, listed, promoted by version, sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import Project
from tests.cli.conftest import Command
from tests.vision.conftest import Hub
from tests.vision.test_hub_searching import listed


@pytest.fixture
def project(whole: Path, tmp_path: Path) -> Path:
    """A project with one registered model, which nobody had to load."""
    with Project(tmp_path / "p") as opened:
        opened.models._check = lambda _folder, _name: ["owl", "elk"]
        opened.models.register(whole, title="Birds")
    return tmp_path / "p"


def test_bases_are_found_by_words_and_size(cvwidgets: Command, hub: Hub) -> None:
    hub.listed = [listed("zoo/convnext-large", 200, 900), listed("zoo/convnext-tiny", 28, 500, "license:mit")]
    said = cvwidgets("bases", "convnext", "--largest", "150MB").stdout
    assert "zoo/convnext-tiny" in said and "112 MB" in said and "mit" in said and "large" not in said
    assert [base["name"] for base in json.loads(cvwidgets("bases", "--json").stdout)["bases"]] == [
        "zoo/convnext-large",
        "zoo/convnext-tiny",
    ]
    assert cvwidgets("bases", "--largest", "big").returncode == 2


def test_a_registered_model_is_listed_promoted_and_its_labels_told(cvwidgets: Command, project: Path) -> None:
    assert "No model is in production" in cvwidgets("models", "p").stdout
    said = cvwidgets("promote", "p", "--model", "1").stdout
    assert said == "Model 1 from birds is in production. Its labels are not the project's: it tells owl, elk, which are not kept here.\n"
    [model] = json.loads(cvwidgets("models", "p", "--json").stdout)
    assert (model["run"], model["title"], model["production"], model["accuracy"]) == (None, "Birds", True, None)
    assert "In production: model 1 from birds." in cvwidgets("status", "p").stdout
    assert cvwidgets("promote", "p").stderr.startswith("Promoting needs a run, or --model")


def test_a_model_is_sent_and_what_stands_in_the_way_is_one_sentence(
    cvwidgets: Command, project: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cvwidgets("push", "p", "1", "ann/birds").stderr.startswith("You have no token for the hub")
    monkeypatch.setenv("HF_TOKEN", "hf_ann")
    assert cvwidgets("push", "p", "1", "ann/birds").stdout == f"Model 1 is at http://127.0.0.1:{hub.server_port}/ann/birds.\n"
    assert hub.private == {"ann/birds": True}
    assert cvwidgets("register", "p", "nowhere/at-all").stderr.startswith("The hub has no model 'nowhere/at-all'")


def test_images_are_sent_and_what_stands_in_the_way_is_one_sentence(
    cvwidgets: Command, draw: Callable[..., Path], hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    cvwidgets("add", "q", draw("heap/elk/1.jpg").parent.parent)
    assert cvwidgets("push-images", "q", "ann/elks").stderr.startswith("You have no token for the hub")
    monkeypatch.setenv("HF_TOKEN", "hf_ann")
    assert cvwidgets("push-images", "q", "ann/elks").stdout == f"The images are at http://127.0.0.1:{hub.server_port}/datasets/ann/elks.\n"
    assert hub.private == {"ann/elks": True}
