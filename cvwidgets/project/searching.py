"""A search from its queries to New images: asked, fetched, taken in, compared, until as many are new as were asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets import jobs
from cvwidgets.clock import now
from cvwidgets.errors import SourceError
from cvwidgets.files import write_whole
from cvwidgets.project.adding import Wish, add_iter
from cvwidgets.project.provider_health import write_health
from cvwidgets.project.search_report import QueryReport, SearchReport, search_report
from cvwidgets.project.tally import Tally
from cvwidgets.records import UNSORTED

if TYPE_CHECKING:
    from cvwidgets.collect import Provider, Search, Strand
    from cvwidgets.project.gathering import Gathering
    from cvwidgets.store import Store

MOST = 100_000
LONGEST_QUERY = 300


@dataclass(frozen=True, slots=True)
class SearchWish:
    """What is asked of a search: `count` new images for a label by some queries at some providers, by name (none: the usual ones).

    `license` is a group or codes, see `collect.licenses`. `allow_private` lets addresses of this computer and its network pass.
    """

    queries: tuple[str, ...]
    label: str | None = None
    count: int = 100
    providers: tuple[str, ...] = ()
    license: str | None = None
    safe: bool = True
    allow_private: bool = False

    def check(self) -> None:
        """Looks at what can be told before anybody is asked.

        Raises:
            SourceError: there is nothing to look for, or no such license.
            ValueError: `count` is none that there can be.
        """
        from cvwidgets.collect import licenses_of

        if not 1 <= self.count <= MOST:
            raise ValueError(f"count is {self.count}; it can be 1 to {MOST:,}")
        if not self.queries or not all(query.strip() for query in self.queries):
            raise SourceError("There is nothing to look for; a search needs a word at least. Say what the pictures are to show.")
        if any(len(query) > LONGEST_QUERY for query in self.queries):
            raise SourceError(f"A query is longer than {LONGEST_QUERY} characters; providers take a few words. Shorten it.")
        licenses_of(self.license)

    @property
    def home(self) -> str | None:
        """The label that what is found lands in; None for none."""
        return None if not self.label or self.label.casefold() == UNSORTED.casefold() else self.label

    def options(self) -> dict[str, Any]:
        """What is asked besides the queries, as arguments of `Collect.search`."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "queries"}

    def key(self, providers: Sequence[Provider]) -> str:
        """The same for the same wish."""
        names = sorted(provider.name for provider in providers)
        facts = [sorted(self.queries), self.label, self.count, names, self.license, self.safe]
        import hashlib

        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def check_search(wish: SearchWish) -> None:
    """Looks whether a search can be begun at all, before a project is made for it.

    Raises:
        SourceError: there is nothing to look for, no such license, or a provider cannot be asked.
        ValueError: `count` is none that there can be.
    """
    wish.check()
    choose_providers(wish)


def choose_providers(wish: SearchWish) -> list[Provider]:
    """The providers that a wish names, ready to be asked.

    Raises:
        UnknownProvider: there is none of a name, or it cannot be asked here.
        SourceError: a license is asked for, and one of them knows none.
    """
    from cvwidgets.collect import USUAL, load_provider

    return check_providers([load_provider(name) for name in dict.fromkeys(wish.providers or USUAL)], wish)


def check_providers(providers: list[Provider], wish: SearchWish) -> list[Provider]:
    """The same providers, if all of them can do what is asked.

    Raises:
        SourceError: a license is asked for, and one of them knows none.
    """
    blind = [provider.word for provider in providers if not provider.knows_licenses]
    if wish.license and blind:
        raise SourceError(
            f"{' and '.join(blind)} cannot tell licenses, and pictures with one of '{wish.license}' are asked for. Leave it out, or allow "
            "any license."
        )
    return providers


def search_iter(store: Store, wish: SearchWish, providers: list[Provider], *, by: str) -> Iterator[SearchReport]:
    """Searches, and takes in what is new; see `Collect.search_iter`.

    What is taken in may turn out to be there already, or to look like what was judged: then more is fetched, round by round.
    """
    from cvwidgets.collect import Search, Web, licenses_of
    from cvwidgets.project.gathering import Gathering
    from cvwidgets.store.failures import read_only

    if store.read_only:
        raise read_only(store.folder)
    note = _Note(store.folder, wish.key(providers))
    earlier = store.images.count_brought(wish.queries, [provider.name for provider in providers], since=note.begun())
    count, licenses = max(0, wish.count - earlier), licenses_of(wish.license)
    with (
        store.owned.drafting() as folder,
        Web(allow_private=wish.allow_private) as web,
        Search(wish.queries, providers, web=web, count=count, licenses=licenses, safe=wish.safe) as search,
    ):
        gathering = Gathering(store, search, web, Tally(), label=wish.home, count=count, folder=folder)
        for _ in _rounds(store, wish, gathering, search, by=by):
            write_health(store.folder, search.strands)
            yield _report(wish, gathering, search, earlier=earlier)
        write_health(store.folder, search.strands)
    note.forget()
    yield _report(wish, gathering, search, earlier=earlier, finished=True)


def _rounds(store: Store, wish: SearchWish, gathering: Gathering, search: Search, *, by: str) -> Iterator[None]:
    """Takes in what is gathered until it is enough, or nothing more is found; ended early, it lets no download go on."""
    taking_in = Wish(label=wish.home, state="new")
    while not gathering.is_over:
        reports = add_iter(store, taking_in, by=by, searched=gathering.found(), tally=gathering.tally)
        try:
            for _ in reports:
                yield
        except GeneratorExit:
            search.close()  # so that the import does not wait for what is on its way
            reports.close()  # type: ignore[attr-defined]
            raise


def _report(wish: SearchWish, gathering: Gathering, search: Search, *, earlier: int, finished: bool = False) -> SearchReport:
    """The counts of this moment; at the end with the reasons why there are fewer than were asked for."""
    counts = gathering.tally.report(finished=finished)
    queries = tuple(_of(strand, gathering) for strand in search.strands)
    if finished and counts.added + earlier < wish.count:
        reasons = dict.fromkeys(query.sentence for query in queries if query.sentence)
        counts = replace(counts, notes=(*reasons, *counts.notes))
    return search_report(counts, asked=wish.count, earlier=earlier, queries=queries)


def _of(strand: Strand, gathering: Gathering) -> QueryReport:
    name, word = strand.provider.name, strand.provider.word
    fetched = gathering.fetched[name, strand.query]
    return QueryReport(strand.query, name, word, strand.seen, fetched, strand.ended, strand.sentence)


class _Note:
    """When a search began, for the same search to go on if it is broken off; forgotten when it is done."""

    def __init__(self, project: Path, key: str) -> None:
        self._file = project / "work" / f"search-{key}.json"

    def begun(self) -> str:
        """When the search began that was broken off; if none was, this moment, as it begins now."""
        if known := jobs.read_facts(self._file):
            return str(known.get("begun"))
        begun = now()
        with suppress(OSError):  # without it a search that is broken off begins anew
            self._file.parent.mkdir(exist_ok=True)
            write_whole(self._file, json.dumps({"begun": begun}).encode())
        return begun

    def forget(self) -> None:
        """The search is done: the next one like it asks for as many anew."""
        self._file.unlink(missing_ok=True)
