"""What was said of look-alikes is heard wherever they are asked for: in stacks, at the threshold, and before a split."""

from __future__ import annotations

import pytest

from cvwidgets import Project


@pytest.fixture
def project(explored_project: Project) -> Project:
    return explored_project


def test_a_pair_said_to_be_different_is_not_shown_at_the_threshold_until_that_is_undone(project: Project) -> None:
    before = project.explore.at_threshold(0.8)
    assert before is not None
    project.images.separate(before[:2])
    after = project.explore.at_threshold(0.8)
    assert after is None or after[:2] != before[:2]
    project.journal.undo()
    assert project.explore.at_threshold(0.8) == before


def test_when_all_are_said_to_be_different_nothing_is_stacked_shown_or_kept_together(project: Project) -> None:
    assert len(project.duplicates()) and len(project.explore.alike().pairs)
    project.images.separate(project.images.select().ids)
    assert project.duplicates() == () and project.explore.at_threshold() is None and len(project.explore.alike().pairs) == 0
