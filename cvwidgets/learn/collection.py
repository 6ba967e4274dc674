"""What is learnt from: the pictures and labels of a `datasets.DatasetDict`, a snapshot's or any of the hub, in three parts."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets.errors import TooFewImages, TrainingFailed, UnreadablePicture
from cvwidgets.learn.belonging import find_ties, number_heaps
from cvwidgets.learn.originals import Originals
from cvwidgets.learn.parting import part_items
from cvwidgets.parts import load_parts
from cvwidgets.pictures import read
from cvwidgets.recipe import GIVEN, Recipe
from cvwidgets.records import GROUP, PARTS, Part
from cvwidgets.vision import read_ahead

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict
    from PIL.Image import Image

OTHER_NAMES = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "validation": "valid",
    "val": "valid",
    "dev": "valid",
    "test": "test",
}
HASHING_THREADS = 8
"""Waiting for a disk or a network is most of the work."""


@dataclass(frozen=True, slots=True)
class Item:
    """One picture with its label's number. `key` names its bytes; `path` is None when they are `row` of the dataset's part `source`.

    What shares one of its `ties` belongs to it: they go to the same part, and are not independent of each other.
    """

    key: str
    label: int
    path: Path | None
    source: str = ""
    row: int = -1
    ties: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return str(self.path) if self.path else f"row {self.row} of part '{self.source}'"


class Collection:
    """The labels and the three parts of a dataset, and the door to its pictures."""

    def __init__(
        self, labels: tuple[str, ...], parts: dict[Part, tuple[Item, ...]], embedded: dict[str, Dataset], originals: Originals
    ) -> None:
        self.labels = labels
        self.parts = parts
        self._embedded = embedded
        self._originals = originals

    @property
    def fingerprint(self) -> str:
        """Hex digest of which picture has which label in which part, in order."""
        lines = [f"{part} {item.key} {self.labels[item.label]}" for part in PARTS for item in self.parts[part]]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def open(self, item: Item, *, max_short_side: int | None = None) -> Image:
        """The upright RGB picture of an item.

        Raises:
            UnreadablePicture: the file is gone, no picture, or another one than the dataset was made of.
        """
        if item.path:
            image = read(item.path, max_short_side=max_short_side)
            if self._originals.hash(item.path) != item.key:  # after reading, so that a file changed meanwhile is noticed
                raise UnreadablePicture("The file changed since the snapshot was made.")
            return image
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "picture"
            file.write_bytes(self._embedded[item.source][item.row]["image"]["bytes"] or b"")
            return read(file, max_short_side=max_short_side)


def open_collection(
    dataset: DatasetDict | Path, *, split: tuple[float, float, float], seed: int, by: str = "image", gap: float = 30.0
) -> Collection:
    """Opens a dataset with columns `path` and `label` (`sha256` if known), or with an image and a label column as on the hub.

    Paths are absolute or relative to the dataset's folder; files without a `sha256` are hashed here, and those of one `group` of a
    snapshot belong together. A part "valid" or "test" that is missing is split off the training part, stratified, by `split` and `seed`,
    with the same bytes on one side, and what belongs together `by` a recipe's `split_by` (and `gap`, in minutes).

    Raises:
        TooFewImages: fewer than two labels, or a label with too few images or groups.
        TrainingFailed: the dataset has no training part, or no column of pictures or labels, or none to be split by.
    """
    folder = dataset if isinstance(dataset, Path) else None
    tables = _tables(_load(dataset) if isinstance(dataset, Path) else dataset)
    embedded: dict[str, Dataset] = {}
    named: dict[Part, list[tuple[str, Item]]] = {}
    for part, whole in tables.items():
        table, pictures, labels = _columns(whole)
        rows = _paths(table, folder) if pictures == "path" else _images(table, part)
        if GROUP in whole.features and "sha256" in whole.features:  # a snapshot's
            rows = [replace(item, ties=(name,)) for item, name in zip(rows, whole[GROUP][:], strict=True)]
        if pictures == "image":
            embedded[part] = table
        if part == "train":
            learnt = whole.select([row for row, name in enumerate(labels) if name is not None])
        named[part] = [(name, item) for name, item in zip(labels, rows, strict=True) if name is not None]
    if by != "image" and not all(named.get(part) for part in PARTS):
        ties = find_ties([item for _, item in named["train"]], learnt, embedded.get("train"), by=by, gap=gap)
        named["train"] = [(name, replace(item, ties=some)) for (name, item), some in zip(named["train"], ties, strict=True)]
    names = _names(tables["train"], named)
    number = {name: index for index, name in enumerate(names)}
    originals = Originals()
    parts = {
        part: _with_keys([replace(item, label=number[name]) for name, item in rows], originals) for part, rows in named.items() if rows
    }
    return Collection(names, part_items(parts, names, split=split, seed=seed, by=by), embedded, originals)


def groups_in(items: Sequence[Item]) -> dict[str, int] | None:
    """The number of the group of each item by its key; None where each stands for itself."""
    if not any(item.ties for item in items):
        return None
    return {item.key: number for number, item in zip(number_heaps(items), items, strict=True)}


def open_for(dataset: DatasetDict | Path, recipe: Recipe) -> Collection:
    """Opens a dataset with what it lacks split off as a recipe says; see `open_collection`."""
    by = "image" if recipe.split_by == GIVEN else recipe.split_by  # the parts that a dataset brings along hold in any case
    return open_collection(dataset, split=recipe.split, seed=recipe.split_seed, by=by, gap=recipe.split_gap)


def _load(folder: Path) -> DatasetDict:
    try:
        return load_parts(folder)
    except (OSError, ValueError, KeyError) as error:
        raise TrainingFailed(
            f"The folder {str(folder)!r} holds no dataset that can be read; training needs one written by "
            "`DatasetDict.save_to_disk`. Make the snapshot again."
        ) from error


def _tables(dataset: DatasetDict) -> dict[Part, Dataset]:
    found = {OTHER_NAMES[name]: table for name, table in dataset.items() if name in OTHER_NAMES}
    if "train" not in found:
        raise TrainingFailed(
            f"The dataset has the parts {', '.join(dataset)}; training needs one called 'train'. Rename the one to learn from."
        )
    return {part: found[part] for part in PARTS if part in found}


def _columns(table: Dataset) -> tuple[Dataset, str, list[str | None]]:
    """The table with its picture column found, what kind that is ("path" or "image"), and the label name of each row."""
    from datasets import ClassLabel
    from datasets import Image as ImageFeature

    features = table.features
    label = _label_column(table)
    image = next((n for n, f in features.items() if isinstance(f, ImageFeature)), None)
    if label is None or ("path" not in features and image is None):
        raise TrainingFailed(
            f"The dataset has the columns {', '.join(features)}; training needs 'path' or 'image', and 'label'. Rename them."
        )
    values: Sequence[Any] = table[label][:]
    feature = features[label]
    if isinstance(feature, ClassLabel):
        labels = [feature.int2str(v) if v is not None and v >= 0 else None for v in values]
    elif not hasattr(feature, "dtype") or feature.dtype.startswith(("list", "struct")):
        raise TrainingFailed(f"The column '{label}' holds {feature}; training needs one label for each picture. Choose another column.")
    else:
        labels = [None if v is None else str(v) for v in values]
    if image is None:
        return table, "path", labels
    table = table.select_columns([image]).cast_column(image, ImageFeature(decode=False))
    return (table.rename_column(image, "image") if image != "image" else table), "image", labels


def _label_column(table: Dataset) -> str | None:
    from datasets import ClassLabel

    usual = [name for name in ("label", "labels") if name in table.features]
    return next(iter([*usual, *(name for name, feature in table.features.items() if isinstance(feature, ClassLabel))]), None)


def _paths(table: Dataset, folder: Path | None) -> list[Item]:
    paths = [(folder or Path()) / path for path in table["path"][:]]
    keys = table["sha256"][:] if "sha256" in table.features else [None] * len(paths)
    return [Item((key or "").lower(), -1, path) for path, key in zip(paths, keys, strict=True)]


def _images(table: Dataset, part: str) -> list[Item]:
    items = []
    for row, image in enumerate(table["image"]):
        if image["bytes"] is not None:
            items.append(Item(hashlib.sha256(image["bytes"]).hexdigest(), -1, None, part, row))
        else:
            items.append(Item("", -1, Path(image["path"])))
    return items


def _with_keys(items: list[Item], originals: Originals) -> list[Item]:
    """The items, those without a key named by the bytes of their file, or by where it lay if it is gone."""

    def key_of(path: Path) -> str:
        try:
            return originals.hash(path)
        except UnreadablePicture:
            return hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()

    nameless = (item.path for item in items if item.path and not item.key)
    keys = iter([*read_ahead(key_of, nameless, threads=HASHING_THREADS, ahead=4 * HASHING_THREADS)])
    return [item if item.key else replace(item, key=next(keys)) for item in items]


def _names(train: Dataset, named: dict[Part, list[tuple[str, Item]]]) -> tuple[str, ...]:
    """The labels that have images anywhere, in the dataset's own order where it has one."""
    from datasets import ClassLabel

    used = {name for rows in named.values() for name, _ in rows}
    feature = train.features[_label_column(train)]
    names = tuple(name for name in (feature.names if isinstance(feature, ClassLabel) else sorted(used)) if name in used)
    if len(names) < 2:
        what = f"only the label {names[0]!r}" if names else "no label at all"
        raise TooFewImages(f"The dataset has {what}; a classifier needs at least 2. Add images of another label.")
    return names
