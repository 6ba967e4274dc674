"""A site whose answers are shaped as the providers' documentation says, and that is out of order as they are; pictures lie on it too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.collect.site import Answer, Site, reply

Query = dict[str, str]


class Apis(Site):
    """A site with APIs and pictures by path."""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def api(self, path: str, answering: Callable[[Query], object]) -> None:
        """What an API answers to a query: a document, or a whole answer when it is out of order."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            given = answering(_query(handler.path))
            (given if callable(given) else reply(json.dumps(given).encode(), Content_Type="application/json"))(handler)

        self.answers[path] = answer

    def give(self, path: str, picture: bytes) -> None:
        """Puts a picture there."""
        self.answers[path] = reply(picture, Content_Type="image/jpeg")

    def requests(self, path: str) -> list[Query]:
        """What an API was asked."""
        return [_query(asked) for asked in self.asked if urlsplit(asked).path == path]


def _query(target: str) -> Query:
    return dict(parse_qsl(urlsplit(target).query))


@contextmanager
def serving() -> Iterator[Apis]:
    """Serves a site until the end of the block."""
    with closing(Apis()) as site:
        yield site


def busy(seconds: int) -> Answer:
    """The answer of one who was asked too much."""
    return reply(b'{"detail": "Request was throttled."}', 429, Retry_After=str(seconds))


# ---- documents as the documentation shows them


def openverse_document(origin: str, page: int, pages: int, *, count: int = 20, **more: Any) -> dict[str, Any]:
    """A page of https://api.openverse.org/v1/#tag/images/operation/images_search, with the example of that page as pictures."""
    results = [openverse_result(origin, f"{page}-{number}", **more) for number in range(count)]
    return {"result_count": pages * count, "page_count": pages, "page_size": 20, "page": page, "results": results, "warnings": []}


def openverse_result(origin: str, name: str, **more: Any) -> dict[str, Any]:
    """One result."""
    api = "https://api.openverse.org/v1/images/4bc43a04-ef46-4544-a0c1-63c63f56e276"
    return {
        "id": "4bc43a04-ef46-4544-a0c1-63c63f56e276",
        "title": "Tree Bark Photo",
        "indexed_on": "2020-03-28T21:05:44.000000Z",
        "foreign_landing_url": f"https://stocksnap.io/photo/{name}",
        "url": f"{origin}/pictures/{name}.jpg",
        "creator": "Tim Sullivan",
        "creator_url": "https://www.timsullivan.net",
        "license": "cc0",
        "license_version": "1.0",
        "license_url": "https://creativecommons.org/publicdomain/zero/1.0/",
        "provider": "stocksnap",
        "source": "stocksnap",
        "category": "photograph",
        "filesize": 896128,
        "filetype": "jpg",
        "tags": [{"name": "bark", "accuracy": None, "unstable__provider": "stocksnap"}],
        "attribution": '"Tree Bark Photo" by Tim Sullivan is marked with CC0 1.0.',
        "fields_matched": ["title"],
        "mature": False,
        "height": 4016,
        "width": 6016,
        "thumbnail": f"{origin}/thumbs/{name}.jpg",
        "detail_url": f"{api}/",
        "related_url": f"{api}/related/",
        **more,
    }


def commons_document(origin: str, names: list[str], *, offset: int | None = None, license: str = "CC BY-SA 4.0") -> dict[str, Any]:
    """An answer of https://commons.wikimedia.org/w/api.php to generator=search with prop=imageinfo, formatversion=2."""
    pages = [commons_page(origin, name, index, license) for index, name in enumerate(names, (offset or len(names)) - len(names) + 1)]
    more = {"continue": {"gsroffset": offset, "continue": "gsroffset||"}} if offset else {"batchcomplete": True}
    return {**more, "query": {"pages": pages[::-1]}}  # by page id, not by rank


