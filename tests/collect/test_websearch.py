"""Web search through the real ddgs, whose engine is led to a server here that answers as DuckDuckGo's i.js does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cvwidgets.collect import Hit, Web
from cvwidgets.collect.websearch import WebSearch
from cvwidgets.errors import ProviderFailed
from tests.collect.site import reply
from tests.collect.web_apis import Apis, serving

engines = pytest.importorskip("ddgs.engines.duckduckgo_images", reason="the extra [search] is not installed")


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Apis]:
    with serving() as served:
        monkeypatch.setattr(engines.DuckduckgoImages, "search_url", f"{served.origin}/i.js")
        monkeypatch.setattr(engines.DuckduckgoImages, "_get_vqd", lambda *_: "4-12")
        yield served


def search(*, safe: bool = True) -> list[Hit]:
    with Web() as web:
        return list(WebSearch().search("bison", web=web, count=10, licenses=None, safe=safe))


def results(site: Apis, *numbers: int) -> object:
    """A page as https://github.com/deedy5/ddgs#2-images shows its results; each picture is told with its page and size."""
    shown = {"title": "Bison", "url": "https://example.org/bison", "height": 3860, "width": 4344, "source": "Bing"}
    return {"results": [{**shown, "image": f"{site.origin}/{n}.jpg", "thumbnail": f"{site.origin}/t{n}.jpg"} for n in numbers]}


def test_pages_are_asked_until_one_is_empty_with_safe_search_on(site: Apis) -> None:
    site.api("/i.js", lambda asked: results(site, *range(3) if "s" not in asked else ()))
    hits = search()
    assert [hit.address for hit in hits] == [f"{site.origin}/{n}.jpg" for n in range(3)] and hits[0].license is None
    assert (hits[0].page, hits[0].width, hits[0].thumbnail) == ("https://example.org/bison", 4344, f"{site.origin}/t0.jpg")
    assert [(asked["p"], asked.get("s")) for asked in site.requests("/i.js")] == [("1", None), ("1", "100")]
    search(safe=False)
    assert site.requests("/i.js")[-1]["p"] == "-1"


@pytest.mark.parametrize("answer", [reply(b"blocked", 403), reply(b"", 202), reply(b"<html>"), {"results": []}])
def test_whatever_keeps_it_from_answering_is_a_sentence(site: Apis, answer: object) -> None:
    site.api("/i.js", lambda asked: answer)
    with pytest.raises(ProviderFailed, match="Web search gave nothing; it may have found nothing, or block programs for a while"):
        search()
    assert len(site.requests("/i.js")) == 1


def test_the_same_page_for_ever_ends(site: Apis) -> None:
    site.api("/i.js", lambda asked: results(site, 1, 2))
    with pytest.raises(ProviderFailed, match="Web search gives the same page again"):
        search()
    assert len(site.requests("/i.js")) == 2
