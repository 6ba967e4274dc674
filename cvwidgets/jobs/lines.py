"""Files of facts, one JSON object a line: complete lines are taken, what is torn or no object is left out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_TAIL = 65_536


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The facts in a file so far; none when there is no file."""
    return parse(read_on(path, 0)[0])


def last_line(path: Path) -> dict[str, Any] | None:
    """The last facts in a file, found without reading all of it; None when there are none."""
    try:
        size = path.stat().st_size
    except OSError:
        return None
    start = max(0, size - _TAIL)
    lines, _ = read_on(path, start)
    rows = list(parse(lines[1:] if start else lines))
    return rows[-1] if rows else None


def read_on(path: Path, position: int) -> tuple[list[bytes], int]:
    """The complete lines from `position` on and the position behind them; from the start when the file was written anew."""
    try:
        with path.open("rb") as file:
            position = position if position <= file.seek(0, os.SEEK_END) else 0
            file.seek(position)
            text = file.read()
    except OSError:
        return [], position
    complete = text[: text.rfind(b"\n") + 1]
    return complete.splitlines(), position + len(complete)


def parse(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The lines that hold an object; one that a power cut tore is left out."""
    for line in lines:
        try:
            facts = json.loads(line)
        except ValueError:
            continue
        if isinstance(facts, dict):
            yield facts
