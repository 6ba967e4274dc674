"""A split by groups: folders, stretches of time, authors stay whole, in one part, from run to run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cvwidgets.errors import RecipeError, TooFewImages
from cvwidgets.records import Found, Part, Source
from cvwidgets.store import Store
from cvwidgets.store.groups import Grouping
from cvwidgets.store.splits import scheme_of
from tests.store.conftest import HEADER, facts_of
from tests.store.test_splits import parts

SPLIT = (0.6, 0.2, 0.2)
BY_FOLDER = Grouping("folder")
Fill = Callable[..., list[int]]


@pytest.fixture
def fill(store: Store, tmp_path: Path) -> Fill:
    """`fill("owl", "day 1", 5)` keeps five owls whose files lie in that folder; `address` is where each came from, copied."""

    def fill_in(label: str, folder: str, count: int, *, kind: str = "", address: str = "", **source: str) -> list[int]:
        batch = []
        for n in range(count):
            path = (store.folder / "images" if address else tmp_path / folder) / f"{label} {kind}{n} {folder}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(path.name)
            came = Source(address=f"{address}/{n}.jpg", **source) if address or source else None
            seen = path.stat()
            batch.append((Found(path, seen.st_size, seen.st_mtime_ns, label, bool(address), came), HEADER))
        ids = list(store.images.register(batch).ids)
        store.images.settle([(i, facts_of(found.path.name)) for i, (found, _) in zip(ids, batch, strict=True)])
        return ids

    return fill_in


def parts_of_folders(store: Store) -> dict[str, set[Part]]:
    where: defaultdict[str, set[Part]] = defaultdict(set)
    for image_id, part in parts(store).items():
        where[store.images.get([image_id])[0].path.parent.name].add(part)
    return where


def fill_days(fill: Fill, days: int = 10) -> None:
    for day in range(days):
        fill("owl", f"day {day}", 4 + day % 3)
        fill("elk", f"day {day}", 3)


def test_a_folder_is_whole_in_one_part_and_the_fractions_are_met_as_nearly_as_that_allows(store: Store, fill: Fill) -> None:
    fill_days(fill)
    snapshot = store.snapshots.freeze(split=SPLIT, seed=1, grouping=BY_FOLDER)
    assert {len(some) for some in parts_of_folders(store).values()} == {1}
    assert (snapshot.train, snapshot.valid, snapshot.test) == pytest.approx((47.4, 15.8, 15.8), abs=2)
    assert snapshot.left_out == ("Split by folder: 10 groups, each whole in one part.",)


def test_the_snapshot_names_the_group_of_each_image(store: Store, fill: Fill) -> None:
    fill_days(fill)
    snapshot = store.snapshots.freeze(split=SPLIT, seed=1, grouping=BY_FOLDER)
    named, rows = store.snapshots.groups(snapshot.id), store.images.get(list(parts(store)))
    pairs = {(image.path.parent, named[image.sha256 or ""]) for image in rows}
    assert len(named) == len(rows) and len(pairs) == len({name for _, name in pairs}) == 10
    assert store.snapshots.groups(store.snapshots.freeze(split=SPLIT, seed=1).id) == {}


def test_the_test_part_stays_and_a_new_image_of_a_known_folder_goes_where_its_folder_is(store: Store, fill: Fill) -> None:
    fill_days(fill)
    store.snapshots.freeze(split=SPLIT, seed=1, grouping=BY_FOLDER)
    before = parts(store)
    for day in range(10):
        fill("owl", f"day {day}", 3, kind="late ")
    fill("owl", "day 11", 9)
    store.snapshots.freeze(split=SPLIT, seed=1, grouping=BY_FOLDER)
    assert parts(store).items() >= before.items() and len(parts(store)) == len(before) + 39
    assert {len(some) for some in parts_of_folders(store).values()} == {1}


def test_each_kind_of_split_has_parts_of_its_own(store: Store, fill: Fill) -> None:
    fill_days(fill)
    store.snapshots.freeze(split=SPLIT, seed=1)
    by_image = parts(store)
    store.snapshots.freeze(split=SPLIT, seed=1, grouping=BY_FOLDER)
    assert parts(store) != by_image
    names = {scheme_of(SPLIT, 1, one) for one in (Grouping(), BY_FOLDER, Grouping("time", 5), Grouping("time", 6), Grouping("column:page"))}
    assert len(names) == 5 and scheme_of(SPLIT, 1) in names
    assert scheme_of(SPLIT, 1) == "1:0.6/0.2/0.2"  # as in the catalogs that are there


def test_one_folder_for_each_label_is_refused_with_what_to_do_and_nothing_is_noted(store: Store, fill: Fill) -> None:
    fill("owl", "owls", 20), fill("elk", "elks", 20)
    with pytest.raises(TooFewImages, match=r"Label '\w+' has no image in .*; it lies in 1 group by folder, .* Split by something else"):
        store.snapshots.freeze(split=SPLIT, seed=1, grouping=BY_FOLDER)
    assert parts(store) == {}


def test_a_folder_that_makes_the_parts_uneven_is_said(store: Store, fill: Fill) -> None:
    fill("owl", "heap", 60), fill("elk", "heap", 60)
    for day in range(4):
        fill("owl", f"day {day}", 5), fill("elk", f"day {day}", 5)
    said = store.snapshots.plan(split=SPLIT, seed=1, grouping=BY_FOLDER).said
    assert said[1] == "Train is 75% of the images instead of 60%: the largest group holds 120."
    assert parts(store) == {}, "a plan notes nothing"


def test_look_alikes_of_two_folders_make_them_one_group(store: Store, fill: Fill) -> None:
    days = [fill("owl", f"day {day}", 5) + fill("elk", f"day {day}", 5) for day in range(8)]
    alike = [(days[0][0], days[1][0]), (days[1][1], days[2][0])]
    snapshot = store.snapshots.freeze(split=SPLIT, seed=1, grouping=BY_FOLDER, alike=alike)
    assert len({parts(store)[image] for day in days[:3] for image in day}) == 1
    assert "6 groups" in snapshot.left_out[0]


def test_look_alikes_that_are_known_later_move_with_all_of_their_folder(store: Store, fill: Fill) -> None:
    days = [fill("owl", f"day {day}", 5) + fill("elk", f"day {day}", 5) for day in range(12)]
    store.snapshots.freeze(split=SPLIT, seed=1, grouping=BY_FOLDER)
    before = parts(store)
    learnt, asked = (next(day for day in days if before[day[0]] == part) for part in ("train", "test"))
    snapshot = store.snapshots.freeze(split=SPLIT, seed=1, grouping=BY_FOLDER, alike=[(learnt[0], asked[0])])
    assert parts(store) == {**before, **dict.fromkeys(asked, "train")}
    assert snapshot.left_out[-1].endswith("Split mended: 10 images moved to the part of images that look the same, with their groups.")


def test_files_that_are_moved_into_one_folder_leave_the_parts_as_they_are(store: Store, fill: Fill, tmp_path: Path) -> None:
    fill_days(fill)
    store.snapshots.freeze(split=SPLIT, seed=1, grouping=BY_FOLDER)
    before = parts(store)
    (tmp_path / "all").mkdir()
    moved = {image.sha256: image.path.rename(tmp_path / "all" / image.path.name) for image in store.images.get(list(before))}
    store.images.check_files(), store.images.relink({sha: path for sha, path in moved.items() if sha})
    (late,) = fill("owl", "all", 1)
    snapshot = store.snapshots.freeze(split=SPLIT, seed=1, grouping=BY_FOLDER)
    assert parts(store) == before and late not in parts(store)
    assert snapshot.left_out[0].startswith("1 kept image left out: alike, or in one group with, images of two parts of the split")


def test_copies_are_grouped_by_the_folder_that_they_came_from_and_web_images_stand_alone(store: Store, fill: Fill) -> None:
    for label in ("owl", "elk"):
        for day in range(5):
            fill(label, f"{day}", 3, address=f"file:///cards/zoo.zip#trip/{day}", kind="a")
            fill(label, f"{day}", 3, address=f"file:///cards/{day}", kind="b")
        fill(label, "web", 4, address="https://example.org/owls", kind="c")
    said = store.snapshots.plan(split=SPLIT, seed=1, grouping=BY_FOLDER).said
    assert said == (
        "Split by folder: 10 groups, each whole in one part.",
        "8 of 68 images have no folder that is known; each stands for itself.",
    )


def test_an_author_is_whole_in_one_part_and_an_unknown_column_is_refused(store: Store, fill: Fill) -> None:
    people = [fill(label, name, 4, author=name) for label in ("owl", "elk") for name in ("ann", "bob", "cy", "dee", "eve", "flo")]
    store.snapshots.freeze(split=SPLIT, seed=1, grouping=Grouping("column:author"))
    where = parts(store)
    assert all(len({where[image] for image in (*people[at], *people[at + 6])}) == 1 for at in range(6))
    with pytest.raises(RecipeError, match=r"split_by is 'column:camera'; of images in a project author, page, provider, query are known"):
        store.snapshots.plan(split=SPLIT, seed=1, grouping=Grouping("column:camera"))


def test_a_stretch_of_time_ends_where_the_gap_is_longer(store: Store, fill: Fill) -> None:
    ids = fill("owl", "card", 40) + fill("elk", "card", 40)
    begin, taken = datetime(2026, 5, 1), {}
    for number, image in enumerate(sorted(store.images.get(ids), key=lambda image: image.path.name[-20:])):
        taken[image.sha256 or ""] = (begin + timedelta(hours=number // 4, minutes=5 * (number % 4))).isoformat()
    taken.pop(next(iter(taken)))
    plan = store.snapshots.plan(split=SPLIT, seed=1, grouping=Grouping("time", 30, taken))
    assert plan.said[0] == "Split by capture time: 20 groups, each whole in one part."
    assert plan.said[1] == "1 of 80 images has no capture time that is known; each stands for itself."
    unknown = store.snapshots.plan(split=SPLIT, seed=1, grouping=Grouping("time", 30, {}))
    assert unknown.said[0] == "80 of 80 images have no capture time that is known; each stands for itself."
    sha = store.images.hashes(ids)
    hours: defaultdict[str, set[str]] = defaultdict(set)
    for image, part in plan.parts.items():
        hours[taken.get(sha[image], "unknown")[:13]].add(part)
    assert {len(some) for some in hours.values()} == {1}
    assert store.snapshots.plan(split=SPLIT, seed=1, grouping=Grouping("time", 4, taken)).said[0].startswith("Split by capture time: 79 ")
    assert Counter(plan.parts.values())["train"] == pytest.approx(48, abs=3)


def test_an_image_taken_between_two_stretches_of_two_parts_is_left_out_alone(store: Store, fill: Fill) -> None:
    ids = fill("owl", "card", 15) + fill("elk", "card", 15)
    begin, sha = datetime(2026, 5, 1), store.images.hashes(ids)
    taken = {sha[image]: (begin + timedelta(minutes=50 * (n % 15))).isoformat() for n, image in enumerate(ids)}
    store.snapshots.freeze(split=SPLIT, seed=1, grouping=Grouping("time", 30, taken))
    where = parts(store)
    at = next(n for n in range(14) if where[ids[n]] != where[ids[n + 1]])
    between, beside = fill("owl", "late", 2)
    late = store.images.hashes([between, beside])
    for image, minutes in ((between, 25), (beside, -1)):
        taken[late[image]] = (begin + timedelta(minutes=50 * at + minutes)).isoformat()
    store.snapshots.freeze(split=SPLIT, seed=1, grouping=Grouping("time", 30, taken))
    assert parts(store) == {**where, beside: where[ids[at]]}
