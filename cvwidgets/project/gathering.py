"""What a search finds on its way into the project: nothing is fetched that is known or was judged, and no more than is wanted."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.clock import now
from cvwidgets.errors import WebError
from cvwidgets.project.tally import Tally
from cvwidgets.records import Found, Refused, Source

if TYPE_CHECKING:
    from cvwidgets.collect import Fetched, Hit, Search, Strand, Web
    from cvwidgets.store import Store

    Wanted = tuple[Strand, Hit]

TOGETHER = 32
"""So many downloads are under way at most."""
LOOKED_UP = 64
"""So many addresses are looked up in the catalog at once."""
TICK = 0.1
"""Seconds between two looks at whether the search was closed."""


class Gathering:
    """Takes hits of a search, fetches what is worth it, and hands it to an import; its counts are kept in the import's tally."""

    def __init__(self, store: Store, search: Search, web: Web, tally: Tally, *, label: str | None, count: int, folder: Path) -> None:
        self._store, self._search, self._web = store, search, web
        self.tally = tally
        self._label, self._count, self._folder = label, count, folder
        self._ready: deque[Wanted] = deque()
        self._begun: dict[Future[Fetched], Wanted] = {}
        self._handed = self._passed_over = 0
        self.fetched: Counter[tuple[str, str]] = Counter()
        """How many pictures were downloaded, by provider and query."""

    @property
    def is_over(self) -> bool:
        """Whether all is in that was wanted or found."""
        return self.tally.added >= self._count or (self._search.over and not self._ready)

    def found(self) -> Iterator[Found | Refused | None]:
        """What was fetched, as it arrives, until as much is there as is wanted; taking it in may show that it was less.

        None from time to time while nothing arrives.
        """
        self._passed_over = self.tally.found - self._handed  # what was handed over before is counted by now
        try:
            while not self._search.closed:
                self._begin()
                if not self._begun and (self._is_enough() or (self._search.over and not self._ready)):
                    return
                yield None
                for future in wait(self._begun, TICK, FIRST_COMPLETED).done if self._begun else ():
                    item = self._taken(future)
                    self._handed += 1
                    yield item
        finally:
            self._web.drop(self._begun)
            self._begun.clear()

    def _begin(self) -> None:
        """Begins as many downloads as there is room for and as are wanted."""
        while len(self._begun) < TOGETHER and not self._is_enough():
            if not self._ready:
                self._look_up(0.0 if self._begun else TICK)
            if not self._ready:
                return
            wanted = self._ready.popleft()
            self._begun[self._web.begin(wanted[1].address, self._folder)] = wanted

    def _is_enough(self) -> bool:
        """Whether what is in, on its way in, and on its way here makes up what is wanted."""
        on_its_way_in = self._handed - (self.tally.found - self._passed_over)
        return self.tally.added + on_its_way_in + len(self._begun) >= self._count

    def _look_up(self, seconds: float) -> None:
        """Takes the next hits that there are, and keeps those that are neither known nor judged."""
        hits: list[Wanted] = []
        while len(hits) < LOOKED_UP and (hit := self._search.take(0.0 if hits else seconds)):
            hits.append(hit)
        if not hits:
            return
        addresses = [hit.address for _, hit in hits]
        judged = self._store.images.judged_addresses(addresses, self._label)
        known = self._store.images.known_addresses(addresses) - judged
        self._passed_over += len(judged) + len(known)
        self.tally.withhold_found(len(judged))
        self.tally.know(len(known))
        self._ready.extend(hit for hit in hits if hit[1].address not in judged | known)

    def _taken(self, future: Future[Fetched]) -> Found | Refused:
        """A download that ended: the file, owned by the project now, or why there is none."""
        strand, hit = self._begun.pop(future)
        try:
            fetched = future.result()
        except WebError as error:
            return Refused(hit.address, str(error))
        self.fetched[strand.provider.name, strand.query] += 1
        try:
            with fetched.path.open("rb") as stream:
                path = self._store.owned.put(stream, fetched.path.name)
        finally:
            fetched.path.unlink(missing_ok=True)
        source = Source(hit.address, hit.page, strand.query, hit.license, hit.author, strand.provider.name, now())
        facts = path.stat()
        return Found(path, facts.st_size, facts.st_mtime_ns, self._label, owned=True, source=source, name=hit.address, fetched=True)
