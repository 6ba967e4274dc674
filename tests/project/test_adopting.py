"""One picture becomes an image of the project, whatever it is called."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import Project


@pytest.mark.parametrize("name", [os.fsdecode(b"\xe9lan.jpg"), "\ud800.jpg", "=cmd|' /C calc'!A0.jpg", "../" * 40 + "x.jpg"])
def test_a_picture_of_a_hostile_name_comes_in(project: Project, draw: Callable[..., Path], name: str) -> None:
    path = draw("elsewhere/1.jpg", seed=77)
    adopted = project.collect.adopt(path, name=name, label="owl")
    assert (adopted.was_there, adopted.image.label, adopted.image.owned) == (False, "owl", True)
    assert project.collect.adopt(path, name=name).was_there
