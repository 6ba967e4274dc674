"""What is kept, written out with its pictures for other programs: as folders of pictures, as a data set of the hub, as a table."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from cvwidgets.parts import without_bars
from cvwidgets.pictures import SUFFIXES
from cvwidgets.records import Part, Source
from cvwidgets.store.datacard import write_card

if TYPE_CHECKING:
    from datasets import Features

LIST = "images.csv"
HUB_NAMES: dict[Part | None, str] = {None: "train", "train": "train", "valid": "validation", "test": "test"}
"""What the parts are called on the hub; all that is not split is one called train."""
SHARD_BYTES = 200_000_000
SHARD_IMAGES = 1000
"""A file of a data set holds about so much, and is in memory while it is written."""

_SUFFIX_OF = {"JPEG": ".jpg", "TIFF": ".tif", "JPEG2000": ".jp2", "HEIF": ".heic"}
_LONGEST, _MOST_BYTES = 100, 200
_SIGNS = frozenset("=+-@＝＋－＠")
_FORBIDDEN = frozenset('\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An image on its way out; `name` is its file's, of any bytes, `part` None where nothing was split; `columns` are the user's own."""

    path: Path
    name: str
    format: str
    size: int
    sha256: str
    label: str
    part: Part | None
    source: Source | None
    columns: Mapping[str, str] = field(default_factory=dict)


Writer = Callable[[Sequence[Outgoing], Path], Iterator[int]]
"""Writes images, those of a label together, into a folder that is there, and yields how many are written so far.

Raises:
    OSError: a picture cannot be read, or there is no room.
"""


def write_folders(images: Sequence[Outgoing], folder: Path) -> Iterator[int]:
    """`part/label/file`, without parts `label/file`: an "imagefolder" of `datasets`, nested labels being nested folders; and a list."""
    taken: set[str] = set()
    names = []
    for count, image in enumerate(images, 1):
        place = "/".join(([HUB_NAMES[image.part]] if image.part else []) + [image.label])
        names.append(free_name(f"{place}/{_file_name(image)}", image.sha256, taken))
        (folder / place).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(image.path, folder / names[-1])
        yield count
    _write_list(images, names, folder / LIST)


def write_table(images: Sequence[Outgoing], folder: Path) -> Iterator[int]:
    """The list alone; the pictures stay where they are."""
    _write_list(images, [_legible(str(image.path)) for image in images], folder / LIST)
    yield len(images)


def write_parquet(images: Sequence[Outgoing], folder: Path) -> Iterator[int]:
    """`data/train-00000-of-00003.parquet` and so on, with the pictures inside: what the hub calls a data set, and its card."""
    import datasets

    (folder / "data").mkdir()
    labels, done = list(dict.fromkeys(image.label for image in images)), 0
    own = _own(images)
    features, number = _features(labels, own), {label: at for at, label in enumerate(labels)}
    for part, members in _by_part(images).items():
        shards = list(_shards(members))
        for at, shard in enumerate(shards):
            columns: dict[str, list[Any]] = {
                "image": [{"bytes": image.path.read_bytes(), "path": _file_name(image)} for image in shard],
                "label": [number[image.label] for image in shard],
                "sha256": [image.sha256 for image in shard],
                **{name: [getattr(image.source, name, None) for image in shard] for name in _TOLD},
                **{name: [image.columns.get(name) for image in shard] for name in own},
            }
            with without_bars():
                datasets.Dataset.from_dict(columns, features=features).to_parquet(
                    folder / "data" / f"{HUB_NAMES[part]}-{at:05}-of-{len(shards):05}.parquet"
                )
            done += len(shard)
            yield done
    (folder / "README.md").write_text(write_card(images, HUB_NAMES), "utf-8")


def write_dataset(images: Sequence[Outgoing], folder: Path) -> Iterator[int]:
    """What `datasets.load_from_disk` reads, with the pictures inside."""
    import datasets

    draft = folder / ".parquet"
    draft.mkdir()
    yield from write_parquet(images, draft)
    files = {HUB_NAMES[part]: sorted(map(str, (draft / "data").glob(f"{HUB_NAMES[part]}-*"))) for part in _by_part(images)}
    with without_bars():
        found = {name: datasets.Dataset.from_parquet(paths, cache_dir=str(draft)) for name, paths in files.items()}
        datasets.DatasetDict(found).save_to_disk(str(folder))
    shutil.rmtree(draft)


