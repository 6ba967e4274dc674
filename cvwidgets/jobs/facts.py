"""The small JSON files in which processes tell each other how things stand: always whole, whenever one looks."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cvwidgets.files import write_whole

REQUEST, END, STOP, LOG, ADDRESS = "job.json", "end.json", "stop", "log.txt", "address.json"
HOLD, STARTING = "job.lock", "start.lock"
_ROOM = 16_384


def read_facts(path: Path) -> dict[str, Any] | None:
    """What the file says; None when it is not there or holds no facts."""
    try:
        facts = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return facts if isinstance(facts, dict) else None


def write_facts(path: Path, facts: Mapping[str, Any], *, private: bool = False) -> None:
    """Writes the file whole or not at all; `private` keeps it from other users of the machine.

    Raises:
        OSError: the disk is full or may not be written to; the file is as it was.
    """
    write_whole(path, json.dumps(facts).encode(), private=private)


def reserve(path: Path) -> None:
    """Takes room on the disk for facts that must be written even when it is full: those of a job's end."""
    _part(path).write_bytes(b" " * _ROOM)


def write_reserved(path: Path, facts: Mapping[str, Any]) -> None:
    """Writes the file into the room that `reserve` took for it, whole or not at all."""
    with _part(path).open("r+b") as file:
        file.write(json.dumps(facts).encode())
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
    _part(path).replace(path)


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")
