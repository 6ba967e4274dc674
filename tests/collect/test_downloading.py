"""Many addresses at once: each told as it is done, known ones not asked, nothing left when it is broken off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from cvwidgets.collect.downloading import Arrival, Wanted, download
from cvwidgets.collect.web import Limits, Web
from cvwidgets.records import Refused, Source
from tests.collect.site import HOST, PUBLIC, Site, Streets, reply
from tests.collect.test_web import picture

Fetch = Callable[..., list[Arrival]]


@pytest.fixture
def site() -> Iterator[Site]:
    with closing(Site()) as opened:
        opened.answers = {f"/{number}.jpg": reply(picture(f"#{number:06x}")) for number in range(40)}
        yield opened


@pytest.fixture
def web(site: Site) -> Iterator[Web]:
    with Web(Limits(seconds=0.5, tries=1, per_host=3), resolve=lambda host, port: [PUBLIC], network=Streets(site.port)) as opened:
        yield opened


def wanted(names: Iterable[object], host: str = HOST) -> Iterator[Wanted]:
    return (Wanted(Source(address=f"{host}/{name}.jpg")) for name in names)


@pytest.fixture
def fetch(web: Web, tmp_path: Path) -> Fetch:
    def fetch_all(some: Iterable[Wanted | Refused], known: frozenset[str] = frozenset(), **options: int) -> list[Arrival]:
        items = download(web, some, tmp_path, is_known=lambda asked: known & set(asked), **options)
        return [item for item in items if isinstance(item, Arrival)]

    return fetch_all


def paths(arrivals: list[Arrival]) -> list[Path]:
    return [arrival.file.path for arrival in arrivals if arrival.file]


def test_all_that_can_be_had_comes_and_the_rest_is_told(site: Site, fetch: Fetch, tmp_path: Path) -> None:
    site.answers["/hangs.jpg"] = site.hangs
    told = fetch(wanted([*range(40), "missing", "hangs"]), ahead=8)
    assert sorted(paths(told)) == sorted(tmp_path.iterdir()) and len(paths(told)) == 40
    problems = {arrival.wanted.address[len(HOST) :]: str(arrival.problem) for arrival in told if arrival.problem}
    assert "HTTP 404" in problems["/missing.jpg"] and "within 0.5 s" in problems["/hangs.jpg"]


def test_known_addresses_are_not_asked(site: Site, fetch: Fetch) -> None:
    told = fetch(wanted(range(10)), known=frozenset(f"{HOST}/{number}.jpg" for number in range(7)))
    assert sum(arrival.file is None and arrival.problem is None for arrival in told) == 7
    assert sorted(site.asked) == ["/7.jpg", "/8.jpg", "/9.jpg"]


def test_an_address_that_comes_again_is_asked_once(site: Site, fetch: Fetch) -> None:
    told = fetch(wanted([1, 1, 2, "missing", "missing"]))
    assert (len(told), len(paths(told)), sum(arrival.problem is not None for arrival in told)) == (5, 2, 2)
    assert sorted(site.asked) == ["/1.jpg", "/2.jpg", "/missing.jpg"]


def test_a_host_that_hangs_holds_up_no_other(site: Site, tmp_path: Path) -> None:
    site.answers |= {f"/slow{number}.jpg": site.hangs for number in range(9)}
    slow = wanted((f"slow{number}" for number in range(9)), "http://slow.example")
    with Web(Limits(seconds=60, per_host=3), resolve=lambda host, port: [PUBLIC], network=Streets(site.port)) as web:
        items = download(web, [*slow, *wanted(range(40))], tmp_path, is_known=lambda _: set())
        told = islice((item for item in items if item), 40)
        assert not [item for item in told if not isinstance(item, Arrival) or not item.file], "all others came meanwhile"


def test_breaking_off_keeps_what_was_told_and_leaves_nothing_else(site: Site, web: Web, tmp_path: Path) -> None:
    site.answers["/slow.jpg"] = site.trickles
    items = download(web, wanted(["slow", *range(40)]), tmp_path, is_known=lambda _: set())
    told = [item for item in (next(items) for _ in range(5)) if isinstance(item, Arrival)]
    items.close()
    assert sorted(tmp_path.iterdir()) == sorted(paths(told))


def test_the_caller_may_change_its_mind_while_nothing_comes(site: Site, web: Web, tmp_path: Path) -> None:
    site.answers["/slow.jpg"] = site.hangs
    items = download(web, wanted(["slow"]), tmp_path, is_known=lambda _: set())
    assert next(items) is None


def test_what_is_wanted_is_drawn_only_as_far_ahead_as_is_asked(fetch: Fetch, web: Web, tmp_path: Path) -> None:
    drawn: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(40):
            drawn.append(number)
            yield number

    items = download(web, wanted(numbers()), tmp_path, is_known=lambda _: set(), ahead=8)
    assert isinstance(next(items), Arrival) and len(drawn) <= 8 + 2
    items.close()
