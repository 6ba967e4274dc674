"""When memory runs out: what goes on by itself, and what is said to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import ConvNextV2ForImageClassification

from cvwidgets.errors import TrainingFailed
from cvwidgets.learn import evaluate, train
from cvwidgets.learn.shortage import naming_memory, ran_out
from cvwidgets.recipe import Recipe
from cvwidgets.vision import load_classifier

Drawn = Callable[..., Path]
Limit = Callable[..., None]


@pytest.fixture
def room_for(monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Makes a device that holds so many pictures at once while a model learns, and while it is asked."""
    forward = ConvNextV2ForImageClassification.forward

    def limit(*, learning: int = 1000, judging: int = 1000) -> None:
        def limited(self: torch.nn.Module, pixel_values: torch.Tensor, **others: Any) -> Any:
            if len(pixel_values) > (learning if self.training else judging):
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
            return forward(self, pixel_values=pixel_values, **others)

        monkeypatch.setattr(ConvNextV2ForImageClassification, "forward", limited)

    return limit


@pytest.fixture
def recipe(still_base: Path) -> Recipe:
    return Recipe(base=str(still_base), epochs=2, batch_size=8, precision="float32", augmentation="none", threads=1)


def test_pictures_that_cannot_be_judged_at_once_are_judged_in_parts_to_the_same_figures(
    drawn: Drawn, recipe: Recipe, tmp_path: Path, room_for: Limit
) -> None:
    snapshot = drawn()
    whole = list(train(snapshot, recipe, tmp_path / "whole"))
    room_for(judging=3)
    parts = list(train(snapshot, recipe, tmp_path / "parts"))
    assert [epoch.valid_loss for epoch in parts] == pytest.approx([epoch.valid_loss for epoch in whole], abs=1e-3)
    one, other = (json.loads((tmp_path / name / "evaluation.json").read_text()) for name in ("whole", "parts"))
    assert other["loss"] == pytest.approx(one["loss"], abs=1e-3) and other["images"] == one["images"] == 30


def test_a_step_that_finds_no_room_names_the_batch_size_that_was_tried_and_fits(
    drawn: Drawn, recipe: Recipe, tmp_path: Path, room_for: Limit
) -> None:
    snapshot = drawn()
    room_for(learning=3)
    with pytest.raises(
        TrainingFailed,
        match=r"batch_size of 8; .* 2 at once were tried and fit: start again with batch_size 2 and accumulation 4\. ",
    ):
        list(train(snapshot, recipe, tmp_path / "run"))
    assert load_classifier(tmp_path / "run/best").labels == ("red", "green", "blue")  # of the head's epoch, which the trial did not touch
    again = replace(recipe, batch_size=2, accumulation=4)
    assert [epoch.number for epoch in train(snapshot, again, tmp_path / "again")] == [1, 2]


def test_the_state_to_go_on_from_is_as_it_was_before_the_step_that_found_no_room(
    drawn: Drawn, recipe: Recipe, tmp_path: Path, room_for: Limit
) -> None:
    snapshot = drawn()
    whole = list(train(snapshot, recipe, tmp_path / "whole"))
    room_for(learning=3)
    with pytest.raises(TrainingFailed):
        list(train(snapshot, recipe, tmp_path / "run"))
    room_for()
    [last] = train(snapshot, recipe, tmp_path / "run")
    assert (last.number, last.train_loss, last.valid_loss) == (2, whole[1].train_loss, whole[1].valid_loss)


@pytest.mark.parametrize(
    ("batch_size", "said"),
    [
        (1, r"with a batch_size of 1\. Take"),
        (9, r"with a batch_size of 9, and with 1 at once as well\. Take"),
    ],
)
def test_where_not_even_one_picture_finds_room_something_else_must_change(
    drawn: Drawn, recipe: Recipe, tmp_path: Path, room_for: Limit, batch_size: int, said: str
) -> None:
    room_for(learning=0)
    with pytest.raises(TrainingFailed, match=f"^Memory ran out {said} smaller pictures \\(image_size\\) or a smaller base"):
        list(train(drawn(4), replace(recipe, batch_size=batch_size), tmp_path / "run"))


def test_where_not_even_one_picture_can_be_judged_the_batch_size_is_not_blamed(
    drawn: Drawn, recipe: Recipe, tmp_path: Path, room_for: Limit
) -> None:
    snapshot = drawn(4)
    next(train(snapshot, recipe, tmp_path / "run"))
    room_for(judging=0)
    for ask in (lambda: evaluate(snapshot, tmp_path / "run"), lambda: list(train(snapshot, recipe, tmp_path / "other"))):
        with pytest.raises(TrainingFailed, match=r"^Memory ran out\. Take smaller pictures"):
            ask()


@pytest.mark.parametrize(("batch_size", "accumulation", "advice"), [(8, 2, "4 and accumulation 4"), (7, 1, "1 and accumulation 7")])
def test_where_nothing_can_be_tried_a_divisor_of_the_batch_size_is_proposed(
    recipe: Recipe, batch_size: int, accumulation: int, advice: str
) -> None:
    with (
        pytest.raises(TrainingFailed, match=f"batch_size of {batch_size}; .* Try batch_size {advice}"),
        naming_memory(replace(recipe, batch_size=batch_size, accumulation=accumulation)),
    ):
        torch.empty(2**50)


def test_only_a_lack_of_memory_is_called_one() -> None:
    assert all(map(ran_out, (MemoryError(), RuntimeError("MPS backend out of memory"), RuntimeError("CUBLAS_STATUS_ALLOC_FAILED"))))
    assert not any(map(ran_out, (RuntimeError("an illegal memory access was encountered"), OSError("out of memory"), KeyError("memory"))))
