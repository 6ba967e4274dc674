"""Many pictures fetched at once: each told as it is done, whatever the others do."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from cvwidgets.collect.drafting import Fetched
from cvwidgets.collect.web import Web
from cvwidgets.errors import WebError
from cvwidgets.records import Refused, Source

IsKnown = Callable[[Sequence[str]], set[str]]
"""Tells those of some addresses that need not be fetched."""

AHEAD = 1024
"""Addresses begun and not finished: hosts that are slow hold up the others only when so many wait for them."""

_HANDFUL = 256
_TICK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture to be fetched from the address of `source`, the label (a slash path) that it is to have, and the user's own columns."""

    source: Source
    label: str | None = None
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        """Where it is fetched from."""
        return self.source.address or ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of one address: its file, or why there is none; neither when it is known, and was not asked."""

    wanted: Wanted
    file: Fetched | None = None
    problem: WebError | None = None


def download(
    web: Web, wanted: Iterable[Wanted | Refused], folder: Path, *, is_known: IsKnown, ahead: int = AHEAD
) -> Generator[Arrival | Refused | None, None, None]:
    """Fetches pictures into a folder, many at once as the limits of `web` allow, and tells each as it is done, in no order.

    `wanted` is drawn from in the caller's thread, `ahead` at most before they are finished, so it may be endless or change its mind; what
    it refuses is passed on. An address that came before is passed over as a known one is. Closing the generator breaks off what is under
    way; the files that were told of are the caller's, and nothing else is left.

    Yields:
        What became of each; None from time to time while nothing is finished, so that the caller may change its mind.

    Raises:
        DiskFull: there was no room for a picture.
    """
    waiting, more = iter(wanted), True
    handful = max(1, min(_HANDFUL, ahead // 4))
    begun = _Begun(web, folder)
    try:
        while more or begun:
            taken: list[Wanted] = []
            if more and len(begun) <= ahead - handful:
                some, more = _take(waiting, handful)
                yield from (item for item in some if isinstance(item, Refused))
                taken = [item for item in some if isinstance(item, Wanted)]
            known = is_known([item.address for item in taken]) if taken else set()
            for item in taken:
                if item.address in known or not begun.begin(item):
                    yield Arrival(item)
            yield from begun.finished(wait=not taken)
    finally:
        begun.drop()


class _Begun:
    """What is under way: each address once, with all that want it."""

    def __init__(self, web: Web, folder: Path) -> None:
        self._web, self._folder = web, folder
        self._under_way: dict[Future[Fetched], list[Wanted]] = {}
        self._wanted: dict[str, list[Wanted]] = {}
        self._came: set[int] = set()
        """Hashes of the addresses that came: of a million no more than some 50 MB."""
        self._done: SimpleQueue[Future[Fetched]] = SimpleQueue()

    def __len__(self) -> int:
        return len(self._under_way)

    def begin(self, item: Wanted) -> bool:
        """Begins to fetch; False when it came before."""
        if hash(item.address) in self._came:
            return False
        if item.address in self._wanted:
            self._wanted[item.address].append(item)
            return True
        future = self._web.begin(item.address, self._folder)
        self._under_way[future] = self._wanted[item.address] = [item]
        future.add_done_callback(self._done.put)
        return True

    def finished(self, *, wait: bool) -> Iterator[Arrival | None]:
        """Tells what is finished by now; None when nothing is and nothing comes for a moment."""
        while self._under_way:
            try:
                future = self._done.get(timeout=_TICK_SECONDS) if wait else self._done.get_nowait()
            except Empty:
                if wait:
                    yield None
                return
            wait = False
            yield from self._tell(future)

    def drop(self) -> None:
        """Breaks off what is under way; files that nobody was told of go."""
        self._web.drop(self._under_way)
        for future in self._under_way:
            if not future.cancelled() and not future.exception():
                future.result().path.unlink(missing_ok=True)

    def _tell(self, future: Future[Fetched]) -> Iterator[Arrival]:
        first, *others = self._under_way.pop(future)
        del self._wanted[first.address]
        try:
            file = future.result()
        except WebError as error:
            yield from (Arrival(item, problem=error) for item in (first, *others))
            return
        self._came.add(hash(first.address))
        yield Arrival(first, file)
        yield from map(Arrival, others)


def _take(waiting: Iterator[Wanted | Refused], count: int) -> tuple[list[Wanted | Refused], bool]:
    """So many of what is wanted, or what comes within a moment; and whether there may be more."""
    taken: list[Wanted | Refused] = []
    end = time.monotonic() + _TICK_SECONDS / 2
    for item in waiting:
        taken.append(item)
        if len(taken) >= count or time.monotonic() > end:
            return taken, True
    return taken, False