WRITERS: dict[str, Writer] = {"imagefolder": write_folders, "parquet": write_parquet, "dataset": write_dataset, "csv": write_table}

_TOLD = ("address", "page", "author", "license", "provider", "query", "when")


def _write_list(images: Sequence[Outgoing], names: Sequence[str], path: Path) -> None:
    own = _own(images)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("file", "label", "part", "sha256", *_TOLD, *map(harmless, own)))
        for image, name in zip(images, names, strict=True):
            told = [*(getattr(image.source, one, None) for one in _TOLD), *map(image.columns.get, own)]
            table.writerow([harmless(cell) for cell in (name, image.label, image.part, image.sha256, *told)])


def _own(images: Sequence[Outgoing]) -> list[str]:
    """The user's own columns that say something of some of the images."""
    return list(dict.fromkeys(name for image in images for name in image.columns))


def harmless(cell: str | None) -> str:
    """A cell of a table that no spreadsheet takes for a formula: one that begins like one gets an apostrophe before it.

    What stands before the sign counts for nothing: some leave it out. The signs are those of
    https://owasp.org/www-community/attacks/CSV_Injection, wide ones too.
    """
    return f"'{cell}" if cell and (cell[0] in "\t\r" or cell.lstrip()[:1] in _SIGNS) else cell or ""


def _by_part(images: Sequence[Outgoing]) -> dict[Part | None, list[Outgoing]]:
    parts: dict[Part | None, list[Outgoing]] = {}
    for part in HUB_NAMES:
        if members := [image for image in images if image.part == part]:
            parts[part] = members
    return parts


def _shards(images: Sequence[Outgoing]) -> Iterator[list[Outgoing]]:
    mean = max(1, sum(image.size for image in images) // len(images))
    size = min(SHARD_IMAGES, max(1, SHARD_BYTES // mean))
    yield from (list(images[begin : begin + size]) for begin in range(0, len(images), size))


def _features(labels: Sequence[str], own: Sequence[str]) -> Features:
    import datasets

    texts = {name: datasets.Value("string") for name in ("sha256", *_TOLD, *own)}
    return datasets.Features({"image": datasets.Image(), "label": datasets.ClassLabel(names=list(labels)), **texts})


def _file_name(image: Outgoing) -> str:
    """The file's own name as it can be read, ending as its format does."""
    name = _legible(image.name).replace("/", "_")[-_LONGEST:].lstrip(".") or image.sha256[:16]
    return short_name(name if Path(name).suffix.lower() in SUFFIXES else name + _SUFFIX_OF.get(image.format, f".{image.format.lower()}"))


def free_name(name: str, own: str, taken: set[str]) -> str:
    """The name, or one with what is the image's `own` (its hash, its number) where another has it, upper case aside."""
    while name.casefold() in taken:
        place, slash, last = name.rpartition("/")
        begin, dot, suffix = last.rpartition(".") if "." in last else (last, "", "")
        name = f"{place}{slash}{begin}-{own[:16]}{dot}{suffix}"
    taken.add(name.casefold())
    return name


def folder_name(label: str) -> str:
    """The path of a label as folders that any system can have, none of which leads elsewhere; the label may come from a foreign model."""
    parts = ["".join("_" if letter in _FORBIDDEN or not letter.isprintable() else letter for letter in part) for part in label.split("/")]
    return "/".join(_cut(part[:_LONGEST]).strip(" .") or "_" for part in parts)


def short_name(name: str) -> str:
    """The name of a file, its middle left out where any system would find it too long, with room for what `free_name` adds."""
    path = PurePath(name)
    return f"{_cut(path.stem)}{_cut(path.suffix, 20)}"


def _cut(text: str, most: int = _MOST_BYTES) -> str:
    """The beginning of a text, in so many bytes at most: it is these that file systems count."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")


def _legible(text: str) -> str:
    return os.fsencode(text).decode("utf-8", "replace").replace("�", "_")
