from __future__ import annotations

from pathlib import Path

import pytest

from cvwidgets.learn.optimizing import learning_rate, make_optimizer, shares_by_layer
from cvwidgets.recipe import Recipe
from cvwidgets.vision import new_classifier


@pytest.mark.parametrize(("schedule", "end"), [("cosine", 0.0), ("linear", 0.0), ("constant", 1e-3)])
def test_the_rate_warms_up_and_falls_along_its_schedule(schedule: str, end: float) -> None:
    recipe = Recipe(learning_rate=1e-3, warmup=0.1, schedule=schedule)  # type: ignore[arg-type]
    rates = [learning_rate(recipe, step, 100) for step in range(100)]
    assert 0 < rates[0] < rates[5] < rates[10] == pytest.approx(1e-3)
    assert rates[-1] == pytest.approx(end, abs=2e-5)


def test_scales_and_biases_do_not_decay(tiny_base: Path) -> None:
    model = new_classifier(tiny_base, ["a", "b"]).model
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    decayed, rest = ([names[id(p)] for p in group["params"]] for group in make_optimizer(model, Recipe(layer_decay=1.0)).param_groups)
    assert {"convnextv2.layernorm.weight", "classifier.bias", "convnextv2.encoder.stages.0.layers.0.grn.weight"} < set(rest)
    assert "classifier.weight" in decayed and len(decayed) + len(rest) == len(names)


def test_the_first_layers_learn_slower_and_the_head_as_fast_as_it_is_told(tiny_base: Path) -> None:
    model = new_classifier(tiny_base, ["a", "b"]).model
    shares = shares_by_layer(model, 0.1)
    stem, last = "convnextv2.embeddings.patch_embeddings.weight", "convnextv2.encoder.stages.3.layers.0.pwconv2.weight"
    assert shares[stem] == pytest.approx(0.1) and 0.1 < shares[last] < 1 == shares["classifier.bias"]
    inside = [shares[f"convnextv2.encoder.stages.{stage}.layers.0.dwconv.weight"] for stage in range(4)]
    assert inside == sorted(inside) and len(set(inside)) == 4
    assert set(shares_by_layer(model, 1.0).values()) == {1.0}
    groups = make_optimizer(model, Recipe(layer_decay=0.1)).param_groups
    assert sum(len(group["params"]) for group in groups) == len(shares) and {group["share"] for group in groups} == set(shares.values())
