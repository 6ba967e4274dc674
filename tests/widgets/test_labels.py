"""The tree of labels by the messages that the page sends, on a real project."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cvwidgets import Project
from cvwidgets.errors import DecisionError
from cvwidgets.labeling import RESERVED_KEYS
from cvwidgets.widgets import LabelTree, front

Draw = Callable[..., Path]
Open = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path, draw: Draw) -> Iterator[Project]:
    for number in range(4):
        draw(f"source/bison/{number}.jpg", seed=number)
    draw("source/elk/1.jpg", seed=10)
    with Project(tmp_path / "project", by="ann") as opened:
        opened.images.add(tmp_path / "source")
        yield opened


def rows(tree: LabelTree) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in tree._labels[1:]}


def test_labels_stand_in_order_with_their_counts_colors_and_keys(project: Project) -> None:
    project.labels.color("elk", "blue")
    project.labels.hotkey("elk", "e")
    tree = LabelTree(project)
    assert list(rows(tree)) == ["bison", "elk"]
    assert (rows(tree)["bison"]["kept"], rows(tree)["elk"]["color"], rows(tree)["elk"]["hotkey"]) == (4, "#0072b2", "E")


def test_each_change_is_told_and_taken_back_by_its_number(project: Project, page: Open) -> None:
    tree = LabelTree(project)
    for action, arguments, names in [
        ("add_label", {"name": "animals"}, ["animals", "bison", "elk"]),
        ("rename_label", {"name": "bison", "new_name": "wisent"}, ["elk", "wisent"]),
        ("move_label", {"name": "elk", "under": "bison"}, ["bison", "bison/elk"]),
        ("merge_label", {"name": "elk", "into": "bison"}, ["bison"]),
        ("delete_label", {"name": "bison"}, ["elk"]),
    ]:
        done = page(tree).ask(action, **arguments)["ok"]
        assert done["sentence"].startswith("Label ") and list(rows(tree)) == names
        assert page(tree).ask("take_back", act=done["act"])["ok"]["sentence"].startswith("Undone: Label ")
        assert list(rows(tree)) == ["bison", "elk"]


def test_colors_and_keys_are_given_and_taken_away(project: Project, page: Open) -> None:
    tree = LabelTree(project)
    opened = page(tree)
    opened.ask("color_label", name="elk", color=tree._colors[0]["hex"])
    opened.ask("key_label", name="elk", key="E")
    assert (rows(tree)["elk"]["color"], rows(tree)["elk"]["hotkey"]) == ("#e69f00", "E")
    opened.ask("number_labels")
    assert [row["hotkey"] for row in rows(tree).values()] == ["1", "E"]
    opened.ask("key_label", name="elk", key=None)
    opened.ask("color_label", name="elk", color=None)
    assert (rows(tree)["elk"]["color"], rows(tree)["elk"]["hotkey"]) == (None, None)


def test_a_key_of_the_wall_is_refused_with_a_sentence(project: Project, page: Open) -> None:
    answer = page(LabelTree(project)).ask("key_label", name="elk", key="K")
    assert answer["error"]["message"] == "The key K keeps; a label needs one that is free. Choose another letter, or a digit."


def test_every_letter_that_the_wall_takes_is_reserved() -> None:
    bar = (front.HERE / "parts" / "bar.js").read_text("utf-8")
    assert set(re.findall(r'"Key([A-Z])"', bar)) == set(RESERVED_KEYS)


def test_what_deleting_would_do_is_said_before_and_changes_nothing(project: Project, page: Open) -> None:
    tree = LabelTree(project)
    assert page(tree).ask("fate", name="bison")["ok"]["sentence"].startswith("Deletes bison: 4 images go back to New under Unsorted.")
    assert rows(tree)["bison"]["kept"] == 4


def test_the_chosen_label_stays_chosen_under_another_name_until_it_is_gone(project: Project, page: Open) -> None:
    tree = LabelTree(project)
    page(tree).update({"chosen": "bison"})
    page(tree).ask("rename_label", name="bison", new_name="wisent")
    assert tree.chosen == "wisent"
    with Project(project.folder) as elsewhere:
        elsewhere.labels.move("wisent", "elk")
    tree.look(changed=True)
    assert tree.chosen == "elk/wisent"
    page(tree).ask("merge_label", name="elk/wisent", into="elk")
    assert tree.chosen == "elk"
    page(tree).ask("delete_label", name="elk")
    assert tree.chosen is None


def test_a_label_that_is_not_there_cannot_stay_chosen(project: Project, page: Open) -> None:
    tree = LabelTree(project)
    page(tree).update({"chosen": "moose", "state": "kept"})
    tree.look(changed=True)
    assert (tree.chosen, tree.state) == (None, "new")


def test_a_state_that_is_none_is_refused(project: Project) -> None:
    with pytest.raises(DecisionError, match="no state 'lost'"):
        LabelTree(project, state="lost")


def test_nothing_is_sent_while_nothing_changes(project: Project, page: Open) -> None:
    tree = LabelTree(project)
    opened = page(tree)
    opened.sent()
    tree.look(changed=False)
    tree.look(changed=True)
    assert opened.sent() == []


def test_what_was_folded_is_folded_on_the_next_page(project: Project, page: Open) -> None:
    page(LabelTree(project)).update({"_left": {"folded": [1]}})
    assert LabelTree(project)._left == {"folded": [1]}
