"""Models from the command line: found on the hub, listed, promoted by version, sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets import Project
from tests.cli.conftest import Command
from tests.conftest import draw_picture
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


@pytest.mark.slow
def test_why_a_model_says_so_is_written_as_a_picture(cvwidgets: Command, project: Path, tmp_path: Path) -> None:
    draw_picture(tmp_path / "x.jpg", size=(160, 90))
    assert cvwidgets("explain", "p", "x.jpg").stderr.startswith("No model is in production")
    said = cvwidgets("explain", "p", "x.jpg", "--model", "1", "--label", "elk").stdout
    assert said.startswith("Model 1 from birds says elk with ") and said.endswith("why, by gradcam, is in x-why.png.\n")
    with Image.open(tmp_path / "x-why.png") as painted:
        assert painted.size == (160, 90)
    facts = json.loads(cvwidgets("explain", "p", "x.jpg", "--model", "1", "--method", "occlusion", "--out", "o.png", "--json").stdout)
    assert (facts["method"], facts["size"], facts["model"], facts["out"]) == ("occlusion", [160, 90], 1, "o.png")
    assert cvwidgets("explain", "p", "x.jpg", "--model", "1", "--method", "gradients").stderr.endswith("Choose gradcam, occlusion.\n")
    assert "no name for a PNG" in cvwidgets("explain", "p", "x.jpg", "--model", "1", "--out", "x.jpg").stderr
