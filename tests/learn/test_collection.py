from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Image, Sequence, Value
from PIL import Image as Pillow

from cvwidgets.errors import TooFewImages, TrainingFailed
from cvwidgets.learn.collection import Collection, Item, open_collection, open_for
from cvwidgets.recipe import Recipe

THIRDS = (0.6, 0.2, 0.2)


def _open(dataset: DatasetDict | Path, seed: int = 0) -> Collection:
    return open_collection(dataset, split=THIRDS, seed=seed)


def _listed(labels: list[str], keys: list[str] | None = None) -> Dataset:
    return Dataset.from_dict(
        {"path": [f"{i}.png" for i in range(len(labels))], "label": labels, "sha256": keys or list(map(str, range(len(labels))))}
    )


def _counts(collection: Collection) -> dict[str, dict[str, int]]:
    return {part: dict(Counter(collection.labels[i.label] for i in items)) for part, items in collection.parts.items()}


def test_paths_of_a_snapshot_are_relative_to_its_folder(drawn: Callable[..., Path]) -> None:
    collection = _open(drawn(2))
    assert collection.labels == ("red", "green", "blue")
    assert [collection.open(item).size for item in collection.parts["test"]] == [(60, 48)] * 6


def test_pictures_inside_the_dataset_are_read_as_on_the_hub(tmp_path: Path) -> None:
    images = [Pillow.new("RGB", (20, 10 + i), (i * 9, 0, 0)) for i in range(12)]
    features = Features({"img": Image(), "fine_label": ClassLabel(names=["a", "unused", "b"])})
    table = Dataset.from_dict({"img": images, "fine_label": [0, 2] * 6}, features=features)
    collection = _open(DatasetDict({"train": table}))
    assert collection.labels == ("a", "b")
    item = collection.parts["train"][0]
    assert collection.open(item).size == images[item.row].size


def test_missing_parts_are_split_off_evenly_and_always_the_same() -> None:
    table = DatasetDict({"train": _listed(["owl"] * 50 + ["elk"] * 10)})
    counts = _counts(_open(table))
    assert counts == {"train": {"owl": 30, "elk": 6}, "valid": {"owl": 10, "elk": 2}, "test": {"owl": 10, "elk": 2}}
    assert _open(table).parts == _open(table).parts != _open(table, seed=1).parts


def test_the_smallest_label_still_gives_each_part_one() -> None:
    counts = _counts(_open(DatasetDict({"train": _listed(["owl"] * 9 + ["elk"] * 3)})))
    assert [counts[part]["elk"] for part in ("train", "valid", "test")] == [1, 1, 1]


