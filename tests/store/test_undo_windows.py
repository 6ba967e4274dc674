"""Undo with several windows and people on one project: each takes back its own acts first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cvwidgets.errors import DecisionError, NothingToUndo, UndoRefused
from cvwidgets.store import Store, open_store
from tests.store.conftest import Arrive

Standing = Callable[[int], tuple[str, str]]


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """Another window on the same project."""
    opened = open_store(store.folder)
    yield opened
    opened.close()


def test_a_window_takes_back_its_own_acts_first(store: Store, other: Store, arrive: Arrive, standing: Standing) -> None:
    first, second = arrive("1.jpg", "2.jpg", label="elk").ids
    store.decisions.trash([first], by="ann")
    other.decisions.trash([second], by="ann")
    assert store.decisions.last(by="ann").images == 1
    store.decisions.undo(by="ann")
    assert (standing(first), standing(second)) == (("elk", "kept"), ("elk", "trashed"))
    store.decisions.undo(by="ann")
    assert standing(second) == ("elk", "kept"), "with none of its own left, the person's last act"


def test_a_new_visit_takes_back_the_persons_acts_before_those_of_others(store: Store, arrive: Arrive, standing: Standing) -> None:
    first, second = arrive("1.jpg", "2.jpg", label="elk").ids
    store.decisions.trash([first], by="ann")
    store.decisions.trash([second], by="bob")
    again = open_store(store.folder)
    assert again.decisions.last(by="ann").by == "ann"
    again.decisions.undo(by="ann")
    assert standing(first) == ("elk", "kept")
    assert again.decisions.last(by="ann").by == "bob", "at last anyone's"
    again.close()


def test_redo_does_again_what_this_window_undid(store: Store, other: Store, arrive: Arrive, standing: Standing) -> None:
    first, second, third = arrive("1.jpg", "2.jpg", "3.jpg", label="elk").ids
    store.decisions.trash([first], by="ann")
    other.decisions.trash([second], by="ann")
    store.decisions.undo(by="ann")
    other.decisions.undo(by="ann")
    other.decisions.renew([third], by="ann")
    expected = store.decisions.last_undone(by="ann")
    store.decisions.redo(by="ann")
    assert (standing(first), standing(second)) == (("elk", "trashed"), ("elk", "kept"))
    assert expected is not None and expected.images == 1


def test_what_a_window_decided_anew_ends_its_redo(store: Store, other: Store, arrive: Arrive) -> None:
    first, second = arrive("1.jpg", "2.jpg", label="elk").ids
    store.decisions.trash([first], by="ann")
    store.decisions.undo(by="ann")
    store.decisions.renew([second], by="ann")
    assert store.decisions.last_undone(by="ann") is None
    with pytest.raises(NothingToUndo, match="nothing to redo"):
        store.decisions.redo(by="ann")


def test_an_act_that_was_undone_is_done_again_by_its_number(store: Store, arrive: Arrive, standing: Standing) -> None:
    first, second = arrive("1.jpg", "2.jpg", label="elk").ids
    act = store.decisions.trash([first], by="ann")
    store.decisions.undo(by="ann")
    store.decisions.renew([second], by="ann")
    store.decisions.redo(by="ann", act=act.id)
    assert standing(first) == ("elk", "trashed")
    with pytest.raises(NothingToUndo, match="does not stand undone"):
        store.decisions.redo(by="ann", act=act.id)


def test_undo_is_refused_whole_when_the_other_window_decided_since(store: Store, other: Store, arrive: Arrive, standing: Standing) -> None:
    ids = arrive("1.jpg", "2.jpg", label="elk").ids
    store.decisions.trash(ids, by="ann")
    other.decisions.keep([ids[0]], by="ann")
    with pytest.raises(UndoRefused, match="1 image of it was changed by later acts"):
        store.decisions.undo(by="ann")
    assert (standing(ids[0]), standing(ids[1])) == (("elk", "kept"), ("elk", "trashed"))


def test_a_decision_that_was_refused_is_nobodys_act(store: Store, other: Store, arrive: Arrive, standing: Standing) -> None:
    bare, elk = *arrive("1.jpg").ids, *arrive("2.jpg", label="elk").ids
    with pytest.raises(DecisionError):
        store.decisions.keep([bare], by="ann")
    other.decisions.trash([elk], by="ann")  # under the number that the refused one would have had
    store.decisions.trash([bare], by="ann")
    assert store.decisions.undo(by="ann").sentence == "Undone: 1 image trashed"
    assert (standing(bare), standing(elk)) == (("Unsorted", "new"), ("elk", "trashed"))
