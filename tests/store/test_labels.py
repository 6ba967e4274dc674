"""The tree of labels: names, counts, and acts that can be taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cvwidgets.errors import DecisionError, LabelExists, UndoRefused, UnknownLabel
from cvwidgets.store import Store
from tests.store.conftest import Arrive

HOSTILE = ("<b onload=alert(1)>", "😀", "עברית", "'; DROP TABLE labels; --", "a%b_c", "x" * 200, "..", "ﬁsh", "%s {} \\n")


def names(store: Store) -> list[str]:
    return [label.name for label in store.labels.list()]


def test_labels_are_listed_in_the_order_of_the_tree(store: Store) -> None:
    for name in ("zebra", "Animals/elk", "animals/Bison/calf", "apple"):
        store.labels.add(name, by="ann")
    assert names(store) == ["Unsorted", "Animals", "Animals/Bison", "Animals/Bison/calf", "Animals/elk", "apple", "zebra"]


def test_counts_are_per_label_and_state(store: Store, arrive: Arrive) -> None:
    arrive("1.jpg", "2.jpg", label="a/b")
    arrive("3.jpg", label="a/b", state="trashed")
    arrive("4.jpg")
    assert [(label.name, label.new, label.kept, label.trashed) for label in store.labels.list()] == [
        ("Unsorted", 1, 0, 0),
        ("a", 0, 0, 0),
        ("a/b", 0, 2, 1),
    ]
    assert len(store.images.select(label="a", with_children=True)) == 3


@pytest.mark.parametrize("name", ["ELK", "e\u0301lan", "Unsorted", "straße/x"])
def test_letter_case_and_accents_make_no_difference(store: Store, name: str) -> None:
    for given in ("elk", "élan", "STRASSE/X"):
        store.labels.add(given, by="ann")
    with pytest.raises(LabelExists, match="letter case aside"):
        store.labels.add(name, by="ann")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_label_may_be_called_anything(store: Store, arrive: Arrive, name: str) -> None:
    store.labels.add(name, by="ann")
    store.decisions.assign(arrive("1.jpg").ids, name, by="ann")
    assert [(label.name, label.kept) for label in store.labels.list()[1:]] == [(name, 1)]


@pytest.mark.parametrize(
    ("name", "sentence"), [("", "empty name"), ("a//b", "empty name"), ("a\nb", "control"), ("x" * 201, "201 characters")]
)
def test_what_cannot_be_a_name_is_said(store: Store, name: str, sentence: str) -> None:
    with pytest.raises(DecisionError, match=sentence):
        store.labels.add(name, by="ann")


def test_folders_of_any_name_become_labels(store: Store, arrive: Arrive) -> None:
    for n, folder in enumerate(("new\nline", "caf\udce9", "ELK", "elk", "unsorted", " /a/ ", "x" * 255)):
        arrive(f"{n}.jpg", label=folder)
    assert names(store) == ["Unsorted", "a", "caf\N{REPLACEMENT CHARACTER}", "ELK", "new line", "x" * 200]


def test_renaming_keeps_images_and_is_undone(store: Store, arrive: Arrive) -> None:
    (image,) = arrive("1.jpg", label="animals/bison").ids
    store.labels.rename("animals/bison", "mammals/Wisent", by="ann")
    assert store.images.get([image])[0].label == "mammals/Wisent"
    store.decisions.undo(by="ann")
    assert (store.images.get([image])[0].label, names(store)) == ("animals/bison", ["Unsorted", "animals", "animals/bison"])
    store.decisions.redo(by="ann")
    assert store.images.get([image])[0].label == "mammals/Wisent"


def test_a_name_that_is_taken_or_under_itself_is_refused(store: Store) -> None:
    for name in ("a/b", "c"):
        store.labels.add(name, by="ann")
    with pytest.raises(LabelExists, match="'c' already"):
        store.labels.rename("a/b", "C", by="ann")
    with pytest.raises(DecisionError, match="lies under 'a' itself"):
        store.labels.rename("a", "a/b/d", by="ann")
    store.labels.rename("a/b", "a/B", by="ann")
    assert names(store) == ["Unsorted", "a", "a/B", "c"]


def test_unsorted_stays_as_it_is(store: Store) -> None:
    store.labels.add("a", by="ann")
    for change in (store.labels.delete, lambda name, by: store.labels.rename(name, "x", by=by)):
        with pytest.raises(DecisionError, match="always exists"):
            change("Unsorted", by="ann")
    for change in (store.labels.add, lambda name, by: store.labels.rename("a", name, by=by)):
        with pytest.raises(DecisionError, match="can have no labels under it"):
            change("unsorted/x", by="ann")


def test_deleting_sends_images_to_unsorted_and_undo_brings_all_back(store: Store, arrive: Arrive) -> None:
    arrive("1.jpg", label="a")
    arrive("2.jpg", label="a/b")
    arrive("3.jpg", label="a/b", state="trashed")
    before = store.labels.list()
    assert store.labels.delete("A", by="ann").sentence == "Label a deleted, 3 images back to new"
    assert [(label.name, label.new, label.trashed) for label in store.labels.list()] == [("Unsorted", 2, 1)]
    store.decisions.undo(by="ann")
    assert store.labels.list() == before
    store.decisions.redo(by="ann")
    assert names(store) == ["Unsorted"]


def test_deleting_leaves_images_that_another_label_holds(store: Store, arrive: Arrive) -> None:
    (image,) = arrive("1.jpg", label="a", state="trashed").ids
    store.labels.add("b", by="ann")
    store.decisions.assign([image], "b", by="ann")
    store.labels.delete("a", by="ann")
    assert [(label.name, label.new, label.kept, label.trashed) for label in store.labels.list()] == [("Unsorted", 0, 0, 0), ("b", 0, 1, 0)]


def test_deleting_a_label_settles_the_conflict_it_had_part_in(store: Store, arrive: Arrive, read: Callable[..., object]) -> None:
    ids = *arrive("1.jpg", label="elk").ids, *arrive("2.jpg", label="bison").ids
    read(ids, "same", "same")
    store.labels.delete("elk", by="ann")
    assert store.images.conflicts() == []
    assert store.images.get(ids[:1])[0].label == "bison"


def test_undo_of_a_delete_is_refused_when_the_name_was_taken(store: Store) -> None:
    store.labels.add("a", by="ann")
    act = store.labels.delete("a", by="ann")
    store.labels.add("A", by="bob")
    with pytest.raises(UndoRefused, match="name that another label took"):
        store.decisions.undo(by="ann", act=act.id)


def test_undo_of_an_added_label_is_refused_when_it_holds_images(store: Store, arrive: Arrive) -> None:
    act = store.labels.add("a", by="ann")
    arrive("1.jpg", label="a")
    with pytest.raises(UndoRefused, match="holds images now"):
        store.decisions.undo(by="ann", act=act.id)
    assert names(store) == ["Unsorted", "a"]


def test_an_unknown_label_is_said(store: Store) -> None:
    for question in (lambda: store.images.select(label="moose"), lambda: store.labels.delete("moose", by="ann")):
        with pytest.raises(UnknownLabel, match="no label 'moose'"):
            question()


def test_a_thousand_labels_are_listed_quickly(store: Store, arrive: Arrive) -> None:
    for n in range(100):
        arrive(*(f"{n}-{k}.jpg" for k in range(3)), label=f"{n % 10}/{n}/deep")
    assert len(store.labels.list()) == 1 + 10 + 100 + 100
