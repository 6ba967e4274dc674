"""Figures are counted again when the catalog has changed, by whatever process, and not before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cvwidgets import Project


def test_labels_and_counts_follow_every_change_and_are_not_counted_twice(tmp_path: Path, draw: Callable[..., Path]) -> None:
    draw("heap/owl/1.jpg")
    with Project(tmp_path / "p") as project, Project(tmp_path / "p") as elsewhere:
        assert project.images.counts().images == 0
        elsewhere.images.add(tmp_path / "heap")
        assert project.images.counts().kept == 1
        assert project.labels.list() is project.labels.list()
        elsewhere.images.select().trash()
        assert [label.trashed for label in project.labels.list() if label.name == "owl"] == [1]
        project.journal.undo()
        assert project.status().kept == 1