def test_the_same_bytes_stay_on_one_side() -> None:
    keys = [str(i // 4) for i in range(80)]
    collection = _open(DatasetDict({"train": _listed(["owl", "elk"] * 40, keys=[f"{k}{i % 2}" for i, k in enumerate(keys)])}))
    seen = {part: {item.key for item in items} for part, items in collection.parts.items()}
    assert not seen["train"] & seen["valid"] and not seen["train"] & seen["test"] and not seen["valid"] & seen["test"]


def test_copies_of_a_file_stay_on_one_side_when_no_hashes_are_given(draw: Callable[..., Path]) -> None:
    files = [draw(f"{copy}/{i}.png", seed=i) for i in range(20) for copy in ("a", "b")]
    table = Dataset.from_dict({"path": list(map(str, files)), "label": ["owl", "owl", "elk", "elk"] * 10})
    seen = [{(item.path or Path()).name for item in items} for items in _open(DatasetDict({"train": table})).parts.values()]
    assert sum(map(len, seen)) == len(set().union(*seen)) == 20


def test_copies_among_the_hubs_files_stay_on_one_side_too(draw: Callable[..., Path]) -> None:
    files = [str(draw(f"{copy}/{i}.png", seed=i)) for i in range(20) for copy in ("a", "b")]
    table = Dataset.from_dict({"image": files, "label": ["owl", "owl", "elk", "elk"] * 10}).cast_column("image", Image())
    seen = [{(item.path or Path()).name for item in items} for items in _open(DatasetDict({"train": table})).parts.values()]
    assert sum(map(len, seen)) == len(set().union(*seen)) == 20


def test_the_same_bytes_under_two_labels_stay_on_one_side() -> None:
    keys = [str(i) for i in range(30)] + [str(i) for i in range(5)]
    collection = _open(DatasetDict({"train": _listed(["owl", "elk"] * 15 + ["elk", "owl"] * 2 + ["elk"], keys=keys)}))
    seen = [{item.key for item in items} for items in collection.parts.values()]
    assert sum(map(len, seen)) == len(set().union(*seen)) == 30


def test_files_that_are_gone_are_told_apart_by_where_they_lay() -> None:
    table = Dataset.from_dict({"path": [f"gone/{i}.png" for i in range(12)], "label": ["owl", "elk"] * 6})
    assert len({item.key for items in _open(DatasetDict({"train": table})).parts.values() for item in items}) == 12


def test_the_hubs_validation_part_is_kept_and_only_a_test_part_split_off() -> None:
    table = DatasetDict({"train": _listed(["owl", "elk"] * 20), "validation": _listed(["owl", "elk"] * 3)})
    collection = _open(table)
    assert {part: len(items) for part, items in collection.parts.items()} == {"train": 30, "valid": 6, "test": 10}


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (["owl"] * 9, r"only the label 'owl'; a classifier needs at least 2"),
        (["owl"] * 9 + ["elk"] * 2, r"Label 'elk' has 2 images to learn from; training needs at least 3"),
        ([], "no label at all"),
    ],
)
def test_too_few_images_are_said_by_name(labels: list[str], sentence: str) -> None:
    with pytest.raises(TooFewImages, match=sentence):
        _open(DatasetDict({"train": _listed(labels)}))


def test_a_dataset_of_another_kind_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed, match="needs 'path' or 'image', and 'label'"):
        _open(DatasetDict({"train": Dataset.from_dict({"text": ["x"], "label": [1]})}))
    with pytest.raises(TrainingFailed, match="needs one called 'train'"):
        _open(DatasetDict({"all": _listed(["a"])}))
    with pytest.raises(TrainingFailed, match="holds no dataset that can be read"):
        _open(tmp_path)


def test_rows_without_a_label_are_passed_over() -> None:
    features = Features({"path": Value("string"), "label": ClassLabel(names=["a", "b"])})
    table = Dataset.from_dict({"path": [f"{i}" for i in range(21)], "label": [0, 1, -1] * 7}, features=features)
    assert sum(map(len, _open(DatasetDict({"train": table})).parts.values())) == 14


def test_several_labels_each_are_no_classification() -> None:
    features = Features({"path": Value("string"), "label": Sequence(Value("string"))})
    table = Dataset.from_dict({"path": ["1"], "label": [["a", "b"]]}, features=features)
    with pytest.raises(TrainingFailed, match="one label for each picture"):
        _open(DatasetDict({"train": table}))


def test_the_fingerprint_changes_with_a_label() -> None:
    one, other = (_open(DatasetDict({"train": _listed(names)})) for names in (["owl", "elk"] * 9, ["owl", "elk"] * 8 + ["elk", "owl"]))
    assert one.fingerprint != other.fingerprint
    assert np.unique([len(c.fingerprint) for c in (one, other)]).tolist() == [64]


def _by(table: Dataset, by: str, gap: float = 30.0) -> Collection:
    return open_collection(DatasetDict({"train": table}), split=THIRDS, seed=0, by=by, gap=gap)


def _sides(collection: Collection, name: Callable[[Item], object]) -> list[set[object]]:
    return [{name(item) for item in items} for items in collection.parts.values()]


def test_a_folder_stays_whole_and_its_copies_go_with_it() -> None:
    places = [f"day {i % 8}/{i}.png" for i in range(80)]
    keys = [str(i) for i in range(79)] + ["0"]  # the last picture, of day 7, is the first one of day 0
    table = Dataset.from_dict({"path": places, "label": ["owl", "elk"] * 20 + ["elk", "owl"] * 20, "sha256": keys})
    collection = _by(table, "folder")
    sides = _sides(collection, lambda item: item.path and item.path.parent.name)
    assert sum(map(len, sides)) == 8
    assert next(side for side in sides if "day 0" in side) == next(side for side in sides if "day 7" in side)
    assert [len(items) for items in collection.parts.values()] == [50, 20, 10]
    assert collection.parts == _by(table, "folder").parts


