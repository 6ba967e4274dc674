"""Which images match a filter, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cvwidgets.errors import FilterError, UnknownLabel
from cvwidgets.filter import Filter
from cvwidgets.records import Found, Header, Source
from cvwidgets.store import Registered, Store
from tests.store.conftest import found
from tests.store.test_snapshots import fill_store

Arrive = Callable[..., Registered]


def asked(store: Store, **fields: Any) -> list[int]:
    return [int(i) for i in store.images.match(Filter.from_json(fields))]


def take_in(store: Store, *files: tuple[Found, Header]) -> list[int]:
    return [int(i) for i in store.images.register(files).ids]


def names(store: Store, ids: Sequence[int]) -> list[str]:
    return [image.path.name for image in store.images.get(ids)]


def test_several_labels_states_and_conditions_are_one_question(store: Store, arrive: Arrive) -> None:
    elks, bisons = arrive("1.jpg", "2.jpg", label="animals/elk").ids, arrive("3.jpg", label="bison").ids
    loose = arrive("4.jpg").ids
    store.decisions.trash(elks[:1], by="ann")
    assert asked(store, labels=["animals", "bison"], states=["kept", "new"]) == [elks[1], *bisons]
    assert asked(store, labels="animals", sub_labels=False) == []
    assert asked(store, labels="Unsorted") == list(loose)
    assert asked(store, labels=["animals", "bison"], text="3.J") == list(bisons)


def test_a_label_that_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(UnknownLabel, match="no label 'moose'"):
        asked(store, labels="moose")


def test_format_side_and_bytes_have_both_ends(store: Store) -> None:
    small, wide, png = take_in(
        store,
        (found("s.jpg", size=10), Header("JPEG", 50, 40, 1)),
        (found("w.jpg", size=2000), Header("JPEG", 4000, 1000, 1)),
        (found("p.png", size=500), Header("PNG", 1000, 2000, 1)),
    )
    assert asked(store, min_side=1000) == [wide, png] and asked(store, max_side=40) == [small]
    assert asked(store, formats="JPEG", min_side=41) == [wide]
    assert asked(store, min_bytes=500, max_bytes=500) == [png]


def test_what_nobody_found_on_the_web_is_ones_own(store: Store) -> None:
    web, own = take_in(
        store,
        (found("web.jpg", source=Source(address="https://x/1.jpg", provider="openverse")), Header("JPEG", 8, 8, 1)),
        (found("own.jpg"), Header("JPEG", 8, 8, 1)),
    )
    assert asked(store, providers="openverse") == [web] and asked(store, providers="") == [own]
    assert asked(store, providers=["openverse", ""]) == [web, own]
    assert store.images.choices().providers == (("openverse", 1),)


def test_the_days_on_which_images_came_are_included(store: Store, arrive: Arrive) -> None:
    ids = list(arrive("1.jpg").ids)
    assert asked(store, added_from="2020-01-01", added_to="9999-12-31") == ids
    assert asked(store, added_to="2020-01-01") == [] == asked(store, added_from="2999-01-01")


def test_files_that_vanished_and_those_not_read_yet_are_found(store: Store, arrive: Arrive, read: Callable[..., object]) -> None:
    first, second = map(int, arrive("1.jpg", "2.jpg").ids)
    read([first])
    store.images.check_files([second])
    assert asked(store, problem="unread") == [second] == asked(store, problem="missing") and asked(store, problem="conflict") == []


def test_the_images_of_an_act_are_found_with_what_they_became(store: Store, arrive: Arrive, read: Callable[..., object]) -> None:
    first, second, third = map(int, arrive("1.jpg", "2.jpg", "3.jpg").ids)
    act = store.decisions.trash([second, third], by="ann")
    read([first, third], "same", "same")
    assert asked(store, act=act.id) == [first, second]
    with pytest.raises(FilterError, match="no act 99"):
        asked(store, act=99)


def test_the_part_is_that_of_the_newest_split(store: Store, pictures: Path) -> None:
    for label in ("bison", "elk"):
        fill_store(store, pictures, label, 6)
    assert asked(store, parts="train") == []
    store.snapshots.freeze(split=(0.5, 0.25, 0.25), seed=0)
    parts = {part: asked(store, parts=part) for part in ("train", "valid", "test")}
    assert sorted(i for ids in parts.values() for i in ids) == asked(store) and all(parts.values())
    assert store.images.parts(parts["test"]) == dict.fromkeys(parts["test"], "test")


def test_names_stand_in_natural_order_letter_case_aside(store: Store, arrive: Arrive) -> None:
    arrive(
        "img10.jpg", "IMG2.jpg", "img2b.jpg", "10.jpg", "9.jpg", "Émile.jpg", "émile 2.jpg", "zebra.jpg", "a007.jpg", "a7b.jpg", "img.jpg"
    )
    ordered = names(store, asked(store, sort="name"))
    assert ordered[:2] == ["9.jpg", "10.jpg"] and ordered[2:4] == ["a007.jpg", "a7b.jpg"]
    assert [name for name in ordered if name.lower().startswith("img")] == ["img.jpg", "IMG2.jpg", "img2b.jpg", "img10.jpg"]
    assert names(store, asked(store, sort="-name")) == ordered[::-1]


def test_long_names_that_differ_at_their_end_are_told_apart(store: Store, arrive: Arrive) -> None:
    arrive(*(f"{'the same beginning of a long name ' * 4}{number}.jpg" for number in (30, 4, 200)))
    assert [name.split()[-1] for name in names(store, asked(store, sort="name"))] == ["4.jpg", "30.jpg", "200.jpg"]


def test_a_name_that_is_no_text_has_its_place_too(store: Store, arrive: Arrive) -> None:
    arrive("b.jpg", "\udcff.jpg", "a.jpg", "שלום.jpg", "🦬.jpg")
    assert len(asked(store, sort="name")) == 5 and names(store, asked(store, sort="name"))[:2] == ["a.jpg", "b.jpg"]


def test_images_are_ordered_by_size_bytes_label_and_decision(store: Store, arrive: Arrive) -> None:
    large, small, middle = take_in(
        store,
        (found("1.jpg", "elk", size=1), Header("JPEG", 900, 800, 1)),
        (found("2.jpg", "bison", size=3), Header("JPEG", 9000, 10, 1)),
        (found("3.jpg", "elk", size=2), Header("JPEG", 400, 400, 1)),
    )
    store.decisions.renew([small], by="ann")
    assert asked(store, sort="size") == [small, middle, large] and asked(store, sort="-bytes") == [small, middle, large]
    assert asked(store, sort="label") == [small, large, middle] and asked(store, sort="-decided") == [small, large, middle]
    assert asked(store, sort="-added") == [middle, small, large]


def test_a_random_order_is_the_same_for_the_same_seed_whatever_comes(store: Store, arrive: Arrive) -> None:
    arrive(*(f"{n}.jpg" for n in range(50)))
    before = asked(store, sort="random", seed=7)
    assert before != sorted(before) != asked(store, sort="random", seed=8) and before != asked(store, sort="random", seed=8)
    (late,) = map(int, arrive("late.jpg").ids)
    assert [i for i in asked(store, sort="random", seed=7) if i != late] == before


def test_a_filter_that_finds_nothing_has_an_order_too(store: Store) -> None:
    for sort in ("added", "-added", "name", "size", "label", "decided", "random"):
        assert store.images.match(Filter(sort=sort)).dtype == np.int64


def test_saved_filters_follow_their_labels(store: Store, arrive: Arrive) -> None:
    arrive("1.jpg", label="animals/elk")
    store.filters.save(" Elks ", Filter(labels=("animals/elk",), states=("kept",)))
    store.labels.rename("animals", "beasts", by="ann")
    (saved,) = store.filters.list()
    assert saved.name == "Elks" and saved.filter.labels == ("beasts/elk",) and len(store.images.match(saved.filter)) == 1


def test_a_saved_filter_outlives_its_label_and_is_whole_again_after_undo(store: Store, arrive: Arrive) -> None:
    arrive("1.jpg", label="elk")
    store.filters.save("elks", Filter(labels=("elk",)))
    store.labels.delete("elk", by="ann")
    (saved,) = store.filters.list()
    with pytest.raises(UnknownLabel):
        store.images.match(saved.filter)
    store.decisions.undo(by="ann")
    assert len(store.images.match(saved.filter)) == 1


def test_saving_under_the_same_name_replaces_and_deleting_forgets(store: Store) -> None:
    store.filters.save("big", Filter(min_side=1000))
    store.filters.save("BIG", Filter(min_side=2000))
    assert [(saved.name, saved.filter.min_side) for saved in store.filters.list()] == [("BIG", 2000)]
    store.filters.delete("big")
    assert store.filters.list() == ()
    with pytest.raises(FilterError, match="no saved filter"):
        store.filters.delete("big")
