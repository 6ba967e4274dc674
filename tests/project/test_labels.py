"""The labels of a project as scripts see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvwidgets import Project
from cvwidgets.errors import DecisionError


def test_two_labels_become_one_and_part_again(project: Project, heap: Path) -> None:
    project.images.add(heap)
    before = project.labels.list()
    assert project.labels.merge("red", "blue").by == "ann"
    assert [(label.name, label.kept) for label in project.labels.list()[1:]] == [("blue", 10)]
    project.journal.undo()
    assert project.labels.list() == before


def test_a_tree_is_put_in_order_and_every_step_is_taken_back(project: Project, heap: Path) -> None:
    project.images.add(heap)
    before = project.labels.list()
    project.labels.add("colors")
    project.labels.move("red", "colors")
    project.labels.color("colors/red", "vermilion")
    project.labels.hotkey("colors/red", "r")
    project.labels.number()
    red = project.labels.list()[-1]
    assert (red.name, red.color, red.hotkey, red.kept) == ("colors/red", "#d55e00", "R", 5)
    for _ in range(5):
        project.journal.undo()
    assert project.labels.list() == before


def test_what_deleting_does_is_asked_before(project: Project, heap: Path) -> None:
    project.images.add(heap)
    project.images.select(label="red").trash()
    fate = project.labels.fate("red")
    assert (fate.back, fate.to_trash) == (0, 5)
    project.labels.delete("red")
    assert len(project.images.select(label="Unsorted", state="trashed")) == 5


def test_a_key_is_refused_before_anything_is_written(project: Project) -> None:
    project.labels.add("red")
    with pytest.raises(DecisionError, match="The key X trashes"):
        project.labels.hotkey("red", "x")
    assert project.journal.acts(1)[0].kind == "add label"