def test_any_column_may_be_what_stays_whole() -> None:
    table = _listed(["owl", "elk"] * 30).add_column("camera", [f"c{i // 6}" if i < 54 else None for i in range(60)])
    collection = _by(table, "column:camera")
    sides = _sides(collection, lambda item: int(item.key) // 6 if int(item.key) < 54 else item.key)
    assert sum(map(len, sides)) == len(set().union(*sides)) == 15
    assert all({item.label for item in items} == {0, 1} for items in collection.parts.values())
    with pytest.raises(TrainingFailed, match=r"no column 'place' to be split by; its columns are path, label, sha256, camera\."):
        _by(table, "column:place")


def test_a_label_in_one_group_is_refused_by_name() -> None:
    table = _listed(["owl", "elk"] * 10).add_column("camera", ["a", "b"] * 10)
    with pytest.raises(TooFewImages, match=r"Label 'elk' has no .*; it lies in 1 group by camera, .*Change split_by or split_seed"):
        _by(table, "column:camera")


@pytest.mark.parametrize("inside", [False, True])
def test_pictures_taken_shortly_after_each_other_stay_together(tmp_path: Path, inside: bool) -> None:
    files = [tmp_path / f"{number}.jpg" for number in range(36)]
    for number, file in enumerate(files):
        exif = Pillow.Exif()
        exif.get_ifd(0x8769)[36867] = f"2026:05:{1 + number // 4:02} 12:{5 * (number % 4):02}:00"
        Pillow.new("RGB", (8, 8), (number * 7, 0, 0)).save(file, exif=exif)
    pictures = {"image": [{"bytes": file.read_bytes()} for file in files]} if inside else {"path": list(map(str, files))}
    table = Dataset.from_dict({**pictures, "label": ["owl", "elk"] * 18})
    table = table.cast_column("image", Image()) if inside else table
    sides = _sides(_by(table, "time", 5), lambda item: (item.row if inside else int(item.name.split("/")[-1][:-4])) // 4)
    assert sum(map(len, sides)) == 9
    assert len(_by(table, "time", 4.9).parts["train"]) == 22


def test_a_split_by_time_needs_pictures_that_say_when_they_were_taken() -> None:
    with pytest.raises(TrainingFailed, match="Not one of 20 pictures says when it was taken"):
        _by(_listed(["owl", "elk"] * 10), "time")


def test_a_dataset_that_brings_its_parts_is_taken_as_it_is() -> None:
    table = _listed(["owl", "elk"] * 5)
    collection = open_collection(DatasetDict({"train": table, "valid": table, "test": table}), split=THIRDS, seed=0, by="column:gone")
    assert [len(items) for items in collection.parts.values()] == [10, 10, 10]


def test_a_test_part_without_labels_is_none_and_whole_groups_are_split_off() -> None:
    features = Features({"path": Value("string"), "label": ClassLabel(names=["a", "b"]), "camera": Value("string")})
    rows = {"path": [f"{i}" for i in range(60)], "label": [0, 1, -1] * 20, "camera": [f"c{i // 6}" for i in range(60)]}
    table = Dataset.from_dict(rows, features=features)
    blind = Dataset.from_dict({"path": ["x"], "label": [-1], "camera": ["c"]}, features=features)
    collection = open_collection(DatasetDict({"train": table, "valid": table, "test": blind}), split=THIRDS, seed=0, by="column:camera")
    cameras = [{int(item.name) // 6 for item in collection.parts[part]} for part in ("train", "test")]
    assert sum(map(len, cameras)) == len(set.union(*cameras)) == 10


def test_a_split_by_the_parts_that_images_came_with_takes_what_the_dataset_brings_and_fills_the_rest() -> None:
    tables = {"train": _listed(["owl"] * 8 + ["elk"] * 8), "test": _listed(["owl", "elk"], ["a", "b"])}
    counts = _counts(open_for(DatasetDict(tables), Recipe(split_by="given")))
    assert counts == {"train": {"owl": 6, "elk": 6}, "valid": {"owl": 2, "elk": 2}, "test": {"owl": 1, "elk": 1}}
