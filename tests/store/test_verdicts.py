"""What is said of findings is remembered, is an act with its undo, and holds while it is still about the same thing."""

from __future__ import annotations

import pytest

from cvwidgets.errors import DecisionError
from cvwidgets.store import Store
from tests.store.conftest import Arrive


@pytest.fixture
def elks(store: Store, arrive: Arrive) -> tuple[int, ...]:
    return arrive("1.jpg", "2.jpg", "3.jpg", label="elk").ids


def test_a_label_that_was_confirmed_stays_right_until_the_image_gets_another(store: Store, elks: tuple[int, ...]) -> None:
    assert store.verdicts.confirm(elks[:2], by="ann").sentence == "2 images confirmed as labeled"
    store.labels.add("bison", by="ann")
    store.decisions.assign([elks[0]], "bison", by="bob")
    assert store.verdicts.confirmed().tolist() == [elks[1]]
    store.decisions.assign([elks[0]], "elk", by="bob")
    assert store.verdicts.confirmed().tolist() == [elks[0], elks[1]]


def test_a_verdict_is_taken_back_and_given_again_like_any_act(store: Store, elks: tuple[int, ...]) -> None:
    act = store.verdicts.confirm(elks, by="ann")
    assert store.decisions.undo(by="ann").sentence == "Undone: 3 images confirmed as labeled"
    assert store.verdicts.confirmed().size == 0
    store.decisions.redo(by="ann")
    assert store.verdicts.confirmed().tolist() == list(elks)
    assert store.decisions.images_of(act.id) == list(elks)
    assert [change.act.kind for change in store.decisions.history(elks[0])] == ["confirm", "import"]


def test_images_said_to_be_different_are_told_set_by_set(store: Store, elks: tuple[int, ...]) -> None:
    store.verdicts.separate(elks[:2], by="ann")
    store.verdicts.separate(elks[1:], by="ann")
    assert [ids.tolist() for ids in store.verdicts.separated()] == [[elks[0], elks[1]], [elks[1], elks[2]]]
    store.decisions.undo(by="ann")
    assert [ids.tolist() for ids in store.verdicts.separated()] == [[elks[0], elks[1]]]


def test_a_verdict_that_says_nothing_is_refused_and_leaves_no_trace(store: Store, elks: tuple[int, ...]) -> None:
    store.decisions.renew(elks, by="ann")
    with pytest.raises(DecisionError, match="None of these images is kept"):
        store.verdicts.confirm(elks, by="ann")
    with pytest.raises(DecisionError, match="That is one image; two or more"):
        store.verdicts.separate([elks[0], elks[0]], by="ann")
    assert [act.kind for act in store.decisions.acts()] == ["renew", "import"]
