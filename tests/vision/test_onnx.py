from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from cvwidgets import vision
from cvwidgets.errors import ExportError
from cvwidgets.vision import onnx_graph
from cvwidgets.vision.onnx_transform import transform_graph
from tests.vision.families import FAMILIES, small_model

SIZES = [(1, 1), (3, 1), (2, 900), (900, 2), (17, 33), (64, 64), (63, 65), (181, 183), (97, 1301), (384, 512)]
TRANSFORMS = {
    "convnext": vision.TestTransform(73, None, (64, 64)),
    "mobilenet": vision.TestTransform(256, None, (224, 224), "bilinear"),
    "vit": vision.TestTransform(None, (64, 48), None, "bilinear"),
    "odd crop": vision.TestTransform(64, None, (51, 50)),
    "crop larger than what is resized": vision.TestTransform(40, None, (64, 51)),
    "nothing resized": vision.TestTransform(None, None, (64, 51)),
    "warped, then cropped and padded": vision.TestTransform(None, (40, 90), (64, 51), reverse_channels=True),
    "nearest": vision.TestTransform(64, None, (64, 64), "nearest-exact", mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)),
}


def _session(model: Path | onnx.ModelProto) -> onnxruntime.InferenceSession:
    content = model if isinstance(model, Path) else model.SerializeToString()
    return onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])


def _noise(height: int, width: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(height).integers(0, 256, (height, width, 3), dtype=np.uint8)


def _in_torch(classifier: vision.Classifier, pixels: torch.Tensor) -> np.ndarray[Any, np.dtype[np.float32]]:
    with torch.inference_mode():
        return classifier.model(pixel_values=pixels).logits.softmax(-1).numpy()


def _decided(kind: str) -> vision.Classifier:
    """A small model that is of different opinions on different pictures."""
    torch.manual_seed(1)
    classifier = vision.Classifier(small_model(kind), ("owl", "elk", "bear"), vision.TestTransform(36, None, (32, 32)), {})
    for name, module in classifier.model.named_modules():
        if isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
            torch.nn.init.normal_(module.weight, std=1.4 / module.weight[0].numel() ** 0.5)
        if name.endswith(".grn"):
            torch.nn.init.normal_(module.weight)
            torch.nn.init.normal_(module.bias)
    pixels = torch.randn(8, 3, 32, 32)
    with torch.no_grad():
        said = classifier.model(pixel_values=pixels).logits
        for head in map(classifier.model.get_submodule, vision.find_heads(classifier)):
            head.weight /= said.std(0).max()
            head.bias -= (said / said.std(0).max()).mean(0)
    return classifier


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_a_picture_of_any_size_is_prepared_as_by_the_one_test_transform(transform: vision.TestTransform) -> None:
    session = _session(transform_graph(transform))
    for size in SIZES:
        picture = _noise(*size)
        (theirs,) = session.run(None, {"image": picture})
        assert np.abs(theirs[0] - transform.normalize(transform.pixels(picture)).numpy()).max() < 1e-3, size


@pytest.mark.parametrize("kind", FAMILIES)
def test_every_family_says_the_same_in_onnx(kind: str, tmp_path: Path) -> None:
    classifier = _decided(kind)
    onnx_graph.write_onnx(classifier, tmp_path / "model.onnx")
    session, pictures = _session(tmp_path / "model.onnx"), [_noise(*size) for size in SIZES]
    theirs = np.stack([session.run(None, {"image": picture})[0] for picture in pictures])
    pixels = torch.stack([classifier.transform.normalize(classifier.transform.pixels(picture)) for picture in pictures])
    assert np.abs(theirs - _in_torch(classifier, pixels)).max() < 1e-3
    assert theirs.std(0).max() > 0.01


@pytest.mark.parametrize("kind", FAMILIES)
def test_the_core_is_asked_about_several_pictures_at_once(kind: str, tmp_path: Path) -> None:
    classifier = _decided(kind)
    onnx_graph.write_core_onnx(classifier, tmp_path / "core.onnx")
    session = _session(tmp_path / "core.onnx")
    for number in (1, 5):
        pixels = torch.randn(number, 3, 32, 32)
        (theirs,) = session.run(None, {"pixels": pixels.numpy()})
        assert theirs.shape == (number, 3)
        assert np.abs(theirs - _in_torch(classifier, pixels)).max() < 1e-3


def test_the_starter_says_the_same_in_onnx_and_nearly_so_in_its_smaller_forms(tmp_path: Path) -> None:
    classifier = vision.new_classifier("starter", ["a", "b"], seed=1)
    classifier.model.eval()
    onnx_graph.write_onnx(classifier, tmp_path / "whole", facts={"version": "3"})
    picture, sizes = _noise(384, 512), {}
    ours = _in_torch(classifier, classifier.transform.normalize(classifier.transform.pixels(picture))[None])[0]
    for form, furthest in (("whole", 1e-4), ("int8", 0.05), ("fp16", 0.01)):
        if form != "whole":
            vision.quantize_onnx(tmp_path / "whole", tmp_path / form, form)  # type: ignore[arg-type]
        session = _session(tmp_path / form)
        assert np.abs(session.run(None, {"image": picture})[0] - ours).max() < furthest
        assert session.get_modelmeta().custom_metadata_map["version"] == "3"
        sizes[form] = (tmp_path / form).stat().st_size
    assert sizes["int8"] < 0.4 * sizes["whole"] and sizes["fp16"] < 0.6 * sizes["whole"]


def test_label_names_and_facts_are_in_its_metadata_as_they_are(tiny: Path, tmp_path: Path) -> None:
    labels = ('the "big" one', "two\nlines", "Eule 🦉 <b>")
    onnx_graph.write_onnx(vision.new_classifier(tiny, labels), tmp_path / "model.onnx", facts={"version": "3"})
    told = _session(tmp_path / "model.onnx").get_modelmeta().custom_metadata_map
    assert tuple(json.loads(told["labels"])) == labels
    assert told["version"] == "3"


def test_weights_that_no_file_holds_are_refused(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_graph, "LARGEST", 1000)
    with pytest.raises(ExportError, match=r"The weights take .* GB; an ONNX file holds at most .* Export as safetensors"):
        onnx_graph.write_onnx(vision.load_classifier(tiny, device="cpu"), tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()
