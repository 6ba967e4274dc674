"""Pexels, photographs that their makers give away for all to use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cvwidgets.collect.documents import ask
from cvwidgets.collect.hits import Hit, hit_of
from cvwidgets.collect.paging import Page, page_of, pages
from cvwidgets.collect.provider import Provider

if TYPE_CHECKING:
    from cvwidgets.collect.web import Web

PAGE = 80
"""Photos on a page, the most that is given."""
DEEPEST = 100


class Pexels(Provider):
    """Asks `GET /v1/search` with the key in the header Authorization: 80 photos a page, 200 requests an hour, 20,000 a month.

    Documentation: https://www.pexels.com/api/documentation/#photos-search
    """

    name = "pexels"
    word = "Pexels"
    sentence = "Photographs that their makers give away under the license of Pexels; a key is free."
    needs_key = "PEXELS_API_KEY"

    def __init__(self, address: str = "https://api.pexels.com/v1/search") -> None:
        self._address = address

    def search(self, query: str, *, web: Web, count: int, licenses: frozenset[str] | None, safe: bool) -> Iterator[Hit]:
        """See `Provider.search`."""
        asked = {"query": query, "per_page": str(min(PAGE, max(count, 1)))}

        def page(number: int | None) -> Page:
            number = number or 1
            params = {**asked, "page": str(number)}
            document = ask(web, self._address, params, word=self.word, headers={"Authorization": self.key()})
            following = number + 1 if document.get("next_page") else None
            return page_of(document.get("photos"), lambda item: _hit(item, query), word=self.word, next=following)

        return pages(page, word=self.word, most=DEEPEST)


def _hit(item: Mapping[str, Any], query: str) -> Hit | None:
    sources = item.get("src")
    sources = sources if isinstance(sources, dict) else {}
    facts = {
        # Up to 1880 x 1300 px: originals have ten times the bytes that any model looks at.
        "address": sources.get("large2x") or sources.get("original"),
        "thumbnail": sources.get("medium"),
        "page": item.get("url"),
        "author": item.get("photographer"),
        "license": "Pexels license",
    }
    return hit_of(facts, provider=Pexels.name, query=query)
