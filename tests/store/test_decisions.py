"""Keeping, trashing, moving and renewing images, and what each means for what was there before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from cvwidgets.errors import DecisionError, UnknownImage, UnknownLabel
from cvwidgets.store import Settled, Store
from tests.store.conftest import Arrive

Standing = Callable[[int], tuple[str, str]]
Read = Callable[..., Settled]


def test_images_with_a_label_arrive_kept_and_others_new_under_unsorted(arrive: Arrive, standing: Standing) -> None:
    (bison,) = arrive("1.jpg", label="animals/bison").ids
    (bare,) = arrive("2.jpg", state="kept").ids
    (waiting,) = arrive("3.jpg", label="elk", state="new").ids
    assert [standing(i) for i in (bison, bare, waiting)] == [("animals/bison", "kept"), ("Unsorted", "new"), ("elk", "new")]


def test_keeping_takes_the_label_an_image_has(store: Store, arrive: Arrive, standing: Standing) -> None:
    ids = arrive("1.jpg", "2.jpg", label="elk", state="new").ids
    act = store.decisions.keep(ids, by="ann")
    assert (act.sentence, act.by, act.images) == ("2 images kept", "ann", 2)
    assert standing(ids[1]) == ("elk", "kept")


def test_keeping_without_a_label_is_refused_as_a_whole(store: Store, arrive: Arrive, standing: Standing) -> None:
    elk, bare = *arrive("1.jpg", label="elk", state="new").ids, *arrive("2.jpg").ids
    with pytest.raises(DecisionError, match=r"1 image has no label; keeping needs one\. Choose a label"):
        store.decisions.keep([elk, bare], by="ann")
    assert standing(elk) == ("elk", "new")


def test_assigning_keeps_there_and_nowhere_else(store: Store, arrive: Arrive, standing: Standing) -> None:
    ids = [*arrive("1.jpg", label="elk").ids, *arrive("2.jpg").ids, *arrive("3.jpg", label="elk", state="trashed").ids]
    store.labels.add("bison", by="ann")
    assert store.decisions.assign(np.array(ids), "bison", by="ann").sentence == "3 images moved to bison"
    assert {standing(i) for i in ids} == {("bison", "kept")}
    assert store.images.select(label="elk").tolist() == [ids[2]], "what was trashed under elk stays known there"
    assert len(store.images.select(label="Unsorted")) == 0


def test_trash_holds_the_label_that_was_left(store: Store, arrive: Arrive, standing: Standing) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    assert store.decisions.trash([image], by="ann").sentence == "1 image trashed"
    assert standing(image) == ("elk", "trashed")
    store.decisions.keep([image], by="ann")
    assert standing(image) == ("elk", "kept"), "keeping takes it out of the trash again"


def test_trash_of_one_label_leaves_the_others(store: Store, arrive: Arrive, standing: Standing) -> None:
    (image,) = arrive("1.jpg", label="elk").ids
    store.labels.add("bison", by="ann")
    assert store.decisions.trash([image], "bison", by="ann").images == 0
    assert standing(image) == ("elk", "kept")


def test_renewing_lets_an_image_wait_for_a_look_again(store: Store, arrive: Arrive, standing: Standing) -> None:
    kept, trashed = *arrive("1.jpg", label="elk").ids, *arrive("2.jpg", label="elk", state="trashed").ids
    assert store.decisions.renew([kept, trashed], by="ann").sentence == "2 images back to new"
    assert standing(kept) == standing(trashed) == ("elk", "new")


def test_a_decision_that_changes_nothing_leaves_no_act(store: Store, arrive: Arrive) -> None:
    ids = arrive("1.jpg", label="elk").ids
    acts = store.decisions.acts()
    assert store.decisions.keep(ids, by="ann").id == 0
    assert store.decisions.keep([], by="ann").images == 0
    assert store.decisions.acts() == acts


def test_unsorted_and_unknown_labels_cannot_be_assigned(store: Store, arrive: Arrive) -> None:
    ids = arrive("1.jpg").ids
    with pytest.raises(DecisionError, match="'Unsorted' holds what has no label"):
        store.decisions.assign(ids, "unsorted", by="ann")
    with pytest.raises(UnknownLabel, match="no label 'moose'"):
        store.decisions.assign(ids, "moose", by="ann")


def test_an_id_that_was_never_given_is_refused(store: Store, arrive: Arrive) -> None:
    with pytest.raises(UnknownImage, match="no image 77"):
        store.decisions.trash([*arrive("1.jpg").ids, 77], by="ann")
    assert len(store.images.select(state="trashed")) == 0


def test_an_image_merged_meanwhile_is_judged_as_what_it_became(store: Store, arrive: Arrive, read: Read, standing: Standing) -> None:
    first, second, broken = arrive("1.jpg", "2.jpg", "3.jpg", label="elk").ids
    read([first, second, broken], "same", "same", None)
    assert store.decisions.trash([second, broken], by="ann").images == 1
    assert standing(first) == ("elk", "trashed")


def test_images_go_each_to_a_label_of_its_own_in_one_act(store: Store, arrive: Arrive) -> None:
    ids = arrive("1.jpg", "2.jpg", "3.jpg", label="elk").ids
    store.labels.add("bison", by="ann")
    store.labels.add("owl", by="ann")
    act = store.decisions.assign_each({ids[0]: "bison", ids[1]: "owl", ids[2]: "elk"}, by="ann")
    assert (act.images, act.sentence) == (2, "2 images moved to the labels suggested for them")
    assert [image.label for image in store.images.get(ids)] == ["bison", "owl", "elk"]
    store.decisions.undo(by="ann")
    assert {image.label for image in store.images.get(ids)} == {"elk"}
