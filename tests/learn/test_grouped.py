from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from datasets import DatasetDict, load_from_disk

from cvwidgets.evaluation import paired_difference, wilson
from cvwidgets.learn import evaluate, train
from cvwidgets.learn.grouped import weight_of
from cvwidgets.learn.judging import Answers, judge
from cvwidgets.recipe import Recipe


def _grouped(random: np.random.Generator, groups: int, likeness: float, share: float = 0.8) -> tuple[np.ndarray, np.ndarray]:
    """Whether each image is right, by chances that differ between groups of 3 to 20 images as a beta distribution does, and the groups."""
    sizes = random.integers(3, 21, groups)
    spread = (1 - likeness) / likeness
    chances = random.beta(share * spread, (1 - share) * spread, groups)
    return random.random(sizes.sum()) < np.repeat(chances, sizes), np.repeat(np.arange(groups), sizes)


@pytest.mark.parametrize(("groups", "likeness"), [(15, 0.1), (30, 0.2), (60, 0.4)])
def test_intervals_of_images_in_groups_hold_the_truth_as_often_as_they_say(groups: int, likeness: float) -> None:
    random, held, plain = np.random.default_rng(0), 0, 0
    for _ in range(4000):
        right, of = _grouped(random, groups, likeness)
        images = len(right) * weight_of(right, of)
        low, high = wilson(right.mean() * images, images)
        held += low <= 0.8 <= high
        low, high = wilson(right.sum(), len(right))
        plain += low <= 0.8 <= high
    assert 0.93 <= held / 4000 <= 0.975
    assert plain / 4000 < 0.9  # what they would do if the groups were not known


def test_intervals_of_differences_on_images_in_groups_hold_the_truth_too() -> None:
    random, held = np.random.default_rng(1), 0
    for _ in range(4000):
        (first, of), lift = _grouped(random, 40, 0.3), random.random(40) < 0.25
        second = np.where(lift[of], random.random(len(of)) < 0.8, first)  # a quarter of the groups is asked anew: no better, no worse
        weight = weight_of(second.astype(int) - first, of)
        gained, lost = (second & ~first).sum() * weight, (first & ~second).sum() * weight
        _, low, high = paired_difference(gained, lost, len(of) * weight)
        held += low <= 0 <= high
    assert held / 4000 >= 0.93


def test_images_that_are_groups_of_their_own_count_in_full() -> None:
    right = np.random.default_rng(0).random(1000) < 0.7
    assert weight_of(right, np.arange(1000)) == pytest.approx(1, abs=0.01)


def test_where_all_images_are_right_each_group_counts_once() -> None:
    assert weight_of(np.ones(60), np.repeat(np.arange(6), 10)) == pytest.approx(0.1)
    assert weight_of([], np.array([])) == 0


def test_the_figures_of_a_part_in_groups_say_how_many_they_are_of() -> None:
    truth = torch.arange(40) % 2
    logits = torch.nn.functional.one_hot(torch.where(torch.arange(40) < 10, 1 - truth, truth)).float() * 9
    answers = Answers(logits, truth, tuple(f"{at}" for at in range(40)))
    alone = judge(answers, ("a", "b"), part="test")
    found = judge(answers, ("a", "b"), part="test", groups={f"{at}": at // 10 for at in range(40)})
    assert (found.accuracy, found.groups, alone.groups) == (alone.accuracy, 4, None)
    assert found.low < alone.low and found.high > alone.high


def test_a_snapshot_that_names_groups_is_judged_by_them(drawn: Callable[..., Path], tiny_base: Path, tmp_path: Path) -> None:
    parts = load_from_disk(str(drawn()))
    named = {name: part.add_column("group", [f"{name} {at // 5}" for at in range(len(part))]) for name, part in parts.items()}
    DatasetDict(named).save_to_disk(str(tmp_path / "grouped"))
    recipe = Recipe(base=str(tiny_base), epochs=1, split_by="folder")
    for folder in (tmp_path / "snapshot", tmp_path / "grouped"):
        list(train(folder, recipe, tmp_path / f"run of {folder.name}", cache=tmp_path / "cache"))
    alone, grouped = (evaluate(tmp_path / name, tmp_path / f"run of {name}") for name in ("snapshot", "grouped"))
    assert (alone.groups, grouped.groups) == (None, 6)
    assert alone.accuracy == grouped.accuracy and grouped.high - grouped.low > alone.high - alone.low
