"""Undo and redo: whole acts, across visits, refused rather than half done, and never by rewriting the journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cvwidgets.errors import NothingToUndo, UndoRefused
from cvwidgets.store import Store, open_store
from tests.store.conftest import Arrive

Standing = Callable[[int], tuple[str, str]]


def test_undo_and_redo_walk_through_the_acts(store: Store, arrive: Arrive, standing: Standing) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    store.decisions.trash([image], by="ann")
    store.decisions.renew([image], by="ann")
    seen = [standing(image)]
    for step in (store.decisions.undo, store.decisions.undo, store.decisions.redo, store.decisions.redo, store.decisions.undo):
        step(by="ann")
        seen.append(standing(image))
    assert [state for _, state in seen] == ["new", "trashed", "kept", "trashed", "new", "trashed"]


def test_an_import_is_not_undone(store: Store, arrive: Arrive) -> None:
    arrive("1.jpg", label="elk")
    with pytest.raises(NothingToUndo, match="nothing to undo"):
        store.decisions.undo(by="ann")
    assert store.decisions.last() is None


def test_undo_is_an_act_and_the_journal_only_grows(store: Store, arrive: Arrive) -> None:
    ids = arrive("1.jpg", "2.jpg", label="elk").ids
    store.decisions.trash(ids, by="ann")
    before = store.decisions.acts()
    act = store.decisions.undo(by="bob")
    assert (act.kind, act.by, act.sentence) == ("undo", "bob", "Undone: 2 images trashed")
    assert [a.id for a in store.decisions.acts()] == [act.id, *(a.id for a in before)]
    assert [a.undone for a in store.decisions.acts()] == [False, True, False]


def test_undo_survives_a_new_visit(store: Store, arrive: Arrive) -> None:
    ids = arrive("1.jpg", label="elk").ids
    store.decisions.trash(ids, by="ann")
    again = open_store(store.folder)
    again.decisions.undo(by="ann")
    assert store.images.select(label="elk", state="kept").tolist() == list(ids)
    again.close()


def test_a_new_decision_ends_redo(store: Store, arrive: Arrive) -> None:
    first, second = arrive("1.jpg", "2.jpg", label="elk").ids
    store.decisions.trash([first], by="ann")
    store.decisions.undo(by="ann")
    store.decisions.trash([second], by="ann")
    with pytest.raises(NothingToUndo, match="nothing to redo"):
        store.decisions.redo(by="ann")


def test_an_earlier_act_is_undone_when_nothing_touched_its_images(store: Store, arrive: Arrive, standing: Standing) -> None:
    first, second = arrive("1.jpg", "2.jpg", label="elk").ids
    act = store.decisions.trash([first], by="ann")
    store.decisions.trash([second], by="bob")
    store.decisions.undo(by="ann", act=act.id)
    assert (standing(first), standing(second)) == (("elk", "kept"), ("elk", "trashed"))
    with pytest.raises(NothingToUndo, match="cannot be undone"):
        store.decisions.undo(by="ann", act=act.id)


def test_undo_is_refused_whole_when_a_later_act_touched_an_image(store: Store, arrive: Arrive, standing: Standing) -> None:
    first, second = arrive("1.jpg", "2.jpg", label="elk").ids
    act = store.decisions.trash([first, second], by="ann")
    store.decisions.keep([second], by="bob")
    with pytest.raises(UndoRefused, match="1 image of it was changed by later acts"):
        store.decisions.undo(by="ann", act=act.id)
    assert standing(first) == ("elk", "trashed")


def test_undo_is_refused_when_a_later_act_put_the_image_elsewhere(store: Store, arrive: Arrive, standing: Standing) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    store.labels.add("bison", by="ann")
    act = store.decisions.trash([image], by="ann")
    store.decisions.assign([image], "bison", by="bob")
    with pytest.raises(UndoRefused, match="later acts"):
        store.decisions.undo(by="ann", act=act.id)
    assert standing(image) == ("bison", "kept")


def test_what_was_undone_and_done_again_can_be_undone_again(store: Store, arrive: Arrive, standing: Standing) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    store.decisions.trash([image], by="ann")
    for _ in range(3):
        store.decisions.undo(by="ann")
        store.decisions.redo(by="ann")
    assert standing(image) == ("elk", "trashed")


def test_undo_leaves_out_images_that_turned_out_broken(
    store: Store, arrive: Arrive, read: Callable[..., object], standing: Standing
) -> None:
    good, broken = arrive("1.jpg", "2.jpg", label="elk").ids
    store.decisions.trash([good, broken], by="ann")
    read([good, broken], "fine", None)
    assert store.decisions.undo(by="ann").images == 1
    assert standing(good) == ("elk", "kept")


def test_a_clock_set_back_changes_no_order(store: Store, arrive: Arrive, standing: Standing) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    store.decisions.trash([image], by="ann")
    with closing(sqlite3.connect(store.folder / "catalog.db")) as connection, connection:
        connection.execute("UPDATE acts SET at = '2099' || substr(at, 5)")  # what was done so far, by a clock that ran ahead
    store.decisions.renew([image], by="ann")
    assert [act.when[:4] == "2099" for act in store.decisions.acts()] == [False, True, True]
    for undone in (("elk", "trashed"), ("elk", "kept")):
        store.decisions.undo(by="ann")
        assert standing(image) == undone
    store.decisions.redo(by="ann")
    assert standing(image) == ("elk", "trashed")


def test_the_last_act_is_known_to_every_visit(store: Store, arrive: Arrive, tmp_path: Path) -> None:
    ids = arrive(*(f"{i}.jpg" for i in range(1200)), label="elk").ids
    store.decisions.trash(ids, by="ann")
    other = open_store(tmp_path / "project")
    last = other.decisions.last()
    assert last is not None and last.sentence == "1,200 images trashed"
    other.close()


def test_undo_follows_an_image_into_the_one_it_became(
    store: Store, arrive: Arrive, read: Callable[..., object], standing: Standing
) -> None:
    ids = arrive("1.jpg", "2.jpg", "3.jpg", label="elk").ids
    store.decisions.trash(ids[1:], by="ann")
    read(ids[:2], "same", "same")
    assert standing(ids[0]) == ("elk", "trashed")
    assert store.decisions.undo(by="ann").images == 2
    assert (standing(ids[0]), standing(ids[2])) == (("elk", "kept"), ("elk", "kept"))
    store.decisions.redo(by="ann")
    assert standing(ids[0]) == ("elk", "trashed")


def test_undo_leaves_what_a_merge_decided_otherwise(store: Store, arrive: Arrive, read: Callable[..., object], standing: Standing) -> None:
    first, second, third = arrive("1.jpg", "2.jpg", "3.jpg", label="elk").ids
    act = store.decisions.trash([second, third], by="ann")
    store.decisions.renew([first], by="ann")
    read([first, second], "same", "same")
    assert store.decisions.undo(by="ann", act=act.id).images == 1
    assert standing(first) == ("elk", "new")
