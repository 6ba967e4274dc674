"""Many pictures examined at once, by children that a hostile file may take down in our stead."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from cvwidgets.errors import PictureError, UnreadablePicture, UnreadNow
from cvwidgets.pictures import wire
from cvwidgets.pictures.child import Answer, Child, ChildDied
from cvwidgets.pictures.opening import needs_whole
from cvwidgets.pictures.reader import read_header
from cvwidgets.pictures.wire import Rendition
from cvwidgets.records import Facts, Header

MEMORY_BYTES = 2 << 30
"""What one picture may take: twice the largest one allowed, decoded with alpha (700 MB) and as RGB (540 MB)."""

SECONDS = 60.0
"""How long one picture may take; the largest ones allowed need about 10 s."""

_MOST_CHILDREN = 16
_AHEAD = 4
"""Handfuls ahead for each child: enough that none waits while the caller writes to a disk, few enough to change one's mind."""

_MOST_AT_ONCE = 8
_HANDFUL_SECONDS = 0.04
"""A child is given as many pictures at once as take about this long: a question each would cost small ones a tenth of their time."""

_BROKEN_OFF = "Reading it was broken off."

_Answers = Future[list[Answer]]


class Readers:
    """Examines pictures in child processes, each with a memory and a time limit; a context manager, usable from any thread.

    Children start when there is work for them, are nice to the rest of the machine, and end with this process however it ends.
    A file that kills a child that read nothing before is refused with a reason, and the next child takes up the next file.
    """

    def __init__(self, count: int | None = None, memory_bytes: int = MEMORY_BYTES, *, seconds: float = SECONDS) -> None:
        """`count` children at most; as many as there are processors to use (16 at most) if None."""
        self.count = count or min(_MOST_CHILDREN, _processors())
        self._limits = (memory_bytes, seconds)
        self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="cvwidgets-reader")
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._busy: set[Child] = set()
        self._closed = threading.Event()
        self._picture_seconds = _HANDFUL_SECONDS
        self._watch = threading.Thread(target=self._watch_time, name="cvwidgets-reader-watch", daemon=True)
        self._watch.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def make_ready(self) -> None:
        """Starts the children ahead of the work that is to come; returns at once."""
        with self._lock:
            for _ in range(0 if self._closed.is_set() else self.count - len(self._busy) - len(self._idle)):
                self._threads.submit(self._start)

    def examine(self, path: Path) -> Facts | UnreadablePicture:
        """Examines one picture as `cvwidgets.pictures.examine` does, and returns the error instead of raising it.

        Raises:
            PictureError: no child could be started.
        """
        answer = self._ask(path, wire.EXAMINE)
        assert not isinstance(answer, Header | Rendition)
        return answer

    def read_header(self, path: Path) -> Header | UnreadablePicture:
        """Reads a header as `cvwidgets.pictures.read_header` does, and returns the error instead of raising it.

        It does so in this process, which is quick, but for formats whose decoder takes in the whole file to open it.

        Raises:
            PictureError: no child could be started.
        """
        try:
            if not needs_whole(path):
                return read_header(path)
        except UnreadablePicture as error:
            return error
        answer = self._ask(path, wire.HEADER)
        assert not isinstance(answer, Facts | Rendition)
        return answer

    def render(self, path: Path, *, longest: int) -> Rendition | UnreadablePicture:
        """Makes one picture ready to be looked at as `cvwidgets.pictures.render` does, and returns the error instead of raising it.

        Raises:
            PictureError: no child could be started.
        """
        answer = self._ask(path, wire.Question("render", longest))
        assert not isinstance(answer, Facts | Header)
        return answer

    def examine_many(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Facts | UnreadablePicture]]:
        """Examines pictures as `paths` names them and yields each as it is finished, in no order.

        `paths` is drawn from in the caller's thread and only a few ahead, so it may be endless or change its mind. Closing the
        generator drops what was ahead; when the readers are closed it ends, and says nothing of what was not finished.

        Raises:
            PictureError: no child could be started.
        """
        finished: SimpleQueue[_Answers] = SimpleQueue()
        under_way: dict[_Answers, list[Path]] = {}
        room = _AHEAD * self.count
        waiting = iter(paths)
        handful = self._take(waiting)
        try:
            while (handful or under_way) and not self._closed.is_set():
                if handful and len(under_way) < room:
                    answers = self._submit(handful, wire.EXAMINE)
                    under_way[answers] = handful
                    answers.add_done_callback(finished.put)
                    handful = self._take(waiting)
                if len(under_way) == room or not finished.empty() or (not handful and under_way):
                    answers = finished.get()
                    for path, facts in zip(under_way.pop(answers), answers.result() if not self._closed.is_set() else (), strict=False):
                        assert not isinstance(facts, Header | Rendition)
                        yield path, facts
        finally:
            for answers in under_way:
                answers.cancel()

    def _take(self, waiting: Iterator[Path]) -> list[Path]:
        """The next pictures for one child."""
        return list(islice(waiting, max(1, min(_MOST_AT_ONCE, round(_HANDFUL_SECONDS / self._picture_seconds)))))

    def close(self) -> None:
        """Ends all children, those in the middle of a file too, and waits until they are gone."""
        with self._lock:
            self._closed.set()
            for child in self._busy:
                child.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._watch.join()
        for child in self._idle:
            child.stop()
        self._idle.clear()

    def _ask(self, path: Path, question: wire.Question) -> Answer:
        try:
            return self._submit([path], question).result()[0]
        except CancelledError:
            return UnreadNow(_BROKEN_OFF)

    def _submit(self, paths: list[Path], question: wire.Question) -> _Answers:
        with self._lock:
            if not self._closed.is_set():
                return self._threads.submit(self._read_many, paths, question)
        never = _Answers()
        never.cancel()
        return never

    def _read_many(self, paths: list[Path], question: wire.Question) -> list[Answer]:
        answers: list[Answer] = []
        begun = time.monotonic()
        if len(paths) > 1:
            child = self._take_child(fresh=False)
            try:
                answers.extend(child.ask(paths, question))
            except ChildDied as death:
                answers.extend(death.answered)
                self._give_back(child, dead=True)
            else:
                self._give_back(child)
        # One by one when a child died: which of them was why is told by who dies again.
        answers.extend(self._read(path, question) for path in paths[len(answers) :])
        self._picture_seconds = (self._picture_seconds + (time.monotonic() - begun) / len(paths)) / 2
        return answers

    def _read(self, path: Path, question: wire.Question) -> Answer:
        for second_try in (False, True):
            child = self._take_child(fresh=second_try)
            try:
                (answer,) = child.ask([path], question)
            except ChildDied as death:
                self._give_back(child, dead=True)
                if self._closed.is_set():
                    return UnreadNow(_BROKEN_OFF)
                if second_try or not death.innocent:
                    return death.reason
            else:
                self._give_back(child)
                return answer
        raise AssertionError("the second try returns")

    def _start(self) -> None:
        with contextlib.suppress(PictureError):  # it is said to whoever needs one
            self._give_back(self._take_child(fresh=True))

    def _take_child(self, *, fresh: bool) -> Child:
        with self._lock:
            child = self._idle.pop() if self._idle and not fresh else None
            if child:
                self._busy.add(child)
        if child is None:
            child = Child(*self._limits)
            with self._lock:
                self._busy.add(child)
        if self._closed.is_set():
            child.kill()
        return child

    def _give_back(self, child: Child, *, dead: bool = False) -> None:
        if dead:
            child.stop()
        with self._lock:
            self._busy.discard(child)
            if not dead:
                self._idle.append(child)

    def _watch_time(self) -> None:
        interval = min(1.0, self._limits[1] / 4)
        while not self._closed.wait(interval):
            now = time.monotonic()
            with self._lock:
                late = [child for child in self._busy if child.deadline < now]
            for child in late:
                child.time_out()


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
