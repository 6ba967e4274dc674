"""Flickr, photographs of millions of people, each with the license that its owner chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cvwidgets.collect.documents import ask, key_refused
from cvwidgets.collect.hits import Hit, hit_of, text_of
from cvwidgets.collect.licenses import RESERVED, name_of
from cvwidgets.collect.paging import Page, changed, page_of, pages
from cvwidgets.collect.provider import Provider
from cvwidgets.errors import ProviderFailed

if TYPE_CHECKING:
    from cvwidgets.collect.web import Web

PAGE = 250
"""Photos on a page; 500 are the most that is given."""
DEEPEST = 16
"""Pages: of one query no more than the first 4,000 results are given."""
SIZES = ("l", "c", "z", "o")
"""Renditions that are taken, the first that there is: 1024, 800, 640 px on the long side; the original, of small photos the only one."""
NO_KNOWN_RESTRICTIONS, US_GOVERNMENT = "no known copyright restrictions", "United States government work"
LICENSES: dict[str, tuple[str, str | None]] = {
    **{number: (code, "2.0") for number, code in zip("123456", ("by-nc-sa", "by-nc", "by-nc-nd", "by", "by-sa", "by-nd"), strict=True)},
    "9": ("cc0", "1.0"),
    "10": ("pdm", None),
}
"""Code and version of Creative Commons by Flickr's number: https://www.flickr.com/services/api/flickr.photos.licenses.getInfo.html

Of a number that is not there, as of a license that came later, nothing is told.
"""
_OTHER = {"0": RESERVED, "7": NO_KNOWN_RESTRICTIONS, "8": US_GOVERNMENT}
_BAD_KEY, _BUSY = (100,), (10, 105, 106)
"""Codes of `stat: fail`: the key is none; the search, the service or what it needs is out of order."""
ASKED = {
    "method": "flickr.photos.search",
    "format": "json",
    "nojsoncallback": "1",
    "media": "photos",
    "content_types": "0",
    "sort": "relevance",
    "per_page": str(PAGE),
    "extras": ",".join(("license", "owner_name", "url_s", *(f"url_{size}" for size in SIZES))),
}


class Flickr(Provider):
    """Asks `flickr.photos.search` with the key as `api_key`: 250 photos a page, 4,000 a query, 3,600 requests an hour.

    Documentation: https://www.flickr.com/services/api/flickr.photos.search.html, pages of photos:
    https://www.flickr.com/services/api/misc.urls.html
    """

    name = "flickr"
    word = "Flickr"
    sentence = "Photographs of millions of people, with the license that each chose; at most 4,000 for a query."
    knows_licenses = True
    knows_safe = True
    needs_key = "FLICKR_API_KEY"

    def __init__(self, address: str = "https://api.flickr.com/services/rest/") -> None:
        self._address = address

    def search(self, query: str, *, web: Web, count: int, licenses: frozenset[str] | None, safe: bool) -> Iterator[Hit]:
        """See `Provider.search`."""
        asked = {**ASKED, "text": query, "safe_search": "1" if safe else "3"}
        if licenses:
            asked["license"] = ",".join(number for number, (code, _) in LICENSES.items() if code in licenses)

        def page(number: int | None) -> Page:
            number = number or 1
            document = ask(web, self._address, {**asked, "page": str(number), "api_key": self.key()}, word=self.word)
            if document.get("stat") == "fail":
                raise _refusal(document)
            listed = document.get("photos")
            if not isinstance(listed, dict):
                raise changed(self.word)
            last = listed.get("pages")
            more = isinstance(last, int) and number < min(last, DEEPEST)
            following = number + 1 if more else None
            return page_of(listed.get("photo"), lambda item: _hit(item, query), word=self.word, licenses=licenses, next=following)

        return pages(page, word=self.word, most=DEEPEST)


def _hit(item: Mapping[str, Any], query: str) -> Hit | None:
    size = next((size for size in SIZES if item.get(f"url_{size}")), SIZES[0])
    owner, number = text_of(item.get("owner")), text_of(item.get("id"))
    facts = {
        "address": item.get(f"url_{size}"),
        "width": item.get(f"width_{size}"),
        "height": item.get(f"height_{size}"),
        "thumbnail": item.get("url_s"),
        "page": f"https://www.flickr.com/photos/{owner}/{number}" if owner and number else None,
        "author": item.get("ownername"),
        "license": _license(text_of(item.get("license"))),
    }
    return hit_of(facts, provider=Flickr.name, query=query)


def _license(number: str | None) -> str | None:
    return name_of(*LICENSES[number]) if number in LICENSES else _OTHER.get(number or "")


def _refusal(document: Mapping[str, Any]) -> ProviderFailed:
    """Flickr says with status 200 that it does not want to answer."""
    code = document.get("code")
    if code in _BAD_KEY:
        return key_refused(Flickr.word)
    if code in _BUSY:
        return ProviderFailed(
            "Flickr's search is out of order for the moment. Search again later, or use another provider.", kind="blocked"
        )
    return ProviderFailed(f"Flickr does not answer this query (code {text_of(str(code))}). Ask in other words, or use another provider.")
