"""What the demo's pictures really are: written beside them as truth.json, read by whoever wants to check an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cvwidgets.files import write_whole

FILE = "truth.json"


@dataclass(frozen=True, slots=True)
class WrongLabel:
    """A picture in the folder of `label` that shows something else."""

    path: str
    label: str
    shows: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A picture made from `of`: "re-encoded", "resized", "cropped", or "same bytes"."""

    path: str
    of: str
    how: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A file with a picture's name that cannot be read: "truncated", "empty" or "text"."""

    path: str
    how: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """A picture that belongs to no label, and what it is of."""

    path: str
    what: str


@dataclass(frozen=True, slots=True)
class Truth:
    """All that was planted. Paths are relative to the folder, with forward slashes.

    `shows` holds for every readable picture the label of what it shows, None for a stranger; pictures of `inbox` lie in the
    folder itself and so have no label yet. `complete` is False while pictures are still being drawn.
    """

    seed: int
    per_label: int
    labels: tuple[str, ...]
    shows: Mapping[str, str | None]
    inbox: tuple[str, ...]
    wrong_labels: tuple[WrongLabel, ...]
    near_duplicates: tuple[Copy, ...]
    same_bytes: tuple[Copy, ...]
    broken: tuple[Broken, ...]
    strangers: tuple[Stranger, ...]
    complete: bool = False

    def write(self, folder: Path) -> None:
        """Writes truth.json as a whole or not at all."""
        write_whole(folder / FILE, (json.dumps(asdict(self), indent=1) + "\n").encode())

    @classmethod
    def read(cls, folder: Path) -> Truth | None:
        """What was written to the folder; None when nothing was, or nothing that this version understands."""
        try:
            values: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
            return cls(
                seed=int(values["seed"]),
                per_label=int(values["per_label"]),
                labels=tuple(values["labels"]),
                shows=dict(values["shows"]),
                inbox=tuple(values["inbox"]),
                wrong_labels=tuple(WrongLabel(**row) for row in values["wrong_labels"]),
                near_duplicates=tuple(Copy(**row) for row in values["near_duplicates"]),
                same_bytes=tuple(Copy(**row) for row in values["same_bytes"]),
                broken=tuple(Broken(**row) for row in values["broken"]),
                strangers=tuple(Stranger(**row) for row in values["strangers"]),
                complete=bool(values["complete"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
