"""Snapshots on disk, as `datasets.DatasetDict`: read row by row, and written without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets.parts import load_parts, without_bars
from cvwidgets.records import GROUP

if TYPE_CHECKING:
    from datasets import Dataset


def read_rows(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Part, SHA-256 and class of each image of a snapshot.

    Raises:
        OSError, KeyError, ValueError: it is missing or damaged.
    """
    for name, part in load_parts(folder).items():
        labels = part.features["label"].int2str(part["label"][:])
        yield from ((name, sha, label) for sha, label in zip(part["sha256"][:], labels, strict=True))


def read_groups(folder: Path) -> dict[str, str]:
    """The name of the group of each image of a snapshot by its SHA-256; empty where it was not split by groups.

    Raises:
        OSError, KeyError, ValueError: it is missing or damaged.
    """
    parts = load_parts(folder).values()
    return {sha: name for part in parts if GROUP in part.features for sha, name in zip(part["sha256"][:], part[GROUP][:], strict=True)}


def write_parts(folder: Path, parts: Mapping[Any, Dataset]) -> None:
    """Writes the parts of a snapshot, without the bars of `datasets`.

    Raises:
        OSError: there is no room.
    """
    import datasets

    with without_bars():
        datasets.DatasetDict(parts).save_to_disk(str(folder))
