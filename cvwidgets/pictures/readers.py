"""Many pictures examined at once, by children that a hostile file may take down in our stead."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from cvwidgets.errors import UnreadablePicture, UnreadNow
from cvwidgets.pictures.child import Child, ChildDied
from cvwidgets.pictures.opening import needs_whole
from cvwidgets.pictures.reader import read_header
from cvwidgets.records import Facts, Header

MEMORY_BYTES = 2 << 30
"""What one picture may take: twice the largest one allowed, decoded with alpha (700 MB) and as RGB (540 MB)."""

SECONDS = 60.0
"""How long one picture may take; the largest ones allowed need about 10 s."""

_MOST_CHILDREN = 16
_IN_FLIGHT = 8
"""Pictures ahead for each child: enough that none waits while the caller writes to a disk, few enough to change one's mind."""

_BROKEN_OFF = "Reading it was broken off."

_Answer = Future[Facts | Header | UnreadablePicture]


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
        self._watch = threading.Thread(target=self._watch_time, name="cvwidgets-reader-watch", daemon=True)
        self._watch.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def examine(self, path: Path) -> Facts | UnreadablePicture:
        """Examines one picture as `cvwidgets.pictures.examine` does, and returns the error instead of raising it.

        Raises:
            PictureError: no child could be started.
        """
        answer = self._ask(path, whole=True)
        assert not isinstance(answer, Header)
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
        answer = self._ask(path, whole=False)
        assert not isinstance(answer, Facts)
        return answer

    def examine_many(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Facts | UnreadablePicture]]:
        """Examines pictures as `paths` names them and yields each as it is finished, in no order.

        `paths` is drawn from in the caller's thread and only a few ahead, so it may be endless or change its mind. Closing the
        generator drops what was ahead; when the readers are closed it ends, and says nothing of what was not finished.

        Raises:
            PictureError: no child could be started.
        """
        finished: SimpleQueue[_Answer] = SimpleQueue()
        under_way: dict[_Answer, Path] = {}
        room = _IN_FLIGHT * self.count
        waiting = iter(paths)
        path = next(waiting, None)
        try:
            while (path is not None or under_way) and not self._closed.is_set():
                if path is not None and len(under_way) < room:
                    answer = self._submit(path, whole=True)
                    under_way[answer] = path
                    answer.add_done_callback(finished.put)
                    path = next(waiting, None)
                if len(under_way) == room or not finished.empty() or (path is None and under_way):
                    answer = finished.get()
                    done = under_way.pop(answer)
                    if not self._closed.is_set():
                        facts = answer.result()
                        assert not isinstance(facts, Header)
                        yield done, facts
        finally:
            for answer in under_way:
                answer.cancel()

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

    def _ask(self, path: Path, *, whole: bool) -> Facts | Header | UnreadablePicture:
        try:
            return self._submit(path, whole=whole).result()
        except CancelledError:
            return UnreadNow(_BROKEN_OFF)

    def _submit(self, path: Path, *, whole: bool) -> _Answer:
        with self._lock:
            if not self._closed.is_set():
                return self._threads.submit(self._read, path, whole)
        never = _Answer()
        never.cancel()
        return never

    def _read(self, path: Path, whole: bool) -> Facts | Header | UnreadablePicture:
        for second_try in (False, True):
            child = self._take_child(fresh=second_try)
            try:
                answer = child.ask(path, whole=whole)
            except ChildDied as death:
                self._give_back(child, dead=True)
                if self._closed.is_set():
                    return UnreadNow(_BROKEN_OFF)
                if second_try or not death.innocent:
                    return death.answer
            else:
                self._give_back(child)
                return answer
        raise AssertionError("the second try returns")

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
