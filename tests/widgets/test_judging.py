"""What a decision in the grid of a label means for images that are elsewhere too: from Python and by the wall's keys the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cvwidgets import Project
from cvwidgets.errors import DecisionError
from cvwidgets.project import Suggestions, View
from cvwidgets.records import STATES
from cvwidgets.widgets import ImageGrid
from cvwidgets.widgets.sources import ViewSource

Draw = Callable[..., Path]
Open = Callable[..., Any]
Judge = Callable[[View, str], str]
LABELS = ("animals", "animals/bison", "elk")


@pytest.fixture
def project(tmp_path: Path, draw: Draw) -> Iterator[Project]:
    """Three images of animals/bison and one of elk, all kept; no image is right under animals."""
    for number in range(3):
        draw(f"source/animals/bison/{number}.jpg", seed=number)
    draw("source/elk/3.jpg", seed=3)
    with Project(tmp_path / "project") as opened:
        opened.images.add(tmp_path / "source")
        yield opened


@pytest.fixture(params=["python", "wall"])
def judge(request: pytest.FixtureRequest, page: Open) -> Judge:
    """Decides about all images of a view, by one door or the other; the sentence of the act."""

    def by_wall(view: View, kind: str) -> str:
        ranges = [[0, 1]] if kind.endswith("_rest") else [[0, len(view)]]
        answer = page(ImageGrid(view)).ask("decide", kind=kind, label=None, version=1, ranges=ranges)
        return answer["ok"]["sentence"]

    def by_view(view: View, kind: str) -> str:
        if kind.endswith("_rest"):
            first = view.ids == view.ids[0]
            return view.sort_out(first if kind == "keep_rest" else ~first).sentence
        return getattr(view, kind)().sentence

    return by_wall if request.param == "wall" else by_view


def stands(project: Project, image: int) -> dict[str, str]:
    """The state of an image under each label that it has itself."""
    asked = [(label, state) for label in LABELS for state in STATES]
    exact = {"sub_labels": False}
    return {label: state for label, state in asked if image in project.images.select(label, state, where=exact).ids}


def in_both(project: Project, bison: str) -> int:
    """An image that is kept as an elk, and in a state as a bison."""
    image = int(project.images.select("animals/bison").ids[0])
    project.images.trash([image], "animals/bison")
    project.images.assign([image], "elk")
    if bison == "new":
        project.images.renew([image], "animals/bison")
    assert stands(project, image) == {"animals/bison": bison, "elk": "kept"}
    return image


def test_trash_in_the_grid_of_a_label_is_about_that_label(project: Project, judge: Judge) -> None:
    image = in_both(project, "new")
    assert judge(project.images.select("animals/bison", "new"), "trash") == "1 image trashed"
    assert stands(project, image) == {"animals/bison": "trashed", "elk": "kept"}


@pytest.mark.parametrize("label", ["animals/bison", "animals"])
@pytest.mark.parametrize("state", ["new", "trashed"])
def test_keep_keeps_where_one_looks_at_it(project: Project, judge: Judge, label: str, state: str) -> None:
    image = in_both(project, state)
    assert judge(project.images.select(label, state), "keep") == "1 image kept"
    assert stands(project, image) == {"animals/bison": "kept"}


@pytest.mark.parametrize("label", ["animals/bison", "animals"])
def test_back_to_new_out_of_the_trash_of_a_label_leaves_the_others(project: Project, judge: Judge, label: str) -> None:
    image = in_both(project, "trashed")
    judge(project.images.select(label, "trashed"), "renew")
    assert stands(project, image) == {"animals/bison": "new", "elk": "kept"}


@pytest.mark.parametrize(("kind", "state"), [("trash", "trashed"), ("renew", "new"), ("keep", "kept")])
def test_images_of_a_sub_label_are_judged_there_and_never_under_its_parent(project: Project, judge: Judge, kind: str, state: str) -> None:
    view = project.images.select("animals")
    view.renew() if kind == "keep" else None
    judge(view, kind)
    assert [stands(project, int(image)) for image in view.ids] == [{"animals/bison": state}] * 3
    assert stands(project, int(project.images.select("elk").ids[0])) == {"elk": "kept"}


@pytest.mark.parametrize("kind", ["trash", "renew", "trash_rest", "keep_rest"])
def test_images_that_left_the_label_are_left_alone_among_others(project: Project, judge: Judge, kind: str) -> None:
    view = project.images.select("animals/bison")
    moved = int(view.ids[1])
    project.images.assign([moved], "elk")
    judge(view, kind)
    assert stands(project, moved) == {"elk": "kept"}
    assert stands(project, int(view.ids[2])) != {"animals/bison": "kept"} or kind == "trash_rest"


def test_an_image_that_left_the_label_is_judged_as_it_stands_when_it_alone_is_meant(project: Project, judge: Judge) -> None:
    view = project.images.select("animals/bison")
    project.images.assign(view.ids[:1], "elk")
    assert judge(view.take(view.ids == view.ids[0]), "trash") == "1 image trashed"
    assert stands(project, int(view.ids[0])) == {"elk": "trashed"}


def test_an_image_is_shown_as_what_it_is_under_the_label_that_is_looked_at(project: Project) -> None:
    in_both(project, "new")
    (under,) = ViewSource(project.images.select("animals", "new")).facts(0, 1)
    assert (under["label"], under["state"], under["judged"]) == ("animals/bison", "new", False)
    (everywhere,) = ViewSource(project.images.view(project.images.select("animals", "new").ids)).facts(0, 1)
    assert (everywhere["label"], everywhere["state"]) == ("elk", "kept")


def test_without_a_label_a_decision_is_about_all_that_an_image_has(project: Project, judge: Judge) -> None:
    image = in_both(project, "new")
    judge(project.images.view([image]), "trash")
    assert stands(project, image) == {"animals/bison": "trashed", "elk": "trashed"}


def suggesting(project: Project, about: str, each: list[str]) -> View:
    return project.images.view(
        project.images.select("animals/bison").ids,
        suggestions=Suggestions(about, np.array(each, dtype=object)),  # type: ignore[arg-type]
    )


def test_what_is_suggested_is_done_in_one_act_and_taken_back_by_one_undo(project: Project, judge: Judge) -> None:
    view = suggesting(project, "labels", ["elk", "", "animals"])
    assert judge(view, "accept") == "2 images moved to the labels suggested for them"
    assert [image.label for image in project.images.get(view.ids)] == ["elk", "animals/bison", "animals"]
    project.journal.undo()
    assert {image.label for image in project.images.get(view.ids)} == {"animals/bison"}


def test_of_duplicates_the_copies_go_and_the_best_is_left_as_it_is(project: Project, judge: Judge) -> None:
    view = suggesting(project, "duplicates", ["", "trash", "trash"])
    assert judge(view, "accept") == "2 images trashed"
    assert [image.state for image in project.images.get(view.ids)] == ["kept", "trashed", "trashed"]


def test_what_is_right_as_it_is_is_noted(project: Project, judge: Judge) -> None:
    assert judge(suggesting(project, "labels", ["elk", "elk", "elk"]), "reject") == "3 images confirmed as labeled"
    assert judge(suggesting(project, "duplicates", ["", "trash", "trash"]), "reject") == "3 images noted as different"


def test_without_a_suggestion_there_is_nothing_to_accept(project: Project) -> None:
    with pytest.raises(DecisionError, match="Nothing is suggested for these images"):
        project.images.select("elk").accept()
    assert "suggested" not in ViewSource(project.images.select("elk")).facts(0, 1)[0]
