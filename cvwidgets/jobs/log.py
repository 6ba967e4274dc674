"""A log that stays readable and bounded, however much a job says."""

from __future__ import annotations

import os
import threading
from pathlib import Path

_MOST = 8 * 1024**2
_KEPT = 1024**2
_SECONDS = 5.0


def shorten(path: Path) -> None:
    """Cuts a log that grew too long down to its last part, in place: writers in append mode go on at its new end."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return
    if size <= _MOST:
        return
    with path.open("r+b") as file:
        file.seek(size - _KEPT)
        tail = file.read()
        file.seek(0)
        file.write(b"[earlier lines were cut]\n" + tail[tail.find(b"\n") + 1 :])
        file.truncate()


def keep_short(path: Path) -> None:
    """Looks after the log from a thread until the process ends."""
    threading.Thread(target=_watch, args=(path,), name="log", daemon=True).start()


def _watch(path: Path) -> None:
    pause = threading.Event()
    while not pause.wait(_SECONDS):
        try:
            shorten(path)
        except OSError as error:
            os.write(2, f"The log cannot be cut: {error}\n".encode())
            return
