"""Wikimedia Commons, the free pictures of Wikipedia and its sisters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cvwidgets.collect.documents import ask
from cvwidgets.collect.hits import Hit, hit_of, text_of
from cvwidgets.collect.paging import Page, changed, page_of, pages
from cvwidgets.collect.provider import Provider
from cvwidgets.errors import ProviderFailed

if TYPE_CHECKING:
    from cvwidgets.collect.web import Web

WIDTH = 1920
"""Pixels of the rendition that is taken where the original is wider; one of the widths that Wikimedia keeps ready."""
SMALL = 330
PAGE = 50
"""Files on a page, as many as are looked up at once without a bot's rights."""
DEEPEST = 200
"""Pages: the search gives no more than 10,000 results."""
ASKED = {
    "action": "query",
    "format": "json",
    "formatversion": "2",
    "generator": "search",
    "gsrnamespace": "6",
    "gsrlimit": str(PAGE),
    "prop": "imageinfo",
    "iiprop": "url|size|extmetadata",
    "iiurlwidth": str(WIDTH),
    "iiextmetadatalanguage": "en",
    "iiextmetadatafilter": "Artist|License|LicenseShortName",
}


class Commons(Provider):
    """Asks `api.php` for `generator=search` in the file namespace with `prop=imageinfo`, one request after the other, without a key.

    Documentation: https://www.mediawiki.org/wiki/API:Search, https://www.mediawiki.org/wiki/API:Imageinfo,
    https://www.mediawiki.org/wiki/Extension:CommonsMetadata, https://www.mediawiki.org/wiki/API:Continue,
    limits: https://www.mediawiki.org/wiki/API:Etiquette
    """

    name = "commons"
    word = "Wikimedia Commons"
    sentence = "100 million free pictures of Wikipedia and its sisters; it cannot leave out what is not for everyone's eyes."
    knows_licenses = True

    def __init__(self, address: str = "https://commons.wikimedia.org/w/api.php") -> None:
        self._address = address

    def search(self, query: str, *, web: Web, count: int, licenses: frozenset[str] | None, safe: bool) -> Iterator[Hit]:
        """See `Provider.search`."""
        asked = {**ASKED, "gsrsearch": f"{query} filetype:bitmap"}

        def page(more: Mapping[str, str] | None) -> Page:
            document = ask(web, self._address, {**asked, **(more or {})}, word=self.word)
            if "error" in document:
                raise _refusal(document["error"])
            more = document.get("continue")
            more = {name: str(value) for name, value in more.items()} if isinstance(more, dict) else None
            return page_of(_listed(document), lambda item: _hit(item, query), word=self.word, licenses=licenses, next=more)

        return pages(page, word=self.word, most=DEEPEST)


def _listed(document: Mapping[str, Any]) -> list[Any]:
    """The files of an answer, best first; an answer without a query found nothing."""
    found = document.get("query")
    if found is None and "batchcomplete" in document:
        return []
    listed = found.get("pages") if isinstance(found, dict) else None
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise changed(Commons.word)
    return sorted(listed, key=lambda item: item["index"] if isinstance(item.get("index"), int) else 0)


def _hit(item: Mapping[str, Any], query: str) -> Hit | None:
    versions = item.get("imageinfo")
    info = versions[0] if isinstance(versions, list) and versions else None
    if not isinstance(info, dict):
        return None
    told = info.get("extmetadata")
    told = told if isinstance(told, dict) else {}
    width, rendition = info.get("width"), info.get("thumburl")
    facts = {
        "page": info.get("descriptionurl"),
        "author": _value(told, "Artist"),
        "license": _value(told, "LicenseShortName") or _value(told, "License"),
    }
    if isinstance(rendition, str) and isinstance(width, int) and width > WIDTH:
        small = rendition.replace(f"/{WIDTH}px-", f"/{SMALL}px-")
        facts |= {"address": rendition, "thumbnail": small, "width": info.get("thumbwidth"), "height": info.get("thumbheight")}
    else:
        facts |= {"address": info.get("url"), "thumbnail": rendition, "width": width, "height": info.get("height")}
    return hit_of(facts, provider=Commons.name, query=query)


def _value(told: Mapping[str, Any], name: str) -> object:
    found = told.get(name)
    return found.get("value") if isinstance(found, dict) else None


def _refusal(error: object) -> ProviderFailed:
    """MediaWiki says with status 200 that it does not want to answer."""
    code = text_of(error.get("code")) if isinstance(error, dict) else None
    if code in ("ratelimited", "maxlag", "readonly"):
        return ProviderFailed(
            f"Wikimedia Commons is busy and lets nobody ask so much at once ({code}). Search again in a minute, or use another provider.",
            kind="blocked",
        )
    return ProviderFailed(f"Wikimedia Commons does not answer this query ({code or 'no reason given'}). Ask in other words.")
