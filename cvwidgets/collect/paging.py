"""Page after page of a provider, boundedly: whatever it answers, asking ends, and says why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cvwidgets.collect.hits import Hit
from cvwidgets.collect.licenses import code_of
from cvwidgets.errors import ProviderFailed

BARREN = 5
"""So many pages in a row may give nothing that is wanted (another license, say); after them asking ends."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer holds: the `hits` that are wanted, how many things it `listed`, how many of them were `unread`able.

    `next` is what to ask for the page after it, None at the end.
    """

    hits: tuple[Hit, ...] = ()
    listed: int = 0
    unread: int = 0
    next: Any = None


def page_of(items: object, read: Callable[[Any], Hit | None], *, word: str, licenses: frozenset[str] | None = None, next: Any) -> Page:
    """A page out of the things that a document lists, with the hits that have one of the `licenses`, if any are asked for.

    Raises:
        ProviderFailed: they are no list.
    """
    if not isinstance(items, list):
        raise changed(word)
    hits = [read(item) if isinstance(item, Mapping) else None for item in items]
    wanted = (hit for hit in hits if hit and (not licenses or code_of(hit.license) in licenses))
    return Page(tuple(wanted), len(items), hits.count(None), next)


def pages(ask: Callable[[Any], Page], *, word: str, most: int) -> Iterator[Hit]:
    """The hits of at most `most` pages, each asked for when it is needed; `ask` gets None first, then each page's `next`.

    Raises:
        ProviderFailed: the pages repeat themselves, hold nothing that is wanted, or cannot be read any more.
    """
    seen: set[str] = set()
    token: Any = None
    barren = 0
    for _ in range(most):
        page = ask(token)
        if page.listed and page.unread == page.listed:
            raise changed(word)
        fresh = [hit for hit in page.hits if hit.address not in seen]
        if page.hits and not fresh:
            raise ProviderFailed(
                f"{word} gives the same page again; another one was asked for. What it found before is used; ask in other words for more."
            )
        seen.update(hit.address for hit in fresh)
        yield from fresh
        barren = 0 if fresh else barren + 1
        if page.next is None or page.next == token or not page.listed:
            return
        if barren == BARREN:
            raise ProviderFailed(
                f"{word} found nothing of the license that is wanted on {BARREN} pages in a row. Allow more licenses, or ask otherwise."
            )
        token = page.next


def changed(word: str) -> ProviderFailed:
    """The error for an answer that is not shaped as the provider's documentation says."""
    return ProviderFailed(
        f"{word} answers in a form that is not known here; it may have changed. Use another provider, or a newer version of cvwidgets.",
        kind="changed",
    )
