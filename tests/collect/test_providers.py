"""Providers against answers shaped as their documentation says: paged, licensed, and out of order in every way that was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cvwidgets.collect import Hit, Provider, Web
from cvwidgets.collect.commons import Commons
from cvwidgets.collect.inaturalist import INaturalist
from cvwidgets.collect.openverse import Openverse
from cvwidgets.errors import ProviderFailed
from tests.collect.site import reply
from tests.collect.web_apis import Apis, busy, commons_document, inaturalist_document, openverse_document

BY_NC = frozenset({"by-nc"})
MAKE: dict[str, Callable[[str], Provider]] = {"openverse": Openverse, "commons": Commons, "inaturalist": INaturalist}


def search(site: Apis, web: Web, name: str, *, licenses: frozenset[str] | None = None, safe: bool = True) -> Iterator[Hit]:
    return MAKE[name](f"{site.origin}/{name}").search("american bison", web=web, count=50, licenses=licenses, safe=safe)


def test_openverse_is_asked_page_by_page_and_only_as_far_as_hits_are_taken(site: Apis, web: Web) -> None:
    site.api("/openverse", lambda asked: openverse_document(site.origin, int(asked["page"]), 12))
    hits = search(site, web, "openverse")
    first = next(hits)
    assert (first.address, first.license, first.author) == (f"{site.origin}/pictures/1-0.jpg", "CC0 1.0", "Tim Sullivan")
    assert (first.page, first.width, first.height) == ("https://stocksnap.io/photo/1-0", 6016, 4016)
    assert site.requests("/openverse") == [{"q": "american bison", "page_size": "20", "mature": "false", "page": "1"}]
    assert len([first, *hits]) == 240 and [asked["page"] for asked in site.requests("/openverse")] == [str(n) for n in range(1, 13)]


def test_openverse_is_asked_for_licenses_and_for_everything_only_when_that_is_wanted(site: Apis, web: Web) -> None:
    site.api("/openverse", lambda asked: openverse_document(site.origin, 1, 1, license="by-sa", license_version="2.0"))
    hits = list(search(site, web, "openverse", licenses=frozenset({"by-sa", "cc0"}), safe=False))
    (asked,) = site.requests("/openverse")
    assert (asked["license"], asked["mature"], hits[0].license) == ("by-sa,cc0", "true", "CC BY-SA 2.0")
    assert list(search(site, web, "openverse", licenses=BY_NC)) == []  # what it gives nevertheless is left out


def test_commons_gives_a_rendition_of_large_files_in_order_and_follows_what_it_says_of_the_next_page(site: Apis, web: Web) -> None:
    def answer(asked: dict[str, str]) -> object:
        return (
            commons_document(site.origin, ["c"]) if asked.get("gsroffset") == "2" else commons_document(site.origin, ["a", "b"], offset=2)
        )

    site.api("/commons", answer)
    hits = list(search(site, web, "commons"))
    assert [hit.address for hit in hits] == [f"{site.origin}/thumb/{name}.jpg/1920px-{name}.jpg" for name in "abc"]
    assert (hits[0].author, hits[0].license, hits[0].width) == ("Ann & Bob", "CC BY-SA 4.0", 1920)
    assert (hits[0].thumbnail, hits[0].page) == (f"{site.origin}/thumb/a.jpg/330px-a.jpg", "https://commons.wikimedia.org/wiki/File:a.jpg")
    assert site.requests("/commons")[0]["gsrsearch"] == "american bison filetype:bitmap"


def test_commons_leaves_out_what_has_another_license_and_gives_up_when_all_has(site: Apis, web: Web) -> None:
    def answer(asked: dict[str, str]) -> object:
        at = int(asked.get("gsroffset", 0))
        return commons_document(site.origin, [f"p{at}"], offset=at + 1, license="CC BY-NC 2.0" if at == 1 else "GFDL")

    site.api("/commons", answer)
    found = []
    with pytest.raises(ProviderFailed, match="found nothing of the license that is wanted on 5 pages in a row"):
        found.extend(search(site, web, "commons", licenses=BY_NC))
    site.api("/commons", lambda asked: {"batchcomplete": True})
    assert list(search(site, web, "commons")) == []


def test_commons_says_with_status_200_that_it_is_busy(site: Apis, web: Web) -> None:
    site.api("/commons", lambda asked: {"error": {"code": "ratelimited", "info": "You've exceeded your rate limit."}})
    with pytest.raises(ProviderFailed, match=r"busy and lets nobody ask so much at once \(ratelimited\)") as caught:
        list(search(site, web, "commons"))
    assert caught.value.kind == "blocked"


def test_inaturalist_gives_the_photos_of_observations_with_their_licenses_and_goes_on_below_the_last_one(site: Apis, web: Web) -> None:
    def answer(asked: dict[str, str]) -> object:
        ids = [number for number in range(9, 0, -1) if number < int(asked.get("id_below", 100))]
        return inaturalist_document(site.origin, ids[:4], len(ids))

    site.api("/inaturalist", answer)
    hits = list(search(site, web, "inaturalist"))
    assert len(hits) == 18 and hits[0].address == f"{site.origin}/photos/90/large.jpg"
    assert (hits[0].thumbnail, hits[0].author, hits[0].license) == (f"{site.origin}/photos/90/small.jpg", "R. Anger", "CC BY-NC")
    assert [asked.get("id_below") for asked in site.requests("/inaturalist")] == [None, "6", "2", "1"]
    assert site.requests("/inaturalist")[0]["q"] == "american bison" and site.requests("/inaturalist")[0]["search_on"] == "names"


def test_a_photo_without_a_license_on_inaturalist_is_its_owners(site: Apis, web: Web) -> None:
    document = inaturalist_document(site.origin, [3], 1, license=None)
    site.api("/inaturalist", lambda asked: {"results": []} if "id_below" in asked else document)
    assert {hit.license for hit in search(site, web, "inaturalist")} == {"all rights reserved"}
    assert list(search(site, web, "inaturalist", licenses=BY_NC)) == []
    assert site.requests("/inaturalist")[-1]["photo_license"] == "cc-by-nc"
    assert list(search(site, web, "inaturalist", licenses=frozenset({"pdm"}))) == []


# ---- out of order, each of them


@pytest.mark.parametrize("name", MAKE)
def test_one_that_asks_to_wait_a_moment_is_asked_again(site: Apis, web: Web, name: str) -> None:
    site.api(f"/{name}", lambda asked: busy(0) if len(site.requests(f"/{name}")) == 1 else {"results": [], "batchcomplete": True})
    assert list(search(site, web, name)) == [] and len(site.requests(f"/{name}")) == 2


@pytest.mark.parametrize("name", MAKE)
def test_one_that_asks_to_wait_for_hours_is_left_alone_with_a_sentence(site: Apis, web: Web, name: str) -> None:
    site.api(f"/{name}", lambda asked: busy(3 * 3600))
    with pytest.raises(ProviderFailed, match=r"it has a limit for everyone. Search again in 3 hours, or use another provider") as caught:
        list(search(site, web, name))
    assert caught.value.kind == "blocked" and len(site.requests(f"/{name}")) <= 3


ODD = {
    "an error": (reply(b"oops", 500), "answers with status 500"),
    "a page for people": (reply(b"<html>We moved.</html>", Content_Type="text/html"), "a form that is not known here"),
    "a list": ([], "a form that is not known here"),
    "another shape": ({"data": [1, 2]}, "a form that is not known here"),
    "things without pictures": ({"results": [{"id": 1}], "query": {"pages": [{"pageid": 1}]}}, "a form that is not known here"),
    "things that are none": ({"results": "none", "query": {"pages": "none"}}, "a form that is not known here"),
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("name", MAKE)
def test_whatever_else_it_answers_ends_in_a_sentence(site: Apis, web: Web, name: str, what: str) -> None:
    answer, sentence = ODD[what]
    site.api(f"/{name}", lambda asked: answer)
    with pytest.raises(ProviderFailed, match=sentence):
        list(search(site, web, name))
    assert len(site.requests(f"/{name}")) <= 3


@pytest.mark.parametrize("name", MAKE)
def test_one_that_gives_the_same_page_for_ever_is_asked_twice(site: Apis, web: Web, name: str) -> None:
    documents = {
        "openverse": lambda asked: openverse_document(site.origin, 1, 1000),
        "commons": lambda asked: commons_document(site.origin, ["a"], offset=len(site.requests("/commons"))),
        "inaturalist": lambda asked: inaturalist_document(site.origin, [9], 9),
    }
    site.api(f"/{name}", documents[name])
    with pytest.raises(ProviderFailed, match="gives the same page again"):
        list(search(site, web, name))
    assert len(site.requests(f"/{name}")) == 2


@pytest.mark.parametrize("name", MAKE)
def test_one_that_is_not_there_is_told_as_out_of_reach(web: Web, name: str) -> None:
    with pytest.raises(ProviderFailed, match=r"cannot be asked: No connection to '127\.0\.0\.1'") as caught:
        list(MAKE[name]("http://127.0.0.1:9009/").search("bison", web=web, count=5, licenses=None, safe=True))
    assert caught.value.kind == "unreachable"
