"""A snapshot with its pictures in one folder, to be trained elsewhere, and what tells whether it is still the same when it comes back."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from cvwidgets.parts import load_parts
from cvwidgets.store.rows import read_rows, write_parts

SNAPSHOT, PICTURES = "snapshot", "pictures"


def pack_snapshot(snapshot: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """Copies a snapshot and its pictures into a folder, each picture once, under its SHA-256; yields (copied, of all).

    In the folder lie `snapshot/`, a `datasets.DatasetDict` whose paths lead to `pictures/`, and these. The snapshot is written last.

    Raises:
        OSError: a picture cannot be read, or there is no room.
    """
    import datasets

    found = load_parts(snapshot)
    rows = {sha: path for part in found.values() for sha, path in zip(part["sha256"][:], part["path"][:], strict=True)}
    (folder / PICTURES).mkdir(parents=True, exist_ok=True)
    names = {}
    for count, (sha, path) in enumerate(rows.items(), 1):
        names[sha] = f"{sha}{Path(path).suffix.lower()[:16]}"
        shutil.copyfile(snapshot / path, folder / PICTURES / names[sha])
        yield count, len(rows)
    parts = {}
    for name, part in found.items():
        paths = [f"../{PICTURES}/{names[sha]}" for sha in part["sha256"][:]]
        parts[name] = datasets.Dataset.from_dict({**part[:], "path": paths}, features=part.features)
    write_parts(folder / SNAPSHOT, parts)


def content_of(snapshot: Path) -> str:
    """The hash of which image is under which label in which part of a snapshot, wherever its files lie.

    Raises:
        OSError, KeyError, ValueError: it is missing or damaged.
    """
    lines = sorted(f"{part} {sha} {label}" for part, sha, label in read_rows(snapshot))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
