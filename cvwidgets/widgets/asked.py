"""The picture that a person asked the model about last, kept with its answer in the project's cache for the next page."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cvwidgets.files import write_whole

LARGEST = 8 * 1024 * 1024
"""Bytes of a picture that is kept as it came; of a larger one the small copy alone stays."""
LONGEST = 255
"""Characters of a name that are kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer: `facts` are `{"predictions": [{"label", "probability"}, …], "model": {…}, "address", "image"}`.

    `picture` is the file as it came (empty when it was too large), `small` a JPEG of it. `address` is where on the web it was fetched from,
    `image` which image of the project it is, None where it is none.
    """

    name: str
    facts: dict[str, Any]
    picture: bytes
    small: bytes


class LastAsked:
    """One file per person: a line of JSON, then the small copy, then the picture; what cannot be read is as if nothing was asked.

    Args:
        project: Folder of the project.
        by: Who asks.
    """

    def __init__(self, project: Path, *, by: str) -> None:
        self._file = project / "cache" / "inspect" / f"last-{sha256(by.encode(errors='replace')).hexdigest()[:8]}"

    def put(self, path: Path, name: str, facts: dict[str, Any], small: bytes) -> None:
        """Keeps a question in place of the one before; one that cannot be written is not kept, which is no error."""
        with contextlib.suppress(OSError):
            picture = path.read_bytes() if path.stat().st_size <= LARGEST else b""
            head = json.dumps({"name": name[:LONGEST], "facts": facts, "small": len(small)}).encode()
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, b"\n".join((head, small + picture)), private=True)

    def get(self) -> Asked | None:
        """The question asked last, by whichever page or kernel; None when there is none."""
        try:
            with self._file.open("rb") as file:
                head, _, rest = file.read(2 * LARGEST).partition(b"\n")
            said = json.loads(head)
            facts = _facts(said["facts"])
            small = int(said["small"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        return Asked(str(said["name"])[:LONGEST], facts, rest[small:], rest[:small]) if facts["predictions"] else None


def _facts(said: dict[str, Any]) -> dict[str, Any]:
    address, image = said.get("address"), said.get("image")
    return {
        "predictions": [_prediction(one) for one in said["predictions"]],
        "model": _model(said["model"]),
        "address": str(address) if address else None,
        "image": int(image) if image is not None else None,
    }


def _prediction(one: dict[str, Any]) -> dict[str, Any]:
    return {"label": str(one["label"]), "probability": min(1.0, max(0.0, float(one["probability"])))}


def _model(one: dict[str, Any]) -> dict[str, Any]:
    run, version = one["run"], int(one["version"])
    name = str(one["name"]) if "name" in one else f"model {version} of run {run}"  # an answer of an older version has none
    return {"version": version, "run": None if run is None else str(run), "name": name, "labels": int(one["labels"])}
