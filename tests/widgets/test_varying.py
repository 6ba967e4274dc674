"""Augmentations in the form of a recipe, by the messages that the page sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.widgets import TrainPanel

Open = Callable[..., object]


@pytest.fixture
def project(tmp_path: Path, draw: Callable[..., Path]) -> Iterator[Project]:
    """Two kept images of two labels."""
    for name, color in (("red", "red"), ("blue", "blue")):
        draw(f"heap/{name}/1.jpg", color=color)
    with Project(tmp_path / "project") as opened:
        opened.images.add(tmp_path / "heap")
        yield opened


def test_own_images_are_drawn_by_a_list_of_augmentations(page: Open, project: Project) -> None:
    recipe = {"augmentation": [{"name": "turn", "probability": 1.0, "strength": 90}], "image_size": 64, "seed": 3}
    asked = page(TrainPanel(project))  # type: ignore[operator]
    answer = asked.ask("preview", recipe=recipe, draw=0, others=0)
    assert [one["pictures"] for one in answer["ok"]["images"]] == [7, 7]
    assert len(answer["buffers"]) == 14 and answer["buffers"][0][:2] == b"\xff\xd8"


def test_an_augmentation_that_cannot_be_is_an_answer_and_one_that_can_is_reviewed_in_words(page: Open, project: Project) -> None:
    asked = page(TrainPanel(project))  # type: ignore[operator]
    assert "above 0, up to 180" in asked.ask("preview", recipe={"augmentation": "turn 270"}, draw=0, others=0)["error"]["message"]
    told = asked.ask("review", recipe={"augmentation": [{"name": "flip", "probability": 0.2}]})["ok"]["differences"]
    assert tuple(told[0]) == ("augmentation", "flip 20%", "light")