def commons_page(origin: str, name: str, index: int, license: str) -> dict[str, Any]:
    """One file, wider than 1920 pixels."""
    info = {
        "size": 3_904_000,
        "width": 4000,
        "height": 3000,
        "thumburl": f"{origin}/thumb/{name}.jpg/1920px-{name}.jpg",
        "thumbwidth": 1920,
        "thumbheight": 1440,
        "url": f"{origin}/commons/{name}.jpg",
        "descriptionurl": f"https://commons.wikimedia.org/wiki/File:{name}.jpg",
        "descriptionshorturl": "https://commons.wikimedia.org/w/index.php?curid=1",
        "extmetadata": {
            "License": {"value": license.lower().replace(" ", "-"), "source": "commons-templates", "hidden": ""},
            "Artist": {"value": '<a href="//commons.wikimedia.org/wiki/User:Ann" title="User:Ann">Ann &amp; Bob</a>', "source": "x"},
            "LicenseShortName": {"value": license, "source": "commons-desc-page", "hidden": ""},
        },
    }
    return {"pageid": 100 + index, "ns": 6, "title": f"File:{name}.jpg", "index": index, "imagerepository": "local", "imageinfo": [info]}


def pexels_document(origin: str, page: int, pages: int, *, count: int = 3) -> dict[str, Any]:
    """A page of https://www.pexels.com/api/documentation/#photos-search."""
    photos = [
        {
            "id": 1000 * page + number,
            "width": 3066,
            "height": 3968,
            "url": f"https://www.pexels.com/photo/trees-{page}-{number}/",
            "photographer": "Joey Farina",
            "photographer_url": "https://www.pexels.com/@joey",
            "photographer_id": 680589,
            "avg_color": "#978E82",
            "src": {
                name: f"{origin}/pexels/{page}-{number}.jpeg?{name}"
                for name in ("original", "large2x", "large", "medium", "small", "portrait", "landscape", "tiny")
            },
            "liked": False,
            "alt": "Brown Rocks During Golden Hour",
        }
        for number in range(count)
    ]
    more = {"next_page": f"https://api.pexels.com/v1/search/?page={page + 1}&per_page={count}&query=nature"} if page < pages else {}
    return {"total_results": pages * count, "page": page, "per_page": count, "photos": photos, **more}


def flickr_document(origin: str, page: int, pages: int, *, licenses: tuple[str, ...] = ("4", "0", "99")) -> dict[str, Any]:
    """A page of https://www.flickr.com/services/api/flickr.photos.search.html with format=json, nojsoncallback=1 and extras."""
    photos = [
        {
            "id": f"{page}{number}",
            "owner": "47058503995@N01",
            "secret": "a123456",
            "server": "2",
            "farm": 1,
            "title": "test_04",
            "ispublic": 1,
            "isfriend": 0,
            "isfamily": 0,
            "license": license,
            "ownername": "Ann <b>Bob</b>",
            "url_s": f"{origin}/flickr/{page}-{number}_m.jpg",
            **({"url_l": f"{origin}/flickr/{page}-{number}_b.jpg", "height_l": 683, "width_l": "1024"} if number else {}),
            "url_o": f"{origin}/flickr/{page}-{number}_o.jpg",
            "height_o": 300,
            "width_o": 400,
        }
        for number, license in enumerate(licenses)
    ]
    return {"photos": {"page": page, "pages": pages, "perpage": 250, "total": pages * len(licenses), "photo": photos}, "stat": "ok"}


def inaturalist_document(origin: str, ids: list[int], total: int, license: str | None = "cc-by-nc") -> dict[str, Any]:
    """A page of https://api.inaturalist.org/v1/docs/#!/Observations/get_observations."""
    results = [
        {
            "id": number,
            "uri": f"https://www.inaturalist.org/observations/{number}",
            "quality_grade": "research",
            "species_guess": "American Bison",
            "taxon": {"id": 42408, "name": "Bison bison", "preferred_common_name": "American Bison"},
            "user": {"id": 7, "login": "ranger", "name": "R. Anger"},
            "photos": [
                {
                    "id": 10 * number + at,
                    "license_code": license,
                    "url": f"{origin}/photos/{10 * number + at}/square.jpg",
                    "attribution": "(c) R. Anger, some rights reserved (CC BY-NC)",
                    "original_dimensions": {"width": 2048, "height": 1365},
                    "flags": [],
                }
                for at in range(2)
            ],
        }
        for number in ids
    ]
    return {"total_results": total, "page": 1, "per_page": len(ids), "results": results}
