"""How jobs that count tell how far they are, and hear that somebody wants them to stop."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cvwidgets import jobs
from cvwidgets.project.work import PROGRESS

PACE_SECONDS = 0.4


class Stopped(Exception):
    """Somebody asked the job to stop."""


def counting(folder: Path, **facts: Any) -> Callable[[int, int], None]:
    """Writes how many of how many are done, with `facts`, a few times a second at most; raises `Stopped` once somebody asked for that."""
    last = -PACE_SECONDS

    def tick(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PACE_SECONDS or done == of:
            last = time.monotonic()
            with (folder / PROGRESS).open("a", encoding="utf-8") as progress:
                progress.write(json.dumps({"done": done, "of": of, **facts}) + "\n")
        heed(folder)

    return tick


def heed(folder: Path) -> None:
    """Raises `Stopped` once somebody asked the job to stop."""
    if jobs.asked_to_stop(folder):
        raise Stopped
