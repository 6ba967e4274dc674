"""Whether a folder holds an image classifier that can be used, before anybody relies on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import vision
from cvwidgets.errors import BaseUnavailable, ModelRefused
from cvwidgets.vision.checking import check_classifier


def rewrite(file: Path, **changes: object) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def cut_short(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])


def pickle_only(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def without_processor(folder: Path) -> None:
    (folder / "preprocessor_config.json").unlink()


def with_a_part_missing(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": "model-00001-of-00002.safetensors"}}))


def test_a_whole_classifier_is_taken_with_the_files_that_it_needs(whole: Path) -> None:
    assert [file.name for file in vision.check_files(whole, "birds")] == ["config.json", "preprocessor_config.json", "model.safetensors"]
    assert check_classifier(whole, "birds") == ("owl", "elk")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: rewrite(folder / "config.json", architectures=["BertForMaskedLM"]), r"no image classifier \(BertForMaskedLM\)"),
        (lambda folder: rewrite(folder / "config.json", id2label={"0": "LABEL_0", "1": "LABEL_1"}), "no names for its labels"),
        (lambda folder: rewrite(folder / "config.json", problem_type="multi_label_classification"), "several labels at once"),
        (lambda folder: (folder / "config.json").write_text("{"), "config.json of 'birds' cannot be read"),
        (without_processor, "has no preprocessor_config.json"),
        (cut_short, "model.safetensors of 'birds' are cut short"),
        (pickle_only, "as pickle alone, and safetensors are needed: pickle can run code"),
        (with_a_part_missing, "Some of the parts"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason_and_unopened(whole: Path, spoil: Callable[[Path], object], words: str) -> None:
    spoil(whole)
    with pytest.raises(ModelRefused, match=words):
        vision.check_files(whole, "birds")


def test_a_base_without_a_head_of_its_own_is_refused(whole: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(whole / "model.safetensors")
    save_file({name: one for name, one in weights.items() if "classifier" not in name}, whole / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelRefused, match=r"lack classifier.bias and 1 more.*never trained to tell labels apart"):
        check_classifier(whole, "birds")


def test_an_architecture_that_would_need_code_of_its_own_is_refused(whole: Path) -> None:
    rewrite(whole / "config.json", model_type="own", architectures=["OwnForImageClassification"], auto_map={"AutoConfig": "code.Config"})
    (whole / "code.py").write_text("raise SystemExit('it ran')")
    with pytest.raises(BaseUnavailable, match="'birds' cannot be loaded as an image classifier"):
        check_classifier(whole, "birds")
