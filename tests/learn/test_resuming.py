from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from cvwidgets.augmentation import KINDS, Augmentation
from cvwidgets.errors import TrainingFailed
from cvwidgets.learn import iterate
from cvwidgets.recipe import Recipe
from cvwidgets.records import Step

Drawn = Callable[..., Path]


@pytest.fixture
def recipe(tiny_base: Path) -> Recipe:
    """Every epoch the same; see `with_all` for the rest of what a recipe may ask."""
    shared = {"label_smoothing": 0.1, "precision": "float32", "threads": 1}
    return Recipe(base=str(tiny_base), epochs=3, batch_size=8, learning_rate=3e-3, head_first=False, **shared)  # type: ignore[arg-type]


@pytest.fixture
def with_all(recipe: Recipe) -> Recipe:
    """The head first, layers that learn unlike, an average of the weights, pictures varied in every way."""
    every = tuple(Augmentation(kind.name, kind.probability, kind.strength) for kind in KINDS)
    return replace(recipe, head_first=True, averaging=0.5, layer_decay=0.3, balance="weights", augmentation=every)


def _facts(folder: Path) -> tuple[list[object], list[object]]:
    steps = [json.loads(line) for line in (folder / "steps.jsonl").read_text().splitlines()]
    epochs = [json.loads(line) for line in (folder / "epochs.jsonl").read_text().splitlines()]
    learnt = [step for step in steps if step["loss"] is not None]  # features are computed once, however often a run begins
    return [(s["epoch"], s["number"], s["loss"], s["lr"]) for s in learnt], [
        (e["number"], e["train_loss"], e["valid_loss"], e["best"]) for e in epochs
    ]


@pytest.mark.parametrize("asked", ["recipe", "with_all"])
@pytest.mark.parametrize("interrupted_after", [[1], [6, 3], [4], [5, 1, 1, 1, 4]], ids=["at once", "twice", "at an epoch's end", "often"])
def test_an_interrupted_run_ends_as_one_that_never_was(
    drawn: Drawn, request: pytest.FixtureRequest, tmp_path: Path, asked: str, interrupted_after: list[int]
) -> None:
    snapshot, recipe = drawn(), request.getfixturevalue(asked)
    list(iterate(snapshot, recipe, tmp_path / "whole", cache=tmp_path / "other-cache"))
    for count in interrupted_after:
        records = iterate(snapshot, recipe, tmp_path / "broken", cache=tmp_path / "cache")
        list(islice(records, count))
        records.close()
    list(iterate(snapshot, recipe, tmp_path / "broken", cache=tmp_path / "cache"))
    assert _facts(tmp_path / "broken") == _facts(tmp_path / "whole")
    for name in ("best/model.safetensors", "evaluation.json"):
        assert (tmp_path / "broken" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.slow
def test_a_killed_run_goes_on_from_its_last_state_in_another_process(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    snapshot = drawn()
    list(iterate(snapshot, recipe, tmp_path / "whole"))
    run = tmp_path / "killed"
    run.mkdir()
    (run / "recipe.json").write_text(json.dumps(recipe.to_json()))
    (run / "run.json").write_text(json.dumps({"snapshot": "../snapshot", "cache": "../cache", "continues": None}))
    kill = (
        "import os, sys; from pathlib import Path; from cvwidgets.learn import iterate; from cvwidgets.recipe import Recipe; import json\n"
        "run = Path(sys.argv[1]); recipe = Recipe.from_json(json.loads((run / 'recipe.json').read_text()))\n"
        "for n, _ in enumerate(iterate(run / '../snapshot', recipe, run, cache=run / '../cache')):\n"
        "    if n == 7: os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", kill, str(run)], check=False).returncode == 9
    subprocess.run([sys.executable, "-m", "cvwidgets.learn", str(run)], check=True)
    assert _facts(run) == _facts(tmp_path / "whole")
    assert (run / "best/model.safetensors").read_bytes() == (tmp_path / "whole/best/model.safetensors").read_bytes()


def test_a_run_stopped_while_it_is_judged_judges_again(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    snapshot = drawn()
    records = iterate(snapshot, recipe, tmp_path / "run")
    last = next(r for r in records if isinstance(r, Step) and r.number == r.of)
    (tmp_path / "run/stop").touch()
    assert list(records) == []
    (tmp_path / "run/stop").unlink()
    again = next(iterate(snapshot, recipe, tmp_path / "run"))
    assert (last.epoch, again.number) == (1, 1)


def test_other_pictures_are_another_run(drawn: Drawn, recipe: Recipe, tmp_path: Path) -> None:
    next(iterate(drawn(5), recipe, tmp_path / "run")), None
    with pytest.raises(TrainingFailed, match="begun on other pictures"):
        next(iterate(drawn(6), recipe, tmp_path / "run"))
