"""The journal read: who did what, page by page, and what became of one image; sorting out as one act."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cvwidgets.errors import DecisionError
from cvwidgets.store import Store
from tests.store.conftest import Arrive

Standing = Callable[[int], tuple[str, str]]


@pytest.fixture
def judged(store: Store, arrive: Arrive) -> tuple[int, ...]:
    """Three images that ann and bob judged, some of it taken back."""
    ids = arrive("1.jpg", "2.jpg", "3.jpg", label="elk").ids
    store.labels.add("Bison", by="ann")
    store.decisions.trash(ids[:2], by="ann")
    store.decisions.assign([ids[0]], "Bison", by="bob")
    store.decisions.undo(by="bob")
    store.decisions.renew([ids[2]], by="bob")
    return ids


def test_acts_are_found_by_person_kind_words_and_image(store: Store, judged: tuple[int, ...]) -> None:
    kinds = [act.kind for act in store.decisions.acts()]
    assert kinds == ["renew", "undo", "assign", "trash", "add label", "import"]
    assert [act.kind for act in store.decisions.acts(by="ann")] == ["trash", "add label"]
    assert [act.kind for act in store.decisions.acts(kind="trash")] == ["trash"]
    groups = {group: [act.kind for act in store.decisions.acts(kind=group)] for group in ("decisions", "labels", "imports", "undo")}
    assert groups == {"decisions": ["renew", "assign", "trash"], "labels": ["add label"], "imports": ["import"], "undo": ["undo"]}
    assert [act.kind for act in store.decisions.acts(text="BISON")] == ["undo", "assign", "add label"]
    assert [act.kind for act in store.decisions.acts(image=judged[1])] == ["trash", "import"]
    assert store.decisions.acts(by="ann", kind="undo") == []
    assert store.decisions.people() == ["ann", "bob", "import"]


def test_a_page_goes_on_where_the_one_before_it_ended(store: Store, judged: tuple[int, ...]) -> None:
    first = store.decisions.acts(4)
    rest = store.decisions.acts(4, before=first[-1].id)
    assert [*first, *rest] == store.decisions.acts()


def test_an_act_says_whether_it_stands(store: Store, judged: tuple[int, ...]) -> None:
    fates = {act.kind: (act.stands, act.undone) for act in store.decisions.acts()}
    assert fates == {
        **dict.fromkeys(("renew", "trash", "add label"), (True, False)),
        **dict.fromkeys(("undo", "import"), (False, False)),
        "assign": (False, True),
    }


def test_the_history_of_an_image_tells_what_it_was_before_and_after_each_act(store: Store, judged: tuple[int, ...]) -> None:
    told = [(change.act.kind, change.label_before, change.state_before, change.label, change.state) for change in history(store, judged[0])]
    assert told == [
        ("undo", "Bison", "kept", "elk", "trashed"),
        ("assign", "elk", "trashed", "Bison", "kept"),
        ("trash", "elk", "kept", "elk", "trashed"),
        ("import", None, None, "elk", "kept"),
    ]
    assert [change.act.undone for change in history(store, judged[0])] == [False, True, False, False]
    assert store.decisions.history(999) == []


def history(store: Store, image: int) -> list:
    return store.decisions.history(image)


def test_the_history_names_labels_that_were_deleted(store: Store, judged: tuple[int, ...]) -> None:
    store.labels.delete("elk", by="ann")
    newest = store.decisions.history(judged[2])[0]
    assert (newest.label_before, newest.label, newest.state) == ("elk", "Unsorted", "new")


def test_the_history_of_a_merged_image_is_that_of_the_one_it_became(store: Store, arrive: Arrive, read: Callable[..., object]) -> None:
    ids = arrive("1.jpg", "2.jpg", label="elk").ids
    read(ids, "same", "same")
    assert store.decisions.history(ids[1]) == store.decisions.history(ids[0]) != []


def test_the_images_of_an_act_are_those_still_there(store: Store, arrive: Arrive, read: Callable[..., object]) -> None:
    ids = arrive("1.jpg", "2.jpg", "3.jpg", label="elk").ids
    act = store.decisions.trash(ids, by="ann")
    read(ids, "fine", None, "fine too")
    assert store.decisions.images_of(act.id) == [ids[0], ids[2]]


# ---- sorting out


def test_sorting_out_keeps_some_and_trashes_the_others_in_one_act(store: Store, arrive: Arrive, standing: Standing) -> None:
    ids = arrive(*(f"{n}.jpg" for n in range(5)), label="elk", state="new").ids
    act = store.decisions.sort_out(ids[:2], ids[2:], by="ann")
    assert (act.kind, act.images, act.sentence) == ("sort out", 5, "2 images kept, 3 trashed")
    assert [standing(i)[1] for i in ids] == ["kept", "kept", "trashed", "trashed", "trashed"]
    store.decisions.undo(by="ann")
    assert {standing(i) for i in ids} == {("elk", "new")}


def test_sorting_out_is_refused_whole_when_one_to_keep_has_no_label(store: Store, arrive: Arrive, standing: Standing) -> None:
    elk, bare = *arrive("1.jpg", label="elk").ids, *arrive("2.jpg").ids
    with pytest.raises(DecisionError, match="1 image has no label"):
        store.decisions.sort_out([bare], [elk], by="ann")
    assert standing(elk) == ("elk", "kept")


def test_an_image_on_both_sides_is_kept_under_another_id_too(
    store: Store, arrive: Arrive, read: Callable[..., object], standing: Standing
) -> None:
    ids = arrive("1.jpg", "2.jpg", "3.jpg", label="elk", state="new").ids
    read(ids, "same", "same", "another")
    assert store.decisions.sort_out([ids[1]], [ids[0], ids[2]], by="ann").sentence == "1 image kept, 1 trashed"
    assert (standing(ids[0]), standing(ids[2])) == (("elk", "kept"), ("elk", "trashed"))


def test_sorting_out_in_a_label_leaves_what_is_kept_elsewhere(store: Store, arrive: Arrive, standing: Standing) -> None:
    elk, bison = *arrive("1.jpg", label="elk").ids, *arrive("2.jpg", label="bison").ids
    assert store.decisions.sort_out([elk], [bison], "elk", by="ann").id == 0, "nothing had to change"
    assert standing(bison) == ("bison", "kept")
