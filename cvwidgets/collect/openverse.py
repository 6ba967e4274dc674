"""Openverse, the search engine for openly licensed media: photographs of Flickr, museums, Wikimedia and many more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cvwidgets.collect.documents import ask
from cvwidgets.collect.hits import Hit, hit_of
from cvwidgets.collect.licenses import name_of
from cvwidgets.collect.paging import Page, page_of, pages
from cvwidgets.collect.provider import Provider

if TYPE_CHECKING:
    from cvwidgets.collect.web import Web

PAGE = 20
"""Results on a page, the most that is given to one who has no key."""
DEEPEST = 20
"""The last page that may be asked for; without a key `page_count` stops at the 240th result."""
LONGEST_QUERY = 200


class Openverse(Provider):
    """Asks `GET /v1/images/` without a key: 20 results a page, 240 a query, 20 requests a minute and 200 a day.

    Documentation: https://api.openverse.org/v1/#tag/images/operation/images_search,
    limits: https://docs.openverse.org/api/reference/authentication_and_throttling.html
    """

    name = "openverse"
    word = "Openverse"
    sentence = "800 million openly licensed pictures of Flickr, museums and archives; at most 240 for a query."
    knows_licenses = True
    knows_safe = True

    def __init__(self, address: str = "https://api.openverse.org/v1/images/") -> None:
        self._address = address

    def search(self, query: str, *, web: Web, count: int, licenses: frozenset[str] | None, safe: bool) -> Iterator[Hit]:
        """See `Provider.search`."""
        asked = {"q": query[:LONGEST_QUERY], "page_size": str(PAGE), "mature": "false" if safe else "true"}
        if licenses:
            asked["license"] = ",".join(sorted(licenses))

        def page(number: int | None) -> Page:
            number = number or 1
            document = ask(web, self._address, {**asked, "page": str(number)}, word=self.word)
            last = document.get("page_count")
            more = number < min(last, DEEPEST) if isinstance(last, int) else False
            following = number + 1 if more else None
            return page_of(document.get("results"), lambda item: _hit(item, query), word=self.word, licenses=licenses, next=following)

        return pages(page, word=self.word, most=DEEPEST)


def _hit(item: Mapping[str, Any], query: str) -> Hit | None:
    code, version = item.get("license"), item.get("license_version")
    facts = {
        "address": item.get("url"),
        "page": item.get("foreign_landing_url"),
        "author": item.get("creator"),
        "license": name_of(code, version if isinstance(version, str) else None) if isinstance(code, str) else None,
        **{name: item.get(name) for name in ("thumbnail", "width", "height")},
    }
    return hit_of(facts, provider=Openverse.name, query=query)
