"""What a run begins with that goes on from the model of another one, whatever became of the labels meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from datasets import ClassLabel, DatasetDict, load_from_disk

from cvwidgets.learn import iterate, train
from cvwidgets.learn.beginning import begin
from cvwidgets.learn.training import set_up
from cvwidgets.recipe import Recipe
from cvwidgets.vision import find_heads, new_classifier, save_classifier

Drawn = Callable[..., Path]


@pytest.fixture
def before(tiny_base: Path, tmp_path: Path) -> Path:
    """A model that tells a, b and c apart."""
    save_classifier(new_classifier(tiny_base, ["a", "b", "c"], seed=5), tmp_path / "before")
    return tmp_path / "before"


@pytest.mark.parametrize(("labels", "knows"), [("abc", True), ("cab", True), ("ca", True), ("adc", False), ("abcd", False)])
def test_the_last_layer_comes_along_label_by_label(before: Path, tiny_base: Path, labels: str, knows: bool) -> None:
    first = new_classifier(tiny_base, ["a", "b", "c"], seed=5)
    classifier, known = begin(Recipe(base=str(tiny_base)), list(labels), before)
    old, new = (one.model.get_submodule(find_heads(one)[0]) for one in (first, classifier))
    wanted = [old.weight["abc".index(label)] if label in "abc" else torch.zeros_like(old.weight[0]) for label in labels]
    assert (classifier.labels, known) == (tuple(labels), knows)
    assert torch.equal(new.weight, torch.stack(wanted))


def test_a_run_that_goes_on_learns_its_last_layer_first_only_where_a_label_is_new(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    snapshot, recipe = drawn(), Recipe(base=str(tiny_base), epochs=2, batch_size=8, precision="float32", threads=1)
    list(train(snapshot, recipe, tmp_path / "first"))
    renamed = _with_names(snapshot, ["red", "green", "indigo"])
    for data, learns in ((snapshot, False), (renamed, True)):
        training = set_up(data, recipe, tmp_path / f"further-{learns}", cache=None, start=tmp_path / "first/best")
        assert (training.features is not None) == learns
    anew = set_up(renamed, recipe, tmp_path / "anew", cache=None, start=None)
    assert training.features and anew.features and training.features._file.name != anew.features._file.name


def test_a_run_that_goes_on_and_is_stopped_in_its_first_epoch_goes_on_from_the_same_weights(
    drawn: Drawn, tiny_base: Path, tmp_path: Path
) -> None:
    snapshot, recipe = drawn(), Recipe(base=str(tiny_base), epochs=2, batch_size=8, precision="float32", threads=1)
    list(train(snapshot, recipe, tmp_path / "first"))
    start = tmp_path / "first/best"
    whole = list(iterate(snapshot, recipe, tmp_path / "whole", start=start))
    records = iterate(snapshot, recipe, tmp_path / "parts", start=start)
    next(records)
    records.close()  # type: ignore[attr-defined]
    list(iterate(snapshot, recipe, tmp_path / "parts", start=start))
    assert whole and (tmp_path / "parts/best/model.safetensors").read_bytes() == (tmp_path / "whole/best/model.safetensors").read_bytes()


def _with_names(snapshot: Path, names: list[str]) -> DatasetDict:
    """The snapshot in memory, with its labels under other names."""
    tables = load_from_disk(snapshot)
    place = str(snapshot.parent)
    moved = tables.map(lambda row: {"path": f"{place}/{row['path'].removeprefix('../')}"})
    return moved.cast_column("label", ClassLabel(names=names))
