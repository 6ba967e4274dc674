"""The split and what looks alike: never torn apart, mended once where it was, and nothing else moves."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from cvwidgets.errors import TooFewImages
from cvwidgets.records import Part, Snapshot
from cvwidgets.store import Store
from tests.store.test_snapshots import fill_store

SPLIT = (0.6, 0.2, 0.2)
Pairs = list[tuple[int, int]]


@pytest.fixture
def elk(store: Store, tmp_path: Path) -> list[int]:
    """Thirty elks and ten bison."""
    fill_store(store, tmp_path / "pictures", "bison", 10)
    return fill_store(store, tmp_path / "pictures", "elk", 30)


@pytest.fixture
def freeze(store: Store) -> Callable[..., Snapshot]:
    return lambda alike=(), seed=1: store.snapshots.freeze(split=SPLIT, seed=seed, alike=alike, by="ann")


def parts(store: Store) -> dict[int, Part]:
    return store.images.parts(store.images.select())


def one_of(store: Store, ids: list[int], part: Part) -> int:
    where = parts(store)
    return next(image for image in ids if where.get(image) == part)


@pytest.mark.parametrize("seed", range(5))
def test_what_hangs_together_is_in_one_part_and_the_fractions_hold(
    store: Store, elk: list[int], freeze: Callable[..., Snapshot], seed: int
) -> None:
    chain = [*pairwise(elk[:4]), (elk[4], elk[5]), (elk[6], elk[7]), (elk[6], elk[8])]
    snapshot = freeze(chain, seed)
    where = parts(store)
    assert all(where[one] == where[other] for one, other in chain)
    assert (snapshot.train, snapshot.valid, snapshot.test, snapshot.left_out) == (24, 8, 8, ())


def test_three_different_pictures_are_enough_for_three_parts(store: Store, elk: list[int], freeze: Callable[..., Snapshot]) -> None:
    freeze([*pairwise(elk[:10]), *pairwise(elk[10:20]), *pairwise(elk[20:])])
    where = parts(store)
    assert {where[image] for image in elk} == {"train", "valid", "test"}


def test_a_label_of_two_different_pictures_is_refused(elk: list[int], freeze: Callable[..., Snapshot]) -> None:
    with pytest.raises(TooFewImages, match=r"Label 'elk' has no image in .*look-alikes share one"):
        freeze([*pairwise(elk[:10]), *pairwise(elk[10:])])


def test_a_split_made_before_looks_were_known_is_mended_once_and_said(
    store: Store, elk: list[int], freeze: Callable[..., Snapshot]
) -> None:
    freeze()
    before = parts(store)
    seen, asked = one_of(store, elk, "train"), one_of(store, elk, "test")
    snapshot = freeze([(seen, asked)])
    assert parts(store) == {**before, asked: "train"}
    assert snapshot.left_out == ("Split mended: 1 image moved to the part of images that look the same.",)
    (act,) = [act for act in store.decisions.acts() if act.kind == "mend split"]
    assert (act.by, act.images, act.stands) == ("ann", 1, False)
    assert freeze([(seen, asked)]).left_out == () and len(parts(store)) == 40


def test_what_joins_images_of_one_part_goes_there(store: Store, elk: list[int], freeze: Callable[..., Snapshot], tmp_path: Path) -> None:
    freeze()
    asked = one_of(store, elk, "test")
    late = fill_store(store, tmp_path / "later", "elk", 3, kind=" late")
    freeze([(late[0], asked), (late[1], late[0])])
    where = parts(store)
    assert where[late[0]] == where[late[1]] == "test"


def test_what_joins_images_of_two_parts_goes_to_neither_and_is_counted(
    store: Store, elk: list[int], freeze: Callable[..., Snapshot], tmp_path: Path
) -> None:
    freeze()
    before = parts(store)
    seen, asked = one_of(store, elk, "train"), one_of(store, elk, "test")
    (late,) = fill_store(store, tmp_path / "later", "elk", 1, kind=" late")
    alike: Pairs = [(seen, late), (asked, late)]
    for _ in range(2):
        snapshot = freeze(alike)
        assert parts(store) == before and snapshot.train + snapshot.valid + snapshot.test == 40
        assert snapshot.left_out[0].startswith("1 kept image left out: alike images of two parts of the split")
    store.decisions.trash([asked], by="ann")
    freeze(alike)
    assert parts(store)[late] == "train"
