"""The threads that answer for many who ask at once: each decodes, and asks the model about what is there, one picture or several."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from cvwidgets.errors import QueueFull

if TYPE_CHECKING:
    import torch

    from cvwidgets.vision.engine import Engine, Kind

Said = list[float] | str
"""Probabilities in the order of the engine's labels, or in a sentence why there are none."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """How pictures are answered: by which engine, by how many `hands` (threads), and by how many threads of the processor each question.

    At most `batch` pictures that wait anyway go into one question; nobody waits for more to come. `apart` says that the hands decode alone
    and one thread asks for them all. `images_per_second` is what a trial found.
    """

    kind: Kind
    hands: int
    threads: int
    batch: int = 1
    apart: bool = False
    images_per_second: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    engine: Engine
    picture: bytes
    said: Future[Said]


@dataclass(frozen=True, slots=True)
class _Prepared:
    engine: Engine
    pixels: torch.Tensor
    said: Future[Said]


class Crew:
    """Takes pictures, each with the engine that is to answer, and answers in the order in which they came, or nearly.

    An engine may change from one picture to the next: those that wait are answered by the one they came with.
    """

    def __init__(self, plan: Plan, *, room: int) -> None:
        """Begins the threads; at most `room` pictures wait or are under way."""
        self.plan = plan
        self.room = room
        self._there = 0
        self._counting = threading.Lock()
        self._coming: _Line[_Task] = _Line()
        self._prepared: _Line[_Prepared] = _Line()
        self._threads = [threading.Thread(target=self._work, name=f"hand-{number}", daemon=True) for number in range(plan.hands)]
        if plan.apart:
            self._threads.append(threading.Thread(target=self._ask_for_all, name="asking", daemon=True))
        for thread in self._threads:
            thread.start()

    @property
    def there(self) -> int:
        """How many pictures wait or are under way."""
        return self._there

    def ask(self, engine: Engine, pictures: Sequence[bytes]) -> list[Future[Said]]:
        """Takes pictures in, all or none, and returns at once; a future that is cancelled before its turn makes room at once.

        Raises:
            QueueFull: there is no room for them all.
        """
        with self._counting:
            if self._there + len(pictures) > self.room:
                raise QueueFull(
                    f"{self._there} pictures wait for the model; {self.room} are the most. Ask again in a moment, with fewer at once.",
                    retry_after=max(1, math.ceil(self._there / max(1.0, self.plan.images_per_second))),
                )
            self._there += len(pictures)
        tasks = [_Task(engine, picture, Future()) for picture in pictures]
        self._coming.put(tasks)
        for task in tasks:
            task.said.add_done_callback(partial(self._count_out, task))
        return [task.said for task in tasks]

    def close(self) -> None:
        """Answers what is there, then ends the threads."""
        self._coming.close()
        for thread in self._threads[: self.plan.hands]:
            thread.join()
        self._prepared.close()
        for thread in self._threads[self.plan.hands :]:
            thread.join()

    def _count_out(self, task: _Task, said: Future[Said]) -> None:
        if said.cancelled():
            self._coming.drop(task)  # else whoever asks and leaves, again and again, fills the memory
        with self._counting:
            self._there -= 1

    # ---- in the threads

    def _work(self) -> None:
        entered: Engine | None = None
        most = 1 if self.plan.apart else self.plan.batch
        while tasks := self._coming.take(most, hands=self.plan.hands):
            if entered is not tasks[0].engine and not self.plan.apart:
                entered = tasks[0].engine
                entered.enter()
            prepared = [made for task in tasks if (made := _prepare(task)) is not None]
            if self.plan.apart:
                self._prepared.put(prepared)
            else:
                _answer(prepared)

    def _ask_for_all(self) -> None:
        entered: Engine | None = None
        while prepared := self._prepared.take(self.plan.batch, hands=1):
            if entered is not prepared[0].engine:
                entered = prepared[0].engine
                entered.enter()
            _answer(prepared)


def _prepare(task: _Task) -> _Prepared | None:
    """A picture ready to be asked about; one that is none has its answer now."""
    if not task.said.set_running_or_notify_cancel():
        return None
    try:
        pixels = task.engine.prepare(task.picture)
    except Exception as error:  # noqa: BLE001 - the door of a thread that must live on: whoever asked is told
        task.said.set_exception(error)
        return None
    if isinstance(pixels, str):
        task.said.set_result(pixels)
        return None
    return _Prepared(task.engine, pixels, task.said)


def _answer(prepared: Sequence[_Prepared]) -> None:
    """Asks about pictures at once; those of another engine than the first, which are there while a model is exchanged, one by one."""
    while prepared:
        same = [one for one in prepared if one.engine is prepared[0].engine]
        prepared = [one for one in prepared if one.engine is not same[0].engine]
        try:
            answers = same[0].engine.ask([one.pixels for one in same])
        except Exception as error:  # noqa: BLE001 - as above
            for one in same:
                one.said.set_exception(error)
            continue
        for one, said in zip(same, answers, strict=True):
            one.said.set_result(said)


class _Line(Generic[T]):
    """What waits for several threads that take some of it each."""

    def __init__(self) -> None:
        self._waiting: deque[T] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, items: Sequence[T]) -> None:
        with self._changed:
            self._waiting.extend(items)
            self._changed.notify(len(items))

    def take(self, most: int, *, hands: int) -> list[T]:
        """At least one when there are some, at most a fair share for so many hands; waits for them; none when the line is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            share = min(most, math.ceil(len(self._waiting) / hands))
            return [self._waiting.popleft() for _ in range(share)]

    def drop(self, item: T) -> None:
        with self._changed, suppress(ValueError):  # somebody took it this moment
            self._waiting.remove(item)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
