"""Snapshots: what trains, how it is split, what is left out and said, and what lies on disk."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets.errors import TooFewImages
from cvwidgets.records import Found, Snapshot
from cvwidgets.store import Store, open_store
from tests.store.conftest import HEADER, facts_of

Fill = Callable[..., list[int]]
SPLIT = (0.6, 0.2, 0.2)


def fill_store(store: Store, folder: Path, label: str | None, count: int, *, owned: bool = False, kind: str = "") -> list[int]:
    """Puts `count` files that exist into a store, kept under a label and read whole."""
    batch = []
    for n in range(count):
        path = folder / (label or "none") / f"{n}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{label} {n}{kind}")
        batch.append((Found(path, path.stat().st_size, path.stat().st_mtime_ns, label, owned), HEADER))
    ids = list(store.images.register(batch).ids)
    store.images.settle([(i, facts_of(found.path.read_text())) for i, (found, _) in zip(ids, batch, strict=True)])
    return ids


@pytest.fixture
def fill(store: Store, tmp_path: Path) -> Fill:
    """`fill("elk", 20)` keeps 20 images under elk."""
    return lambda label, count, **options: fill_store(store, tmp_path / "pictures", label, count, **options)


def parts_of(snapshot: Snapshot) -> dict[str, dict[str, Counter[str]]]:
    """Images by part and label."""
    from datasets import load_from_disk

    data = load_from_disk(snapshot.folder)
    return {part: Counter(data[part].features["label"].int2str(data[part]["label"][:])) for part in data}


def hashes(snapshot: Snapshot, part: str) -> set[str]:
    from datasets import load_from_disk

    return set(load_from_disk(snapshot.folder)[part]["sha256"][:])


def test_a_snapshot_is_a_list_of_what_was_kept_split_by_label(store: Store, fill: Fill) -> None:
    for label, count in (("elk", 20), ("bison", 3), ("animals/wolf", 10)):
        fill(label, count)
    snapshot = store.snapshots.freeze(split=SPLIT, seed=1)
    assert snapshot.labels == ("animals/wolf", "bison", "elk")
    assert (snapshot.train, snapshot.valid, snapshot.test) == (19, 7, 7)
    assert parts_of(snapshot) == {
        "train": {"elk": 12, "bison": 1, "animals/wolf": 6},
        "valid": {"elk": 4, "bison": 1, "animals/wolf": 2},
        "test": {"elk": 4, "bison": 1, "animals/wolf": 2},
    }
    assert sum(file.stat().st_size for file in snapshot.folder.rglob("*") if file.is_file()) < 100_000


def test_the_same_rows_are_the_same_snapshot_and_written_once(store: Store, fill: Fill) -> None:
    for label in ("elk", "bison"):
        fill(label, 5)
    first = store.snapshots.freeze(split=SPLIT, seed=1)
    written = (first.folder / "dataset_dict.json").stat().st_mtime_ns
    assert store.snapshots.freeze(split=SPLIT, seed=1) == first
    assert (first.folder / "dataset_dict.json").stat().st_mtime_ns == written
    assert store.snapshots.freeze(split=SPLIT, seed=2).id != first.id
    assert len(list(first.folder.parent.iterdir())) == 2


def test_the_test_set_stays_when_images_come_and_go(store: Store, fill: Fill, tmp_path: Path) -> None:
    bison = fill("bison", 40)
    fill("elk", 40)
    before = store.snapshots.freeze(split=SPLIT, seed=1)
    store.decisions.trash(bison[:10], by="ann")
    fill_store(store, tmp_path / "more", "elk", 37, kind=" more")
    after = store.snapshots.freeze(split=SPLIT, seed=1)
    for part in ("train", "valid", "test"):
        others = {name for name in ("train", "valid", "test") if name != part}
        assert not hashes(before, part) & set.union(*(hashes(after, other) for other in others))
    assert parts_of(after)["test"]["elk"] in (15, 16)


def test_a_test_image_whose_label_is_corrected_stays_in_test_under_its_new_label(store: Store, fill: Fill) -> None:
    elk, _ = fill("elk", 20), fill("bison", 20)
    before = store.snapshots.freeze(split=SPLIT, seed=1)
    tested = [image for image in store.images.get(elk) if image.sha256 in hashes(before, "test")][:2]
    store.decisions.assign([image.id for image in tested], "bison", by="ann")
    after = store.snapshots.freeze(split=SPLIT, seed=1)
    assert hashes(after, "test") == hashes(before, "test") and after.id != before.id
    frozen = store.snapshots.frozen(after.id)
    assert frozen is not None and {frozen[image.sha256 or ""] for image in tested} == {"bison"}


def test_a_split_depends_on_seed_and_bytes_alone(store: Store, fill: Fill, tmp_path: Path) -> None:
    for label in ("elk", "bison"):
        fill(label, 20)
    other = open_store(tmp_path / "other")
    for label in ("bison", "elk"):
        fill_store(other, tmp_path / "elsewhere", label, 20)
    one, two = (each.snapshots.freeze(split=SPLIT, seed=7) for each in (store, other))
    assert hashes(one, "test") == hashes(two, "test")
    other.close()


def test_few_images_are_refused_by_the_labels_name(store: Store, fill: Fill) -> None:
    for label, count in (("elk", 9), ("owl", 1), ("fox", 2)):
        fill(label, count)
    with pytest.raises(TooFewImages, match=r"Label 'fox' has 2 images; label 'owl' has 1 image; training needs at least 3 of each"):
        store.snapshots.freeze(split=SPLIT, seed=1)


def test_one_label_alone_is_refused(store: Store, fill: Fill) -> None:
    with pytest.raises(TooFewImages, match="No label holds kept images; training needs at least two labels"):
        store.snapshots.freeze(split=SPLIT, seed=1)
    fill("elk", 9)
    with pytest.raises(TooFewImages, match="Only the label 'elk' holds"):
        store.snapshots.freeze(split=SPLIT, seed=1)


def test_a_label_of_images_that_are_all_in_one_part_is_refused(store: Store, fill: Fill) -> None:
    elk, _ = fill("elk", 30), fill("bison", 5)
    snapshot = store.snapshots.freeze(split=SPLIT, seed=1)
    store.labels.add("wolf", by="ann")
    trained = hashes(snapshot, "train")
    store.decisions.assign([image.id for image in store.images.get(elk) if image.sha256 in trained], "wolf", by="ann")
    with pytest.raises(TooFewImages, match=r"Label '(elk|wolf)' has no image in t.* or choose another seed"):
        store.snapshots.freeze(split=SPLIT, seed=1)
    assert store.snapshots.freeze(split=SPLIT, seed=2).labels == ("bison", "elk", "wolf")


def test_what_cannot_train_is_left_out_and_said(store: Store, fill: Fill, tmp_path: Path) -> None:
    fill("elk", 6), fill("bison", 6)
    copy = fill_store(store, tmp_path / "again", "elk", 1)
    (tmp_path / "pictures/elk/5.jpg").unlink()
    (tmp_path / "again/bison").mkdir()
    shutil.copy(tmp_path / "pictures/bison/0.jpg", tmp_path / "again/bison/0.jpg")
    double = Found(tmp_path / "again/bison/0.jpg", 7, 1, "elk")
    (image,) = store.images.register([(double, HEADER)]).ids
    store.images.settle([(image, facts_of("bison 0"))])
    store.images.register([(Found(tmp_path / "unread.jpg", 1, 1, "elk"), HEADER)])
    snapshot = store.snapshots.freeze(split=SPLIT, seed=1)
    assert copy and snapshot.train + snapshot.valid + snapshot.test == 10
    assert sorted(sentence.split(": ")[1][:20] for sentence in snapshot.left_out) == [
        "in conflict between ",
        "not read whole yet; ",
        "without a usable fil",
    ]


def test_labels_train_at_a_chosen_depth(store: Store, fill: Fill) -> None:
    for label, count in (("a/x", 4), ("a/y/deep", 4), ("a", 3), ("b", 5)):
        fill(label, count)
    freeze = store.snapshots.freeze
    assert freeze(split=SPLIT, seed=1).labels == ("a", "a/x", "a/y/deep", "b")
    assert freeze(split=SPLIT, seed=2, depth=1).labels == ("a", "b")
    two = freeze(split=SPLIT, seed=3, depth=2)
    assert two.labels == ("a/x", "a/y", "b")
    assert two.left_out == ("3 kept images left out: above level 2 of the labels; move to a sub-label, or train at another depth.",)


def test_paths_lead_to_the_files_after_the_project_was_moved(store: Store, fill: Fill, tmp_path: Path) -> None:
    fill_store(store, store.folder / "images", "elk", 3, owned=True)
    fill("bison", 3)
    snapshot = store.snapshots.freeze(split=SPLIT, seed=1)
    store.close()
    moved = shutil.move(store.folder, tmp_path / "moved")
    store.folder.mkdir()
    from datasets import load_from_disk

    folder = Path(moved) / "snapshots" / snapshot.id
    paths = [path for part in load_from_disk(folder).values() for path in part["path"]]
    assert sorted((folder / path).read_text()[:-2] for path in paths) == ["bison"] * 3 + ["elk"] * 3


@pytest.mark.skipif(os.name != "posix", reason="names are always Unicode here")
def test_a_name_that_is_no_unicode_trains_too(store: Store, fill: Fill, tmp_path: Path) -> None:
    fill("bison", 3)
    folder = tmp_path / "caf\udce9"
    fill_store(store, folder, "elk", 3)
    assert {image.path.parent.parent for image in store.images.get(store.images.select(label="elk"))} == {folder}
    snapshot = store.snapshots.freeze(split=SPLIT, seed=1)
    from datasets import load_from_disk

    rows = [row for part in load_from_disk(snapshot.folder).values() for row in part]
    assert sorted((snapshot.folder / row["path"]).read_text() for row in rows if row["label"] == 1) == ["elk 0", "elk 1", "elk 2"]
