"""The doors through which an import takes things in: each source is opened as what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.errors import SourceError
from cvwidgets.records import Found, Known, PassedOver, Refused

if TYPE_CHECKING:
    from cvwidgets.collect import Fetching
    from cvwidgets.collect.web import Web
    from cvwidgets.project.adding import Wish
    from cvwidgets.store import Store

Items = Iterator[Found | Known | Refused | PassedOver | None]


def open_sources(wish: Wish, store: Store) -> list[Items]:
    """What each source gives that is asked for: folders, archives, files, lists, what was dropped, a data set of the hub."""
    from cvwidgets.collect import find_dropped, find_on_hub

    sources = [_find(source, wish, store) for source in wish.sources]
    if wish.dropped:
        options = {"label": wish.label, "keep": store.owned.put, "frames": wish.frames}
        sources.append(find_dropped(wish.dropped, fetching=_fetching(wish, store), **options))  # type: ignore[arg-type]
    if wish.hub:
        sources.append(find_on_hub(wish.hub, wish.label, store.owned.put, store.owned.drafting))
    return sources


def all_of(sources: Sequence[Items]) -> Items:
    """What all sources give; the first error of one comes at the end."""
    failed: list[SourceError] = []
    for source in sources:
        try:
            yield from source
        except SourceError as error:
            failed.append(error)
    if failed:
        raise failed[0]


def _find(source: Path, wish: Wish, store: Store) -> Items:
    from cvwidgets.collect import find, is_list

    if is_list(source):
        yield from _find_in_list(source, wish, store)
    else:
        yield from find(source, label=wish.label, keep=store.owned.put, within=wish.within, frames=wish.frames)


def _find_in_list(source: Path, wish: Wish, store: Store) -> Items:
    """Files that a list names; or what is fetched from its addresses, without those that are known."""
    from cvwidgets.collect import find_in_list, find_named, is_named

    where = {"columns": wish.columns, "images": wish.images, "within": wish.within}
    if is_named(source, **where):  # type: ignore[arg-type]
        return find_named(source, wish.label, **where)  # type: ignore[arg-type]
    return find_in_list(source, wish.label, store.owned.put, _fetching(wish, store))


def _fetching(wish: Wish, store: Store) -> Fetching:
    from cvwidgets.collect import Fetching

    def web() -> Web:
        from cvwidgets.collect.web import Web

        return Web(allow_private=wish.allow_private)

    return Fetching(web, store.owned.drafting, store.images.known_addresses)
