"""Colors, keys and order of labels."""

from __future__ import annotations

import pytest

from cvwidgets.errors import DecisionError, UndoRefused
from cvwidgets.labeling import RESERVED_KEYS
from cvwidgets.store import Store
from tests.store.conftest import Arrive


def keys(store: Store) -> dict[str, str | None]:
    return {label.name: label.hotkey for label in store.labels.list()[1:]}


@pytest.fixture
def labels(store: Store) -> Store:
    """A store with the labels bison and elk."""
    for name in ("bison", "elk"):
        store.labels.add(name, by="ann")
    return store


def test_numbers_in_names_count_as_numbers(store: Store) -> None:
    for name in ("label 10", "Label 2", "label 1b", "2024/10", "2024/9", "label"):
        store.labels.add(name, by="ann")
    names = [label.name for label in store.labels.list()[1:]]
    assert names == ["2024", "2024/9", "2024/10", "label", "label 1b", "Label 2", "label 10"]


def test_a_label_has_a_color_until_it_is_taken_away(labels: Store) -> None:
    assert labels.labels.color("elk", "Orange", by="ann").sentence == "Label elk has the color orange"
    assert [label.color for label in labels.labels.list()] == [None, None, "#e69f00"]
    labels.labels.color("elk", "#ABCDEF", by="ann")
    assert labels.labels.color("elk", None, by="ann").sentence == "Label elk has no color any more"
    labels.decisions.undo(by="ann")
    assert labels.labels.list()[2].color == "#abcdef"


@pytest.mark.parametrize("color", ["mauve", "#fff", "#12345g", "", "url(x)", "#e69f00; background: red"])
def test_what_is_no_color_is_refused(labels: Store, color: str) -> None:
    with pytest.raises(DecisionError, match="is no color; a name or #rrggbb is needed"):
        labels.labels.color("elk", color, by="ann")


def test_a_key_that_another_label_has_moves_in_one_act(labels: Store) -> None:
    labels.labels.hotkey("elk", "b", by="ann")
    assert labels.labels.hotkey("bison", "B", by="ann").sentence == "Key B is for bison, no longer elk"
    assert keys(labels) == {"bison": "B", "elk": None}
    labels.decisions.undo(by="ann")
    assert keys(labels) == {"bison": None, "elk": "B"}
    labels.decisions.redo(by="ann")
    assert keys(labels) == {"bison": "B", "elk": None}


@pytest.mark.parametrize("key", [*RESERVED_KEYS, *(key.lower() for key in RESERVED_KEYS)])
def test_keys_that_decide_are_reserved(labels: Store, key: str) -> None:
    with pytest.raises(DecisionError, match=f"The key {key.upper()} .* one that is free"):
        labels.labels.hotkey("elk", key, by="ann")


@pytest.mark.parametrize("key", ["", "F2", "é", "ß", "!", "²", "٣", "10"])
def test_other_keys_than_letters_and_digits_are_refused(labels: Store, key: str) -> None:
    with pytest.raises(DecisionError, match="letter from A to Z or a digit"):
        labels.labels.hotkey("elk", key, by="ann")


def test_what_is_so_already_leaves_no_trace(labels: Store) -> None:
    labels.labels.hotkey("elk", "E", by="ann")
    before = labels.decisions.last()
    assert labels.labels.hotkey("elk", "e", by="ann").id == labels.labels.color("elk", None, by="ann").id == 0
    assert labels.labels.hotkey("bison", None, by="ann").id == 0
    assert labels.decisions.last() == before


def test_unsorted_has_neither_color_nor_key(labels: Store) -> None:
    for change in (labels.labels.color, labels.labels.hotkey):
        with pytest.raises(DecisionError, match="always exists"):
            change("Unsorted", None, by="ann")


def test_a_deleted_label_comes_back_with_its_key_unless_another_took_it(labels: Store) -> None:
    labels.labels.hotkey("elk", "e", by="ann")
    labels.labels.delete("elk", by="ann")
    labels.decisions.undo(by="ann")
    assert keys(labels) == {"bison": None, "elk": "E"}
    act = labels.labels.delete("elk", by="ann")
    labels.labels.hotkey("bison", "e", by="ann")
    with pytest.raises(UndoRefused, match="the key E, which another label took"):
        labels.decisions.undo(by="ann", act=act.id)


def test_the_first_nine_labels_are_numbered_in_one_act(store: Store, arrive: Arrive) -> None:
    for n in range(1, 13):
        store.labels.add(f"animals/kind {n}", by="ann")
    store.labels.hotkey("animals/kind 2", "t", by="ann")
    store.labels.hotkey("animals/kind 12", "3", by="ann")
    before = keys(store)
    assert store.labels.number(by="ann").sentence == "9 labels have the keys 1 to 9"
    assert list(keys(store).values()) == [None, "1", "T", *"23456789", None, None]
    store.decisions.undo(by="ann")
    assert keys(store) == before
    arrive("1.jpg", label="animals")
    store.labels.number(by="ann")
    assert keys(store)["animals"] == "1"


def test_numbering_twice_changes_nothing_and_nothing_cannot_be_numbered(store: Store) -> None:
    with pytest.raises(DecisionError, match="Add a label first"):
        store.labels.number(by="ann")
    store.labels.add("a", by="ann")
    assert store.labels.number(by="ann").sentence == "1 label has the key 1"
    assert store.labels.number(by="ann").id == 0
