"""What was served: the log that a server writes, in batches and behind its answers."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cvwidgets.errors import CvwidgetsError, ReadOnlyProject
from cvwidgets.project.drifting import Drift, Drifts
from cvwidgets.project.requests import Requests, take_in
from cvwidgets.records import ImportReport, Prediction

if TYPE_CHECKING:
    from cvwidgets.project.prediction import Predictor
    from cvwidgets.project.project import Project
    from cvwidgets.store import Store
    from cvwidgets.store.served import Entry
    from cvwidgets.store.served import Served as Kept

MOST_WAITING = 4_000
"""So many requests wait to be written at most; those that come meanwhile are lost to the log, and counted."""
MOST_BYTES = 64 << 20
"""So many bytes of pictures wait at most; of a request beyond them the picture is not kept."""
PAUSE = 0.5
"""Seconds in which requests gather to be written together."""
RETRY_SECONDS = 30.0
"""Seconds without logging after it failed; what is served meanwhile is lost to the log, and counted."""

log = logging.getLogger(__name__)


class ServedLog:
    """Takes down what a server answers. Requests never wait for it, and nothing that goes wrong here reaches them.

    Attributes:
        trouble: Why nothing is written now, in a sentence; None while all is well. It tries again by itself.
        dropped: How many requests were not logged, because too many came at once or because of the trouble.
    """

    def __init__(self, kept: Kept, *, images: bool, days: float, picture_bytes: int) -> None:
        from cvwidgets.store.served import Bounds

        self.trouble: str | None = None
        self.dropped = 0
        self._kept, self._images, self._bounds = kept, images, Bounds(days, picture_bytes)
        self._waiting: deque[Entry] = deque()
        self._bytes = self._lost = 0
        self._guard = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cvwidgets-served", daemon=True)
        self._thread.start()

    def put(self, *, sha256: str, predictions: Sequence[Prediction], model: int, seconds: float, picture: bytes | None = None) -> None:
        """Takes down one answered request; returns at once, from any thread, and raises nothing.

        Args:
            sha256: Of the bytes that were sent, lower-case hex.
            predictions: The answer; the most probable labels are kept.
            model: The version that answered.
            seconds: How long the answer took.
            picture: The bytes, which are kept if the log keeps images.
        """
        from cvwidgets.store.served import Entry

        entry = Entry(time.time(), sha256, tuple(predictions), model, seconds, picture if self._images else None)
        with self._guard:
            if self.trouble or len(self._waiting) >= MOST_WAITING or self._closed.is_set():
                self._lose(1)
                return
            if entry.picture is not None and self._bytes + len(entry.picture) > MOST_BYTES:
                entry = Entry(entry.at, sha256, entry.predictions, model, seconds)
            self._bytes += len(entry.picture or b"")
            self._waiting.append(entry)

    def close(self, *, seconds: float = 10.0) -> None:
        """Writes what waits, for so long at most; what is put from now on is lost."""
        self._closed.set()
        self._thread.join(timeout=seconds)

    def _lose(self, count: int) -> None:
        self.dropped += count
        self._lost += count

    def _run(self) -> None:
        self._write(sweep=True)
        while not self._closed.wait(RETRY_SECONDS if self.trouble else PAUSE):
            self._write()
        self._write()

    def _write(self, *, sweep: bool = False) -> None:
        with self._guard:
            entries, lost = [*self._waiting], self._lost
            self._waiting.clear()
            self._bytes = self._lost = 0
        try:
            if sweep:
                self._kept.sweep()
            if entries or lost or sweep:
                self._kept.append(entries, lost=lost, bounds=self._bounds)
            trouble = None
        except CvwidgetsError as error:
            trouble = str(error)
        except Exception as error:  # noqa: BLE001 - the door of the thread: serving goes on whatever goes wrong with its log
            trouble = f"What is served cannot be logged ({type(error).__name__}: {error}). Look at the server's log."
        if trouble and trouble != self.trouble:
            log.warning(trouble)
        with self._guard:
            self.trouble = trouble
            if trouble:
                self._lost += lost
                self._lose(len(entries))


class Served:
    """What was served of a project: `open_log` is for servers, all else for those who look."""

    def __init__(self, project: Project, store: Store, predictor: Predictor) -> None:
        self._project = project
        self._store = store
        self._drifts = Drifts(project, store, predictor)

    def open_log(self, images: bool = False, *, days: float = 30.0, picture_bytes: int = 2 << 30) -> ServedLog:
        """Begins to log what is served, until `close`; several servers may log at once.

        Of each request the moment, the SHA-256 of its bytes, the most probable labels, the model and the seconds are kept: no names of
        files, no addresses of those who asked.

        Args:
            images: Keep the pictures too, each once.
            days: How long requests and pictures are kept.
            picture_bytes: The most bytes that pictures may take together; the oldest go first.

        Raises:
            ReadOnlyProject: the project can only be looked at.
        """
        if self._store.read_only:
            raise ReadOnlyProject(
                f"The project {self._store.folder.name!r} cannot be written to; what is served is logged in it. Serve without a log, or "
                "from a copy."
            )
        return ServedLog(self._store.served, images=images, days=days, picture_bytes=picture_bytes)

    def requests(self, days: float = 30.0, *, model: int | None = None) -> Requests:
        """What was asked in the last days. `model` is the version whose training is compared with, by default the one in production.

        Raises:
            NoModel: there is no such version.
        """
        models = self._project.models
        since = datetime.now(UTC) - timedelta(days=days)
        return Requests(self._store, since, models.production() if model is None else models.get(model))

    def today(self) -> int:
        """How many requests were answered since midnight, of this computer's clock."""
        midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        return len(Requests(self._store, midnight, None))

    def stamp(self) -> tuple[int, int]:
        """Two numbers that are others once something was logged: the id of the last request, and how many were lost to the log so far."""
        from cvwidgets.store import requests

        with self._store.served.reading() as log:
            return requests.stamp(log) if log else (0, 0)

    def take_in(self, most: int = 50, *, days: float = 30.0) -> ImportReport:
        """Takes the most uncertain logged pictures in as New, without a label; those that are in the project already are passed over.

        They come with the provider "served". As with a search, those that look like one judged before are not offered again.

        Raises:
            ReadOnlyProject: the project can only be looked at.
            DiskFull: there was no room.
        """
        return take_in(self._store, self.requests(days), most, by=self._project.by)

    def start_drift(self, *, days: float = 30.0) -> Drift:
        """Starts to measure how far logged pictures are from training, in a process of its own; `drift` says what came of it.

        Raises:
            NoModel: no model is in production.
            JobError: it runs already, or did not begin.
            ReadOnlyProject: the project can only be looked at.
        """
        return self._drifts.start(days=days)

    def drift(self) -> Drift | None:
        """How far what was served is from training, as it was measured last; None when nobody did."""
        return self._drifts.latest()

    def forget(self) -> None:
        """Removes all that was logged, requests and pictures; what was taken in stays.

        Raises:
            ReadOnlyProject: the project can only be looked at.
        """
        self._store.served.remove()
