"""The web at large, through ddgs, which asks DuckDuckGo; an extra, since it is for those who do not mind."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cvwidgets.collect.hits import Hit, hit_of
from cvwidgets.collect.paging import Page, page_of, pages
from cvwidgets.collect.provider import Provider
from cvwidgets.errors import ProviderFailed

if TYPE_CHECKING:
    from cvwidgets.collect.web import Web

DEEPEST = 10
"""Pages of about 100 results; after a few hundred the engine has nothing more."""
SECONDS = 15
EVERYWHERE = "wt-wt"


class WebSearch(Provider):
    """Asks DuckDuckGo's image search by `DDGS().images(…, backend="duckduckgo")`: of ddgs' engines the one that has a safe search.

    ddgs makes the request for the list of results itself, to that one host; pictures are fetched as all others are. It calls itself a
    browser, which is why it is an extra and nobody's default. Documentation: https://github.com/deedy5/ddgs#2-images
    """

    name = "web"
    word = "Web search"
    sentence = "Pictures from all over the web, found by DuckDuckGo; nobody says who owns them, and it blocks programs at times."
    knows_safe = True

    def search(self, query: str, *, web: Web, count: int, licenses: frozenset[str] | None, safe: bool) -> Iterator[Hit]:
        """See `Provider.search`."""
        from ddgs import DDGS

        engine = DDGS(timeout=SECONDS)

        def page(number: int | None) -> Page:
            number = number or 1
            items = _ask(engine, query, number, safe=safe)
            return page_of(items, lambda item: _hit(item, query), word=self.word, next=number + 1)

        return pages(page, word=self.word, most=DEEPEST)

    def missing(self) -> str | None:
        """See `Provider.missing`."""
        if importlib.util.find_spec("ddgs") is None:
            return "Web search needs the package ddgs, which is not installed. Install it: pip install 'cvwidgets[search]'"
        return None


def _ask(engine: Any, query: str, number: int, *, safe: bool) -> object:
    """One page of results; that there are no more is an error of ddgs, told from others by its words alone."""
    from ddgs.exceptions import DDGSException, TimeoutException

    try:
        search = "on" if safe else "off"
        return engine.images(query, region=EVERYWHERE, safesearch=search, page=number, backend="duckduckgo", max_results=None)
    except TimeoutException as error:
        raise ProviderFailed(
            f"Web search gave no answer within {SECONDS} seconds. Search again later, or use another provider.", kind="slow"
        ) from error
    except DDGSException as error:
        if number > 1 and "No results" in str(error):
            return []
        raise ProviderFailed(
            "Web search gave nothing; it may have found nothing, or block programs for a while without saying so. Search again later, in "
            "other words, or use another provider.",
            kind="blocked",
        ) from error


def _hit(item: Any, query: str) -> Hit | None:
    facts = {"address": item.get("image"), "page": item.get("url"), **{name: item.get(name) for name in ("thumbnail", "width", "height")}}
    return hit_of(facts, provider=WebSearch.name, query=query)
