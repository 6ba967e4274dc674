"""Behind the routes: pictures go to the model, addresses are fetched, what is asked for neighbors goes to the project."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from cvwidgets.errors import BadStatus, NoModel, QueueFull, TooLarge, UnexpectedContent, WebError
from cvwidgets.project import Project
from cvwidgets.records import Answer
from cvwidgets.serve.bounds import Bounds
from cvwidgets.serve.choices import Choices
from cvwidgets.serve.intake import Asked, Held, Intake
from cvwidgets.serve.metrics import Metrics

if TYPE_CHECKING:
    from cvwidgets.project.answering import Answering, Loaded
    from cvwidgets.project.engines import Web
    from cvwidgets.project.served import ServedLog

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of the pictures of a request, and by whom."""

    by: Loaded
    answers: tuple[Answer, ...]


class Desk:
    """One server's work on one project."""

    def __init__(
        self, project: Project, answering: Answering, choices: Choices, *, bounds: Bounds, say: Say, log: ServedLog | None
    ) -> None:
        self.project = project
        self.answering = answering
        self.choices = choices
        self.bounds = bounds
        self.say = say
        self.intake = Intake(bounds)
        self.metrics = Metrics(waiting=lambda: answering.waiting, version=self._version)
        self._log = log
        self._fetching = asyncio.Semaphore(bounds.fetches)
        self._neighbors = threading.BoundedSemaphore(bounds.neighbors)
        self._opening = threading.Lock()
        self._web: Web | None = None

    def close(self) -> None:
        """Lets go of connections, writes what is to be logged, and answers what waits."""
        if self._web is not None:
            self._web.close()
        self.answering.close()
        if self._log:
            self._log.close()

    async def predict(self, asked: Sequence[Asked], top: int | None, held: Held) -> Said:
        """Asks the model about the pictures of a request; cancelled, it gives up what nobody has begun with.

        Raises:
            HTTPException: there is no model yet (503), too many wait (429), what is fetched is too large (413), or the model fails (500).
        """
        begun = time.perf_counter()
        there = await self._all_fetched(asked, held) if any(one.address for one in asked) else asked
        pictures = [one.picture for one in there if one.picture is not None]
        try:
            by, futures = self.answering.ask(pictures)
        except NoModel:
            raise HTTPException(503, "No model is in production yet; answering needs one. Promote one, then ask again.") from None
        except QueueFull as error:
            raise HTTPException(429, str(error), {"Retry-After": str(error.retry_after)}) from None
        said = iter(await asyncio.gather(*map(asyncio.wrap_future, futures)))
        seconds = time.perf_counter() - begun
        return Said(by, tuple(self._answer(one, by, next(said) if one.picture is not None else "", top, seconds) for one in there))

    async def bytes_of(self, asked: Asked, held: Held) -> tuple[bytes | None, str]:
        """The bytes of a picture, fetched where it has an address; None and why in a sentence where there are none."""
        there = await self._fetched(asked, held)
        return there.picture, there.problem or ""

    def neighbors(self, picture: bytes, k: int, *, label: str | None, model: str) -> list[dict[str, Any]]:
        """The images of the project most like a picture, the nearest first; for a thread, as it may take a second.

        Raises:
            HTTPException: too many ask at once (429).
            CvwidgetsError: it cannot be told; the message is for the log alone.
        """
        if not self._neighbors.acquire(blocking=False):
            raise HTTPException(429, "Too many ask for neighbors at once. Ask again in a moment.", {"Retry-After": "2"})
        try:
            view = self.project.engines.neighbors(picture, k, label=label, model=model)
            images = {image.id: image for image in self.project.images.get(view.ids)}
            near = zip(view.ids.tolist(), view.values["distance"].tolist(), strict=True)
            return [
                {"id": id_, "sha256": found.sha256, "label": found.label, "state": found.state, "distance": distance}
                for id_, distance in near
                if (found := images.get(id_))
            ]
        finally:
            self._neighbors.release()

    def _version(self) -> int:
        return self.answering.loaded.model.version if self.answering.loaded else 0

    def _answer(self, asked: Asked, by: Loaded, said: list[float] | str, top: int | None, seconds: float) -> Answer:
        ranked = asked.problem or by.ranked(said, None)
        if isinstance(ranked, str):
            self.metrics.pictures.labels("refused").inc()
            return Answer(asked.name, problem=ranked)
        self.metrics.pictures.labels("answered").inc()
        if self._log and asked.picture is not None:
            picture = asked.picture if self.choices.log_images else None
            digest = hashlib.sha256(asked.picture).hexdigest()
            self._log.put(sha256=digest, predictions=ranked, model=by.model.version, seconds=seconds, picture=picture)
        return Answer(asked.name, ranked[:top])

    async def _all_fetched(self, asked: Sequence[Asked], held: Held) -> list[Asked]:
        fetching = [asyncio.ensure_future(self._fetched(one, held)) for one in asked]
        try:
            return await asyncio.gather(*fetching)
        finally:
            for one in fetching:  # of a request that is refused nothing more is fetched
                one.cancel()

    async def _fetched(self, asked: Asked, held: Held) -> Asked:
        """The picture with its bytes where it had an address. What is said of hosts tells nothing of the networks that this one is in."""
        if asked.address is None:
            return asked
        async with self._fetching:
            try:
                picture = await run_in_threadpool(self._fetch, asked.address)
                held.add(len(picture))
                return Asked(asked.name, picture)
            except BadStatus as error:
                problem = f"The address was answered by HTTP {error.status}; a picture is needed."
            except TooLarge:
                problem = f"What is at the address is larger than {self.bounds.file_bytes >> 20} MB, the most that is read."
            except UnexpectedContent:
                problem = "What is at the address is no picture that can be read."
            except WebError:
                problem = "The address gives nothing; one of the public web is needed, that answers soon."
        return Asked(asked.name, problem=problem)

    def _fetch(self, address: str) -> bytes:
        with self._opening:  # no connection and no thread for it before somebody names an address
            self._web = self._web or self.project.engines.web(
                seconds=self.bounds.fetch_seconds, most_bytes=self.bounds.file_bytes, allow_private=self.choices.allow_private
            )
        with tempfile.TemporaryDirectory(prefix="cvwidgets-") as folder:
            return self._web.fetch(address, Path(folder)).path.read_bytes()
