"""Models from the command line: found on the hub, listed, promoted by version, sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets import Project
from cvwidgets.project.model_use import transformers_lines
from tests.cli.conftest import Command
from tests.conftest import draw_picture
from tests.tried import give_best, tried_run
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


def test_promoting_a_worse_run_says_by_how_much_and_how_to_go_back(
    cvwidgets: Command, project: Path, draw: Callable[..., Path], tmp_path: Path
) -> None:
    for seed in range(20):
        draw(f"heap/{'red' if seed % 2 else 'blue'}/{seed}.jpg", seed=seed, color="red" if seed % 2 else "blue")
    with Project(project) as opened:
        opened.images.add(tmp_path / "heap")
        for wrong in ([], [0, 1]):
            give_best(tried_run(opened, wrong), len(wrong))
    assert cvwidgets("promote", "p", "0001").stdout == "Model 2, from run 0001, is in production.\n"
    said = cvwidgets("promote", "p", "0002").stdout.splitlines()
    assert said[0].startswith("Model 3, from run 0002, is in production. It has 50.0 points fewer right than model 2 on the 4 test images")
    assert said[1] == "'cvwidgets promote p --model 2' puts model 2 back."
    back = json.loads(cvwidgets("promote", "p", "--model", "2", "--json").stdout)
    assert (back["version"], back["beside"]["before"], back["beside"]["images"], back["beside"]["difference"]) == (2, 3, 4, 0.5)
    assert "It cannot be compared with model 2: model 1 was trained elsewhere" in cvwidgets("promote", "p", "--model", "1").stdout


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


def test_a_model_is_exported_and_the_lines_that_ask_it_are_printed(cvwidgets: Command, project: Path) -> None:
    said = cvwidgets("export", "p", "1").stdout
    place = project.resolve() / "exports/model-1-safetensors"
    assert said.startswith(f"Model 1 is in {place}.\nTo ask it about photo.jpg:\n\n") and said.endswith(transformers_lines(place))
    assert json.loads(cvwidgets("export", "p", "1", "out", "--json").stdout)["folder"] == str(Path.cwd() / "out")
    assert cvwidgets("export", "p", "1", "--format", "onnx").stderr.startswith("There is no image to try model 1 from birds on")
    assert cvwidgets("export", "p", "1", "--quantize", "int8").stderr.startswith("Only ONNX goes out quantized")


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
