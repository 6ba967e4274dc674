"""Where a person left off in a project: what the next page, in whatever kernel, begins with."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from pathlib import Path
from typing import Any

from cvwidgets.errors import JobError
from cvwidgets.files import write_whole
from cvwidgets.jobs.lock import Lock

LARGEST = 64 * 1024
"""Bytes of JSON that may be kept under one key."""
RESTING = 0.5
"""Seconds between two writings; what comes meanwhile is written along with the next."""


class Bookmarks:
    """Small facts by key, one file per person in the project's `bookmarks`; lost when they cannot be written, which is no error.

    Several kernels may write: of each key the last word stays. A project that can only be looked at keeps them in memory.
    """

    def __init__(self, project: Path, *, by: str, read_only: bool) -> None:
        from hashlib import sha256

        plain = re.sub(r"[^a-z0-9]+", "-", by.casefold())[:40].strip("-")
        self._file = project / "bookmarks" / f"{plain}-{sha256(by.encode(errors='replace')).hexdigest()[:8]}.json"
        self._read_only = read_only
        self._fresh: dict[str, dict[str, Any]] = {}
        self._guard = threading.RLock()
        self._writing = threading.RLock()
        self._timer: threading.Timer | None = None
        self._written = -RESTING

    def get(self, key: str) -> dict[str, Any]:
        """What was put there last, by whichever kernel; empty when nothing was, or the file is damaged."""
        with self._guard:
            if key in self._fresh:
                return self._fresh[key]
        found = self._read().get(key)
        return found if isinstance(found, dict) else {}

    def put(self, key: str, value: dict[str, Any]) -> None:
        """Keeps a value, written at once, or half a second after what was written last.

        Raises:
            ValueError: it is no JSON, or more than 64 kB of it.
        """
        try:
            text = json.dumps(value, allow_nan=False)
        except (TypeError, RecursionError) as error:
            raise ValueError(f"{key!r} cannot be kept: {error}") from error
        if len(text) > LARGEST:
            raise ValueError(f"{len(text):,} bytes are more than {LARGEST:,}")
        with self._guard:
            self._fresh[key] = json.loads(text)  # what the caller changes later is not part of it
            if self._timer is None and not self._read_only:
                self._timer = threading.Timer(max(0.0, self._written + RESTING - time.monotonic()), self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Writes what was put, once what is being written is; what cannot be written stays for the next time."""
        with self._writing:
            with self._guard:
                self._timer, self._written, fresh = None, time.monotonic(), dict(self._fresh)
            if not fresh or self._read_only:
                return
            with contextlib.suppress(OSError, JobError):
                self._file.parent.mkdir(exist_ok=True)
                with Lock(self._file.with_suffix(".lock")):
                    write_whole(self._file, json.dumps({**self._read(), **fresh}).encode())
                with self._guard:
                    self._fresh = {key: value for key, value in self._fresh.items() if value is not fresh.get(key)}

    def _read(self) -> dict[str, Any]:
        try:
            facts = json.loads(self._file.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return facts if isinstance(facts, dict) else {}
