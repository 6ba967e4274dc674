"""Providers that want a key, against answers shaped as their documentation says: the key goes to them and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvwidgets.collect import Hit, Provider, Web, load_provider, provider_facts
from cvwidgets.collect.flickr import Flickr
from cvwidgets.collect.pexels import Pexels
from cvwidgets.errors import ProviderFailed, SettingsError, UnknownProvider
from cvwidgets.keys import FILE, keep_key, key_of, where_is
from cvwidgets.settings import change_settings
from tests.collect.site import reply
from tests.collect.web_apis import Apis, busy, flickr_document, pexels_document

KEY = "563492ad6f917000010000015e4"
MAKE: dict[str, Callable[[str], Provider]] = {"pexels": Pexels, "flickr": Flickr}
VARIABLES = {name: make("").needs_key or "" for name, make in MAKE.items()}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
        keep_key(variable, KEY)


def search(site: Apis, web: Web, name: str, *, licenses: frozenset[str] | None = None, safe: bool = True) -> Iterator[Hit]:
    return MAKE[name](f"{site.origin}/{name}").search("bison", web=web, count=200, licenses=licenses, safe=safe)


def test_pexels_is_asked_with_the_key_in_a_header_page_by_page(site: Apis, web: Web) -> None:
    site.api("/pexels", lambda asked: pexels_document(site.origin, int(asked["page"]), 2))
    hits = list(search(site, web, "pexels"))
    assert [hit.address for hit in hits] == [f"{site.origin}/pexels/{page}-{at}.jpeg?large2x" for page in (1, 2) for at in range(3)]
    assert (hits[0].author, hits[0].license, hits[0].page) == ("Joey Farina", "Pexels license", "https://www.pexels.com/photo/trees-1-0/")
    assert site.requests("/pexels") == [{"query": "bison", "per_page": "80", "page": page} for page in ("1", "2")]
    assert {headers["Authorization"] for headers in site.headers} == {KEY} and KEY not in str(hits) + str(site.asked)


def test_flickr_is_asked_for_licenses_and_safe_pictures_and_its_numbers_are_told_as_licenses(site: Apis, web: Web) -> None:
    site.api("/flickr", lambda asked: flickr_document(site.origin, int(asked["page"]), 2))
    hits = list(search(site, web, "flickr"))
    assert len(hits) == 6 and [hit.license for hit in hits[:3]] == ["CC BY 2.0", "all rights reserved", None]
    assert [(hit.address[-9:], hit.width, hit.height) for hit in hits[:2]] == [("1-0_o.jpg", 400, 300), ("1-1_b.jpg", 1024, 683)]
    assert (hits[0].page, hits[0].author) == ("https://www.flickr.com/photos/47058503995@N01/10", "Ann Bob")
    asked = site.requests("/flickr")[0]
    assert (asked["text"], asked["safe_search"], asked["api_key"], asked["nojsoncallback"]) == ("bison", "1", KEY, "1")
    free = list(search(site, web, "flickr", licenses=frozenset({"by", "cc0"}), safe=False))
    assert {hit.license for hit in free} == {"CC BY 2.0"} and site.requests("/flickr")[-1]["license"] == "4,9"
    assert site.requests("/flickr")[-1]["safe_search"] == "3"


def test_a_key_that_is_none_is_told_without_it(site: Apis, web: Web) -> None:
    site.api("/flickr", lambda asked: {"stat": "fail", "code": 100, "message": f"Invalid API Key ({asked['api_key']})"})
    site.api("/pexels", lambda asked: reply(b'{"error": "invalid key"}', 401))
    for name in MAKE:
        with pytest.raises(ProviderFailed, match="does not take the key; it needs one that it gave you") as caught:
            list(search(site, web, name))
        assert KEY not in f"{caught.value} {caught.value.__cause__}" and len(site.requests(f"/{name}")) == 1


ODD = {
    "an error": (reply(b"oops", 500), "answers with status 500"),
    "too many": (busy(3 * 3600), "it has a limit for everyone. Search again in 3 hours"),
    "a page for people": (reply(b"<html>We moved.</html>", Content_Type="text/html"), "a form that is not known here"),
    "another shape": ({"photos": {"photo": "none"}, "results": []}, "a form that is not known here"),
    "out of order": ({"stat": "fail", "code": 105, "message": "Service currently unavailable"}, "out of order|not known here"),
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("name", MAKE)
def test_whatever_else_they_answer_ends_in_a_sentence_that_holds_no_key(site: Apis, web: Web, name: str, what: str) -> None:
    answer, sentence = ODD[what]
    site.api(f"/{name}", lambda asked: answer)
    with pytest.raises(ProviderFailed, match=sentence) as caught:
        list(search(site, web, name))
    assert KEY not in f"{caught.value} {caught.value.__cause__}"


@pytest.mark.parametrize("name", MAKE)
def test_the_same_page_for_ever_and_an_empty_one_end_it(site: Apis, web: Web, name: str) -> None:
    document = {"pexels": pexels_document, "flickr": flickr_document}[name]
    site.api(f"/{name}", lambda asked: document(site.origin, 1, 1000))
    with pytest.raises(ProviderFailed, match="gives the same page again"):
        list(search(site, web, name))
    site.api(f"/{name}", lambda asked: {"photos": []} if name == "pexels" else {"photos": {"pages": 0, "photo": []}, "stat": "ok"})
    assert list(search(site, web, name)) == []


@pytest.mark.parametrize("name", MAKE)
def test_one_that_is_out_of_reach_is_told_without_the_key_in_its_address(web: Web, name: str) -> None:
    with pytest.raises(ProviderFailed, match="cannot be asked: No connection") as caught:
        list(MAKE[name]("http://127.0.0.1:9009/").search("b", web=web, count=5, licenses=None, safe=True))
    assert KEY not in f"{caught.value} {caught.value.__cause__}"


def test_without_a_key_a_provider_says_where_to_put_one(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_key("PEXELS_API_KEY", None)
    assert where_is("PEXELS_API_KEY") is None and where_is("FLICKR_API_KEY") == "kept"
    with pytest.raises(UnknownProvider, match=r"Pexels needs a key. Get one from its site, and put it into Settings, or as PEXELS_API_KEY"):
        load_provider("pexels")
    monkeypatch.setenv("PEXELS_API_KEY", "of the environment")
    assert (load_provider("pexels").name, key_of("PEXELS_API_KEY"), where_is("PEXELS_API_KEY")) == (
        "pexels",
        "of the environment",
        "environment",
    )
    assert {one.name for one in provider_facts() if one.needs_key} == {"pexels", "flickr"}


def test_a_key_is_kept_where_nobody_else_reads_it_and_one_that_is_none_is_not(machine_folder: Path) -> None:
    assert (machine_folder / FILE).stat().st_mode & 0o777 == 0o600 or os.name == "nt"
    for wrong in ("two words", "line\nbreak", "x" * 501, "schlüssel"):
        with pytest.raises(SettingsError, match="This is no key") as caught:
            keep_key("PEXELS_API_KEY", wrong)
        assert wrong not in str(caught.value)
    (machine_folder / FILE).write_text("[]")
    assert key_of("PEXELS_API_KEY") is None


def test_hosts_are_told_who_asks_and_the_contact_only_of_one_who_gave_it(site: Apis) -> None:
    site.api("/x", lambda asked: {})
    for contact, told in (("", "cvwidgets/"), ("ann@example.org", "(ann@example.org; a program that")):
        change_settings(contact=contact)
        with Web(allow_private=True) as web:
            web.json(f"{site.origin}/x")
        assert told in site.headers[-1]["User-Agent"] and ("@" in site.headers[-1]["User-Agent"]) == bool(contact)
    for wrong in ("ann (at) example", "ann@example.org\r\nX: y", "ann"):
        with pytest.raises(SettingsError, match="contact"):
            change_settings(contact=wrong)
