"""Two labels become one, a label finds another parent, and what deleting would do is told before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cvwidgets.errors import DecisionError, LabelExists, UndoRefused
from cvwidgets.records import STATES, State
from cvwidgets.store import Store
from tests.store.conftest import Arrive

Counts = dict[str, tuple[int, int, int]]


def counts(store: Store) -> Counts:
    return {label.name: (label.new, label.kept, label.trashed) for label in store.labels.list()[1:]}


def stand(store: Store, image: int, label: str, state: State) -> None:
    """Lets an image have a label in a state, whatever else it has."""
    store.decisions.assign([image], label, by="ann")
    if state == "trashed":
        store.decisions.trash([image], label, by="ann")
    elif state == "new":
        store.decisions.renew([image], label, by="ann")


def test_merging_moves_every_image_and_undo_moves_them_back(store: Store, arrive: Arrive) -> None:
    for state in STATES:
        arrive(f"{state}.jpg", label="wisent", state=state)
    store.labels.add("bison", by="ann")
    before = store.labels.list()
    assert store.labels.merge("WISENT", "bison", by="ann").sentence == "Label wisent merged into bison, 3 images moved"
    assert counts(store) == {"bison": (1, 1, 1)}
    store.decisions.undo(by="ann")
    assert store.labels.list() == before
    store.decisions.redo(by="ann")
    assert counts(store) == {"bison": (1, 1, 1)}


@pytest.mark.parametrize(
    ("mine", "theirs", "becomes"), [("kept", "trashed", (0, 1, 0)), ("trashed", "kept", (0, 1, 0)), ("trashed", "trashed", (0, 0, 1))]
)
def test_of_two_rows_of_an_image_the_better_one_stays(store: Store, arrive: Arrive, mine: State, theirs: State, becomes: tuple) -> None:
    (image,) = arrive("1.jpg").ids
    for name in ("wisent", "bison"):
        store.labels.add(name, by="ann")
    for label, state in sorted((("wisent", mine), ("bison", theirs)), key=lambda pair: pair[1] != "trashed"):
        stand(store, image, label, state)
    before = counts(store)
    store.labels.merge("wisent", "bison", by="ann")
    assert counts(store) == {"bison": becomes}
    store.decisions.undo(by="ann")
    assert counts(store) == before


def test_new_beats_the_trash(store: Store, arrive: Arrive) -> None:
    (image,) = arrive("1.jpg", label="bison", state="trashed").ids
    store.labels.add("wisent", by="ann")
    stand(store, image, "wisent", "new")
    store.labels.merge("wisent", "bison", by="ann")
    assert counts(store) == {"bison": (1, 0, 0)}


def test_sub_labels_move_too_and_those_of_one_name_become_one(store: Store, arrive: Arrive) -> None:
    for n, label in enumerate(("a/x", "a/x/deep", "a/only", "b/X", "b/other")):
        arrive(f"{n}.jpg", label=label)
    before = store.labels.list()
    store.labels.merge("a", "b", by="ann")
    assert counts(store) == {"b": (0, 0, 0), "b/only": (0, 1, 0), "b/other": (0, 1, 0), "b/X": (0, 2, 0), "b/X/deep": (0, 1, 0)}
    store.decisions.undo(by="ann")
    assert store.labels.list() == before


def test_a_label_merges_into_its_parent_even_when_one_below_has_its_name(store: Store, arrive: Arrive) -> None:
    arrive("1.jpg", label="a/b/b")
    arrive("2.jpg", label="a/b")
    before = store.labels.list()
    store.labels.merge("a/b", "a", by="ann")
    assert counts(store) == {"a": (0, 1, 0), "a/b": (0, 1, 0)}
    store.decisions.undo(by="ann")
    assert store.labels.list() == before
    store.decisions.redo(by="ann")
    assert counts(store) == {"a": (0, 1, 0), "a/b": (0, 1, 0)}


@pytest.mark.parametrize(
    ("name", "into", "sentence"),
    [
        ("a", "A", "same label"),
        ("a", "a/b", "Merge 'a/b' into 'a'"),
        ("a", "Unsorted", "always exists"),
        ("unsorted", "a", "always exists"),
    ],
)
def test_what_cannot_be_merged_is_said(store: Store, name: str, into: str, sentence: str) -> None:
    store.labels.add("a/b", by="ann")
    with pytest.raises(DecisionError, match=sentence):
        store.labels.merge(name, into, by="ann")


def test_merging_the_two_labels_of_a_conflict_settles_it(store: Store, arrive: Arrive, read: Callable[..., object]) -> None:
    ids = *arrive("1.jpg", label="elk").ids, *arrive("2.jpg", label="moose").ids
    read(ids, "same", "same")
    assert len(store.images.conflicts()) == 1
    store.labels.merge("moose", "elk", by="ann")
    assert store.images.conflicts() == [] and counts(store) == {"elk": (0, 1, 0)}
    store.decisions.undo(by="ann")
    assert len(store.images.conflicts()) == 1


def test_merging_one_label_of_a_conflict_into_a_third_leaves_it_open(store: Store, arrive: Arrive, read: Callable[..., object]) -> None:
    ids = *arrive("1.jpg", label="elk").ids, *arrive("2.jpg", label="moose").ids
    read(ids, "same", "same")
    store.labels.add("deer", by="ann")
    store.labels.merge("moose", "deer", by="ann")
    assert sorted(store.images.conflicts()[0].labels) == ["deer", "elk"]


def test_who_decided_and_in_which_order_outlives_a_merge(store: Store, arrive: Arrive, standing: Callable) -> None:
    (image,) = arrive("1.jpg", label="wisent", state="trashed").ids
    store.labels.add("elk", by="ann")
    store.labels.add("bison", by="ann")
    stand(store, image, "elk", "trashed")
    store.labels.merge("wisent", "bison", by="bob")
    assert standing(image) == ("elk", "trashed")


def test_undo_of_a_merge_is_refused_once_its_images_were_judged_again(store: Store, arrive: Arrive) -> None:
    ids = arrive("1.jpg", "2.jpg", label="wisent").ids
    store.labels.add("bison", by="ann")
    act = store.labels.merge("wisent", "bison", by="ann")
    store.decisions.trash(ids[:1], by="ann")
    with pytest.raises(UndoRefused, match="1 image of it was changed"):
        store.decisions.undo(by="ann", act=act.id)
    assert counts(store) == {"bison": (0, 1, 1)}


def test_a_label_moves_under_another_and_back_to_the_roots(store: Store) -> None:
    for name in ("animals", "bison/calf"):
        store.labels.add(name, by="ann")
    assert store.labels.move("bison", "animals", by="ann").sentence == "Label bison moved under animals"
    assert list(counts(store)) == ["animals", "animals/bison", "animals/bison/calf"]
    assert store.labels.move("animals/bison", by="ann").sentence == "Label animals/bison moved to the top"
    assert store.labels.move("bison", by="ann").id == 0
    for _ in range(2):
        store.decisions.undo(by="ann")
    assert list(counts(store)) == ["animals", "bison", "bison/calf"]


@pytest.mark.parametrize(
    ("name", "under", "error", "sentence"),
    [
        ("a", "a/b", DecisionError, "lies under 'a' itself"),
        ("a", "a", DecisionError, "lies under 'a' itself"),
        ("a", "Unsorted", DecisionError, "no labels under it"),
        ("a", "c", LabelExists, "'c/a' already"),
    ],
)
def test_what_cannot_be_moved_is_said(store: Store, name: str, under: str, error: type[Exception], sentence: str) -> None:
    for label in ("a/b", "c/a"):
        store.labels.add(label, by="ann")
    with pytest.raises(error, match=sentence):
        store.labels.move(name, under, by="ann")


def test_undo_makes_no_label_lie_under_itself(store: Store) -> None:
    store.labels.add("b/a", by="ann")
    act = store.labels.move("b/a", by="ann")
    store.labels.move("b", "a", by="ann")
    with pytest.raises(UndoRefused, match="under a label that lies under it"):
        store.decisions.undo(by="ann", act=act.id)
    assert list(counts(store)) == ["a", "a/b"]


def test_a_tree_grows_no_deeper_than_names_may_be(store: Store) -> None:
    deep = "/".join("x" * 31)
    store.labels.add(deep, by="ann")
    store.labels.add("y/z", by="ann")
    with pytest.raises(DecisionError, match="33 levels deep"):
        store.labels.move("y", deep, by="ann")


def test_what_deleting_would_do_is_told_and_comes_true(store: Store, arrive: Arrive) -> None:
    arrive("1.jpg", "2.jpg", label="a")
    arrive("3.jpg", label="a/b", state="trashed")
    (held,) = arrive("4.jpg", label="a/b", state="trashed").ids
    store.labels.add("c", by="ann")
    store.decisions.assign([held], "c", by="ann")
    fate = store.labels.fate("a")
    assert (fate.labels, fate.new, fate.kept, fate.trashed, fate.back, fate.to_trash, fate.stay) == (1, 0, 2, 2, 2, 1, 1)
    assert fate.sentence == (
        "Deletes a and 1 label under it: 2 images go back to New under Unsorted, 1 image stays in the trash, under Unsorted, "
        "1 image stays with another label. Undo brings all back."
    )
    store.labels.delete("a", by="ann")
    unsorted = store.labels.list()[0]
    assert (unsorted.new, unsorted.trashed) == (2, 1) and counts(store) == {"c": (0, 1, 0)}


def test_an_empty_label_has_nothing_to_tell(store: Store) -> None:
    store.labels.add("a", by="ann")
    assert store.labels.fate("a").sentence == "Deletes a: no image is in it. Undo brings all back."
