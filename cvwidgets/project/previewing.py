"""The first pictures that a search would find, as small pictures that were made here: no byte of a stranger reaches a page."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.errors import SourceError, WebError
from cvwidgets.project.provider_health import write_health
from cvwidgets.project.searching import SearchWish
from cvwidgets.records import Facts

if TYPE_CHECKING:
    from concurrent.futures import Future

    from cvwidgets.collect import Fetched, Hit, Provider, Search
    from cvwidgets.store import Store

LARGEST = 4 << 20
"""Bytes of one picture that is looked at beforehand."""
SECONDS = 10.0
PATIENCE = 30.0
"""Seconds that the list of what is found may take."""
TICK = 0.2
"""Seconds between two looks at whether somebody still waits."""


def preview(store: Store, wish: SearchWish, provider: Provider, stop: Callable[[], bool]) -> list[tuple[Hit, bytes | None]]:
    """The hits with their small pictures, in the provider's order; none once `stop` says that nobody waits for them any more.

    Raises:
        SourceError: it gave nothing; the message says why.
    """
    from cvwidgets.collect import Limits, Search, Web, licenses_of

    folder = Path(tempfile.mkdtemp(prefix="cvwidgets-preview-"))
    limits = Limits(seconds=SECONDS, bytes=LARGEST, patience=SECONDS, tries=2)
    try:
        with (
            Web(limits, allow_private=wish.allow_private) as web,
            Search(wish.queries, [provider], web=web, count=wish.count, licenses=licenses_of(wish.license), safe=wish.safe) as search,
        ):
            hits = _hits(search, wish.count, stop)
            if stop():
                return []
            if not store.read_only:
                write_health(store.folder, search.strands)
            if not hits:
                (strand,) = search.strands
                raise SourceError(strand.sentence or f"{provider.word} said nothing for {PATIENCE:.0f} seconds. Try again later.")
            begun = [web.begin(hit.thumbnail or hit.address, folder) for hit in hits]
            while not stop() and wait(begun, TICK).not_done:
                pass
            if stop():
                return []
            small = _small([_path(future) for future in begun])
        return list(zip(hits, small, strict=True))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _hits(search: Search, count: int, stop: Callable[[], bool]) -> list[Hit]:
    hits: list[Hit] = []
    until = time.monotonic() + PATIENCE
    while len(hits) < count and not search.over and not stop() and (left := until - time.monotonic()) > 0:
        if taken := search.take(min(left, TICK)):
            hits.append(taken[1])
    return hits


def _path(future: Future[Fetched]) -> Path | None:
    try:
        return future.result().path
    except WebError:
        return None


def _small(paths: list[Path | None]) -> list[bytes | None]:
    """Small pictures of the files, made by children that a hostile file may take down in our stead."""
    from cvwidgets.pictures import Readers

    with Readers() as readers:
        made = dict(readers.examine_many([path for path in paths if path]))
    facts = [made.get(path) if path else None for path in paths]
    return [known.thumbnail if isinstance(known, Facts) else None for known in facts]
