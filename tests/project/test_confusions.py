"""The confusion matrix of what is kept: out of fold, by the labels of today, each cell a view."""

from __future__ import annotations

import numpy as np
import pytest

from cvwidgets import Project
from cvwidgets.errors import DecisionError, ExploreError
from cvwidgets.project.confusions import Confusion


@pytest.fixture
def project(explored_project: Project) -> Project:
    return explored_project


def names(project: Project, ids: np.ndarray) -> set[str]:
    return {image.path.name for image in project.images.get(ids)}


def test_the_rows_are_what_is_kept_and_the_columns_what_is_said(project: Project) -> None:
    found = project.explore.confusion()
    assert found.labels == ("blue", "red") and found.counts.sum() == len(project.images.select(state="kept"))
    assert found.counts.sum(axis=1).tolist() == [len(project.images.select(label, "kept")) for label in found.labels]
    assert found.counts[0, 1] >= 2 and found.wrong == found.counts[0, 1] + found.counts[1, 0]


def test_a_cell_shows_its_images_with_what_they_are_taken_for(project: Project) -> None:
    view = project.explore.confused("blue", "red")
    assert {"wrong200.jpg", "wrong201.jpg"} <= names(project, view.ids) and view.words == "blue taken for red · by starter"
    assert view.suggestions is not None and set(view.suggestions.each) == {"red"}
    assert list(view.values["confidence"]) == sorted(view.values["confidence"], reverse=True)


def test_what_is_put_right_in_a_cell_stands_on_the_diagonal_until_it_is_undone(project: Project) -> None:
    before = project.explore.confusion()
    project.explore.confused("blue", "red").accept()
    after = project.explore.confusion()
    assert (after.counts[0, 1], after.counts[1, 1]) == (0, before.counts[1, 1] + before.counts[0, 1])
    project.journal.undo()
    assert project.explore.confusion().counts.tolist() == before.counts.tolist()


def test_what_is_right_is_shown_least_sure_first_and_what_was_trashed_is_gone(project: Project) -> None:
    right = project.explore.confused("red", "red")
    assert right.suggestions is None and list(right.values["confidence"]) == sorted(right.values["confidence"])
    right.trash()
    assert len(project.explore.confused("red", "red")) == 0


def test_all_confusions_together_are_those_that_are_wrong(project: Project) -> None:
    found, view = project.explore.confusion(), project.explore.confused()
    assert len(view) == found.wrong == sum(count for _label, _said, count in found.cells())
    assert view.suggestions is not None and "" not in view.suggestions.each


def test_a_label_that_is_renamed_keeps_its_row_and_one_that_is_deleted_loses_its_column(project: Project) -> None:
    project.labels.rename("red", "scarlet")
    assert project.explore.confusion().labels == ("blue", "scarlet")
    project.labels.delete("scarlet")
    assert project.explore.confusion().labels == ("blue",) and project.explore.confusion().wrong == 0


def test_without_a_look_there_is_no_matrix(tmp_path: object) -> None:
    with Project(f"{tmp_path}/new") as project:
        with pytest.raises(ExploreError, match="Explore"):
            project.explore.confusion()
        assert project.explore.models("confusion") == ()


def test_the_most_frequent_confusion_comes_first() -> None:
    kept, said = np.array([0, 0, 1, 1, 1, 2]), np.array([1, 0, 2, 2, 0, 2])
    found = Confusion(("a", "b", "c"), np.arange(6), kept, said, np.ones(6, np.float32), ("starter",))
    assert found.cells() == [("b", "c", 2), ("a", "b", 1), ("b", "a", 1)]


def test_a_suggestion_is_of_no_account_once_another_label_was_given_by_hand_until_that_is_undone(project: Project) -> None:
    first = project.explore.confused("blue", "red").take(np.array([0]))
    project.labels.add("by hand")
    first.assign("by hand")
    with pytest.raises(DecisionError, match="Nothing is suggested"):
        first.accept()
    project.journal.undo()
    assert first.accept().images == 1
