"""Several queries and providers at once: each provider in a thread of its own, so that none waits for another, taken in turn."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from cvwidgets.collect.hits import Hit
from cvwidgets.collect.provider import Provider
from cvwidgets.errors import ProviderFailed, SourceError

if TYPE_CHECKING:
    from cvwidgets.collect.web import Web

Ended = Literal["", "done", "blocked", "slow", "unreachable", "changed", "failed"]
AHEAD = 40
"""So many hits of a provider wait to be taken at most; only then it is asked for more."""
REPEATS = 200
"""So many hits in a row that were there before end a query: a provider that pages for ever."""
MOST = 20_000
"""Hits that one query takes from one provider."""
HEAD_START = 2.0
"""Seconds at the beginning in which those who answer first wait for the others, so that a few pictures are not all of one provider."""
PATIENCE = 150.0
"""Seconds without a word from any provider, after which those that are silent are left alone: all their tries take less."""


@dataclass(slots=True)
class Strand:
    """One query at one provider: how many pictures it gave that no other had given, and how it ended."""

    provider: Provider
    query: str
    seen: int = 0
    ended: Ended = ""
    sentence: str = ""
    seconds: float = 0.0
    """The longest time that was waited for its next hit."""


@dataclass(slots=True)
class _Lane:
    """A provider's queries, and its hits that wait to be taken."""

    provider: Provider
    strands: list[Strand]
    waiting: deque[tuple[Strand, Hit]] = field(default_factory=deque)
    over: bool = False


class Search:
    """The hits of all queries at all providers, each picture once; a context manager, whose end leaves no one asking.

    Args:
        queries: What to look for.
        providers: Whom to ask; each is asked for one thing at a time.
        web: The way to the web.
        count: So many hits are likely wanted of all together.
        licenses: Codes that are wanted; None for all. Providers that know no licenses must not be asked then.
        safe: Leave out what is not for everyone's eyes.
    """

    def __init__(
        self, queries: Sequence[str], providers: Sequence[Provider], *, web: Web, count: int, licenses: frozenset[str] | None, safe: bool
    ) -> None:
        self._web, self._count, self._licenses, self._safe = web, count, licenses, safe
        self._lanes = [_Lane(provider, [Strand(provider, query) for query in queries]) for provider in providers]
        self.strands = tuple(strand for lane in self._lanes for strand in lane.strands)
        """How each query stands at each provider."""
        self._seen: set[str] = set()
        self._news = threading.Condition()
        self._begun = self._heard = time.monotonic()
        self.closed = False
        """Whether somebody ended it."""

    def __enter__(self) -> Search:
        for lane in self._lanes:
            # As daemons, since one that waits for an answer need not be waited for.
            threading.Thread(target=self._run, args=(lane,), name=f"search {lane.provider.name}", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends asking; whoever waits for the next hit gets none. May be called from another thread."""
        with self._news:
            self.closed = True
            self._news.notify_all()

    @property
    def over(self) -> bool:
        """Whether no more is to come: all queries ended and were taken, or it was closed."""
        with self._news:
            return self.closed or (self._is_over() and not any(lane.waiting for lane in self._lanes))

    def take(self, seconds: float) -> tuple[Strand, Hit] | None:
        """The next hit, of each provider in turn; None when none came within so many seconds, or when it is `over`."""
        until = time.monotonic() + seconds
        while (taken := self._take(until)) is not None:
            strand, hit = taken
            if hit.address not in self._seen:
                self._seen.add(hit.address)
                strand.seen += 1
                return taken
        return None

    def _take(self, until: float) -> tuple[Strand, Hit] | None:
        with self._news:
            news = self._news.wait_for(self._is_ready, max(0.0, until - time.monotonic()))
            if not news and time.monotonic() - self._heard > PATIENCE:
                self._give_up()
            lane = next((lane for lane in self._lanes if lane.waiting), None)
            if self.closed or lane is None or not news:
                return None
            self._lanes.remove(lane)
            self._lanes.append(lane)  # the others come first now
            taken, self._heard = lane.waiting.popleft(), time.monotonic()
            self._news.notify_all()
            return taken

    def _is_ready(self) -> bool:
        """Whether there is something to be taken, or to be told."""
        fair = all(lane.waiting or lane.over for lane in self._lanes) or time.monotonic() > self._begun + HEAD_START
        return self.closed or self._is_over() or (fair and any(lane.waiting for lane in self._lanes))

    def _is_over(self) -> bool:
        return all(lane.over for lane in self._lanes)

    def _give_up(self) -> None:
        for strand in self.strands:
            if not strand.ended:
                strand.ended = "slow"
                strand.sentence = (
                    f"{strand.provider.word} said nothing for {PATIENCE:.0f} seconds. Search again later, or use another provider."
                )
        for lane in self._lanes:
            lane.over = True

    def _run(self, lane: _Lane) -> None:
        """Asks one provider, its queries in turn, until they end or nobody wants more."""
        running = deque((strand, self._hits_of(strand)) for strand in lane.strands)
        while running:
            strand, hits = running.popleft()
            begun = time.monotonic()
            hit = next(hits, None)
            strand.seconds = max(strand.seconds, time.monotonic() - begun)
            with self._news:
                self._heard = time.monotonic()
                if hit is not None:
                    lane.waiting.append((strand, hit))
                    running.append((strand, hits))
                lane.over = not running
                self._news.notify_all()
                self._news.wait_for(lambda: self.closed or len(lane.waiting) < AHEAD)
                if self.closed:
                    return

    def _hits_of(self, strand: Strand) -> Iterator[Hit]:
        """What a provider gives for a query, whatever it does otherwise; the strand says how it ended."""
        seen: set[str] = set()
        repeated = 0
        provider, word = strand.provider, strand.provider.word
        try:
            hits = provider.search(strand.query, web=self._web, count=self._count, licenses=self._licenses, safe=self._safe)
            for hit in hits:
                repeated = repeated + 1 if hit.address in seen else 0
                if repeated == REPEATS or len(seen) == MOST:
                    break
                if not repeated:
                    seen.add(hit.address)
                    yield hit
            had = f"no more than {len(seen):,}" if seen else "no"
            strand.sentence = f"{word} has {had} {'picture' if len(seen) == 1 else 'pictures'} for '{strand.query}'."
            strand.ended = "done"
        except ProviderFailed as error:
            strand.sentence, strand.ended = str(error), error.kind
        except SourceError as error:
            strand.sentence, strand.ended = f"{word} cannot be asked: {error}", "failed"
        except Exception as error:  # noqa: BLE001 — a provider of another package may fail in any way; the others go on
            strand.sentence = f"{word} failed by a mistake of its own ({type(error).__name__}: {error}). Use another provider."
            strand.ended = "failed"
