"""iNaturalist: observations of wild plants, animals and fungi, with names that its community agreed on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from cvwidgets.collect.documents import ask
from cvwidgets.collect.hits import Hit, hit_of
from cvwidgets.collect.licenses import RESERVED, code_of, name_of
from cvwidgets.collect.paging import Page, changed, pages
from cvwidgets.collect.provider import Provider

if TYPE_CHECKING:
    from cvwidgets.collect.web import Web

FEWEST_ON_A_PAGE, MOST_ON_A_PAGE = 10, 100
"""Observations on a page; 200 are allowed, which are several megabytes."""
DEEPEST = 200
SMALL, LARGE = "small", "large"
"""Sizes of a photo: at most 240 and 1024 pixels wide or high."""
ASKED = {"search_on": "names", "photos": "true", "quality_grade": "research", "order_by": "id", "order": "desc"}


class INaturalist(Provider):
    """Asks `GET /v1/observations` for photos of research grade, the newest first, by `id_below`, without a key.

    Documentation: https://api.inaturalist.org/v1/docs/#!/Observations/get_observations (at most 100 requests a minute, better 60, and
    10,000 a day), sizes of photos: https://github.com/inaturalist/inaturalist-open-data
    """

    name = "inaturalist"
    word = "iNaturalist"
    sentence = "Photos of wild plants, animals and fungi by their common or scientific name, which others confirmed."
    knows_licenses = True
    knows_safe = True

    def __init__(self, address: str = "https://api.inaturalist.org/v1/observations") -> None:
        self._address = address

    def search(self, query: str, *, web: Web, count: int, licenses: frozenset[str] | None, safe: bool) -> Iterator[Hit]:
        """See `Provider.search`."""
        asked = {**ASKED, "q": query, "per_page": str(min(max(count, FEWEST_ON_A_PAGE), MOST_ON_A_PAGE))}
        if licenses and licenses <= {"pdm"}:  # no photo has the mark, and an empty list would ask for all
            return iter(())
        if licenses:
            asked["photo_license"] = ",".join(sorted(_written(code) for code in licenses - {"pdm"}))

        def page(before: str | None) -> Page:
            document = ask(web, self._address, {**asked, **({"id_below": before} if before else {})}, word=self.word)
            listed = document.get("results")
            if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
                raise changed(self.word)
            hits = [_hits(item, query) for item in listed]
            wanted = (hit for hit in chain.from_iterable(hits) if not licenses or code_of(hit.license) in licenses)
            ids = [item["id"] for item in listed if isinstance(item.get("id"), int)]
            return Page(tuple(wanted), len(listed), hits.count([]), str(min(ids)) if ids else None)

        return pages(page, word=self.word, most=DEEPEST)


def _written(code: str) -> str:
    return code if code == "cc0" else f"cc-{code}"


def _hits(observation: Mapping[str, Any], query: str) -> list[Hit]:
    """The photos of an observation; without a license its owner reserves all rights."""
    user, number, photos = observation.get("user"), observation.get("id"), observation.get("photos")
    names = [user.get("name"), user.get("login")] if isinstance(user, dict) else []
    page = observation.get("uri") or f"https://www.inaturalist.org/observations/{number}"
    shared = {"page": page, "author": next((name for name in names if name), None)}
    found = [_hit(photo, shared, query) for photo in photos if isinstance(photo, dict)] if isinstance(photos, list) else []
    return [hit for hit in found if hit]


def _hit(photo: Mapping[str, Any], shared: Mapping[str, Any], query: str) -> Hit | None:
    address = photo.get("url")
    if not isinstance(address, str):
        return None
    code = code_of(photo.get("license_code")) if isinstance(photo.get("license_code"), str) else None
    facts = {
        "address": address.replace("/square.", f"/{LARGE}."),
        "thumbnail": address.replace("/square.", f"/{SMALL}."),
        "license": name_of(code) if code else RESERVED,
    }
    return hit_of({**shared, **facts}, provider=INaturalist.name, query=query)
