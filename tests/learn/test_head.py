from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from datasets import DatasetDict

from cvwidgets.errors import TrainingFailed
from cvwidgets.learn import iterate, train
from cvwidgets.learn.features import Features
from cvwidgets.learn.head import Interrupted, fit_head
from cvwidgets.learn.training import Training, set_up
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch, Step
from cvwidgets.vision import load_classifier, new_classifier, save_classifier

Drawn = Callable[..., Path]


def clouds(each: int, seed: int, labels: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    """Features of pictures of some labels, each a cloud around a place of its own, on axes of very unlike scale."""
    random = torch.Generator().manual_seed(seed)
    numbers = torch.arange(labels).repeat_interleave(each)
    places = 2 * torch.eye(labels, 8)[numbers]
    return (places + torch.randn(len(numbers), 8, generator=random)) * torch.logspace(-3, 3, 8) + 5, numbers


def right(head: object, table: tuple[torch.Tensor, torch.Tensor]) -> float:
    return float((head(table[0]).argmax(-1) == table[1]).float().mean())  # type: ignore[operator]


def test_a_head_is_as_good_as_scikit_learns_with_its_strength_found_by_cross_validation() -> None:
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    learnt, valid, test = clouds(40, 0), clouds(20, 1), clouds(1000, 2)
    *_, head = fit_head(learnt, valid, torch.ones(3))
    probe = make_pipeline(StandardScaler(), LogisticRegressionCV(Cs=10, max_iter=1000))
    probe.fit(learnt[0].numpy(), learnt[1].numpy())
    assert right(head, test) > probe.score(test[0].numpy(), test[1].numpy()) - 0.01


def test_each_head_that_is_offered_is_better_on_the_valid_part_than_the_one_before() -> None:
    valid = clouds(20, 1)
    losses = [float(torch.nn.functional.cross_entropy(head(valid[0]), valid[1])) for head in fit_head(clouds(40, 0), valid, torch.ones(3))]
    assert len(losses) > 2 and losses == sorted(losses, reverse=True)


def test_a_label_without_pictures_is_never_said_and_one_without_valid_pictures_is_learnt_all_the_same() -> None:
    learnt = clouds(40, 0)
    nothing = torch.empty(0, 8), torch.empty(0, dtype=torch.int64)
    [head] = fit_head(learnt, nothing, torch.ones(4))
    assert 3 not in head(learnt[0]).argmax(-1) and right(head, learnt) > 0.8


def test_a_feature_that_never_changes_is_no_trouble() -> None:
    features, labels = clouds(40, 0)
    features[:, 3] = 7.0
    *_, head = fit_head((features, labels), (features, labels), torch.ones(3))
    assert torch.isfinite(head.weight).all() and right(head, (features, labels)) > 0.8


def test_the_first_epoch_learns_the_head_and_leaves_the_base_as_it_was(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    recipe = Recipe(base=str(tiny_base), epochs=1)
    records = list(iterate(drawn(), recipe, tmp_path / "run"))
    steps, epochs = [r for r in records if isinstance(r, Step)], [r for r in records if isinstance(r, Epoch)]
    assert [step.number for step in steps][-1] == steps[0].of == 60 and {step.loss for step in steps} == {None}
    assert len(epochs) == 1 and epochs[0].best and epochs[0].valid_accuracy > 0.5
    best, base = load_classifier(tmp_path / "run/best").model.state_dict(), new_classifier(tiny_base, ("a", "b", "c")).model.state_dict()
    changed = {name for name in base if not torch.equal(best[name], base[name])}
    assert changed == {"classifier.weight", "classifier.bias"}


def test_what_a_head_says_of_the_valid_part_is_what_the_model_says(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    recipe = Recipe(base=str(tiny_base), epochs=2, learning_rate=1e-12, augmentation="none", precision="float32")
    first, second = train(drawn(), recipe, tmp_path / "run")
    assert first.valid_loss == pytest.approx(second.valid_loss, abs=1e-4)
    assert first.train_loss == pytest.approx(second.train_loss, rel=0.5)


def test_features_are_computed_once_for_all_runs_on_a_base(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    snapshot, recipe = drawn(), Recipe(base=str(tiny_base), epochs=1)
    for name in ("a", "b"):
        list(train(snapshot, recipe, tmp_path / name, cache=tmp_path / "cache"))
    assert not (tmp_path / "b/steps.jsonl").exists()
    assert (tmp_path / "a/best/model.safetensors").read_bytes() == (tmp_path / "b/best/model.safetensors").read_bytes()


def test_features_that_were_cut_short_are_computed_again(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    snapshot, recipe = drawn(), Recipe(base=str(tiny_base), epochs=1)
    list(train(snapshot, recipe, tmp_path / "a", cache=tmp_path / "cache"))
    [kept] = (tmp_path / "cache/features").iterdir()
    kept.write_bytes(kept.read_bytes()[:-100])
    list(train(snapshot, recipe, tmp_path / "b", cache=tmp_path / "cache"))
    assert (tmp_path / "a/best/model.safetensors").read_bytes() == (tmp_path / "b/best/model.safetensors").read_bytes()


def test_features_of_another_base_are_never_taken(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    from transformers import ConvNextV2Model

    snapshot, other = drawn(), tmp_path / "other"
    model = ConvNextV2Model.from_pretrained(tiny_base)
    torch.nn.init.normal_(model.embeddings.patch_embeddings.weight, generator=torch.Generator().manual_seed(5))
    model.save_pretrained(other)
    for name, base in (("a", tiny_base), ("b", other)):
        list(train(snapshot, Recipe(base=str(base), epochs=1), tmp_path / name, cache=tmp_path / "cache"))
    assert len(list((tmp_path / "cache/features").iterdir())) == 2


def test_asked_to_stop_while_features_are_computed_a_run_goes_on_later(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    snapshot, recipe = drawn(), Recipe(base=str(tiny_base), epochs=2)
    records = iterate(snapshot, recipe, tmp_path / "run")
    next(records)
    (tmp_path / "run/stop").touch()
    assert list(records) == [] and not (tmp_path / "run/best").exists()
    (tmp_path / "run/stop").unlink()
    assert [epoch.number for epoch in train(snapshot, recipe, tmp_path / "run")] == [1, 2]


def test_a_head_is_no_further_fitted_once_someone_asks_to_stop() -> None:
    asked: list[bool] = []
    with pytest.raises(Interrupted):
        list(fit_head(clouds(40, 0), clouds(20, 1), torch.ones(3), stop=lambda: asked.append(True) or len(asked) == 7))
    assert len(asked) == 7


def test_asked_to_stop_before_the_head_is_fitted_a_run_goes_on_later(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    snapshot, recipe = drawn(), Recipe(base=str(tiny_base), epochs=1)
    records = iterate(snapshot, recipe, tmp_path / "run")
    next(record for record in records if isinstance(record, Step) and record.number == record.of)
    (tmp_path / "run/stop").touch()
    assert list(records) == [] and not (tmp_path / "run/epochs.jsonl").exists()
    (tmp_path / "run/stop").unlink()
    assert [type(record) for record in iterate(snapshot, recipe, tmp_path / "run")] == [Epoch]


def test_a_picture_that_cannot_be_read_is_left_out_of_the_head(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    snapshot = drawn()
    (tmp_path / "pictures/train-0-0.jpg").write_bytes(b"no picture")
    list(train(snapshot, Recipe(base=str(tiny_base), epochs=1), tmp_path / "run"))
    assert [left["path"].endswith("train-0-0.jpg") for left in json.loads((tmp_path / "run/environment.json").read_text())["left_out"]] == [
        True
    ]


def test_patience_ends_a_run_that_gets_no_better(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    recipe = Recipe(base=str(tiny_base), epochs=30, learning_rate=1e-12, augmentation="none", precision="float32", patience=2)
    snapshot = drawn()
    epochs = list(train(snapshot, replace(recipe, choose_by="loss"), tmp_path / "run"))
    best = max(epoch.number for epoch in epochs if epoch.best)
    assert len(epochs) == best + 2 < 30 and (tmp_path / "run/evaluation.json").exists()
    assert list(train(snapshot, replace(recipe, choose_by="loss"), tmp_path / "run")) == []


@pytest.mark.parametrize("choose_by", ["accuracy", "macro_f1", "loss", "last"])
def test_the_best_epoch_is_the_one_that_was_asked_for(drawn: Drawn, tiny_base: Path, tmp_path: Path, choose_by: str) -> None:
    recipe = Recipe(base=str(tiny_base), epochs=5, batch_size=8, learning_rate=3e-2, choose_by=choose_by)  # type: ignore[arg-type]
    epochs = list(train(drawn(), recipe, tmp_path / "run"))
    merit = {
        "accuracy": lambda epoch: epoch.valid_accuracy,
        "macro_f1": lambda epoch: epoch.macro_f1,
        "loss": lambda epoch: -epoch.valid_loss,
        "last": lambda epoch: epoch.number,
    }[choose_by]
    best = max((epoch for epoch in epochs if epoch.best), key=lambda epoch: epoch.number)
    assert merit(best) == max(map(merit, epochs))


def test_a_base_that_gives_no_numbers_ends_the_run_with_a_sentence(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    classifier = new_classifier(tiny_base, ["red", "green", "blue"])
    classifier.model.convnextv2.layernorm.bias.data.fill_(float("nan"))
    save_classifier(classifier, tmp_path / "damaged")
    with pytest.raises(TrainingFailed, match=r"is no number \(NaN\); its weights are damaged"):
        list(iterate(drawn(), Recipe(base=str(tmp_path / "damaged"), precision="float32"), tmp_path / "run"))
    assert not (tmp_path / "run/best").exists()


def _computed(training: Training) -> Features:
    assert training.features is not None
    for part in ("train", "valid"):
        list(training.features.compute(part, training.features.lacking(part)))
    return training.features


def test_the_head_learns_from_each_picture_varied_once_where_the_recipe_varies(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    tables = {}
    for augmentation in ("light", "crop 0.5", "none"):
        recipe = Recipe(base=str(tiny_base), epochs=1, augmentation=augmentation)
        features = _computed(set_up(drawn(), recipe, tmp_path / augmentation, cache=None, start=None))
        tables[augmentation] = [features.table(part)[0] for part in ("train", "valid")]
        assert not features.lacking("train") and len(features.known("train")) == 30
    assert {name: [len(table) for table in both] for name, both in tables.items()} == {
        "light": [60, 30],
        "crop 0.5": [60, 30],
        "none": [30, 30],
    }
    rows, labels = features.table("train")
    assert rows.shape == (30, 16) and labels.tolist() == [item.label for item in features.known("train")]
    light, crop = tables["light"][0], tables["crop 0.5"][0]
    assert torch.equal(light[::2], crop[::2]) and (light[::2] != light[1::2]).any(1).all()
    assert (light[1::2] != crop[1::2]).any(1).all()


def test_a_varied_picture_hangs_on_the_seed_and_itself_and_is_kept_for_the_next_run(drawn: Drawn, tiny_base: Path, tmp_path: Path) -> None:
    every, fewer, recipe = drawn(), tmp_path / "fewer", Recipe(base=str(tiny_base), epochs=1)
    parts = DatasetDict.load_from_disk(str(every))
    DatasetDict({**parts, "train": parts["train"].select(range(1, 30))}).save_to_disk(str(fewer))

    def features_of(snapshot: Path, cache: str, seed: int = 0) -> Features:
        run = tmp_path / f"{snapshot.name} {cache} {seed}"
        training = set_up(snapshot, replace(recipe, seed=seed), run, cache=tmp_path / cache, start=None)
        assert training.features is not None
        return training.features

    def compute(features: Features) -> torch.Tensor:
        list(features.compute("train", features.lacking("train")))
        features.keep()
        return features.table("train")[0]

    first = compute(features_of(every, "one"))
    assert not features_of(every, "one").lacking("train")
    torch.testing.assert_close(compute(features_of(fewer, "two")), first[2:])
    assert features_of(every, "two").lacking("train") == [0]
    other = compute(features_of(every, "one", seed=1))
    assert torch.equal(other[::2], first[::2]) and not torch.equal(other[1::2], first[1::2])
    assert len(features_of(every, "one").lacking("train")) == 30, "what another seed varied was kept beside it"
