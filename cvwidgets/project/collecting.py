"""Pictures for a project out of the web: searched, looked at beforehand, cloned from the hub, and attributed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.project.adding import Wish, add_iter, make_wish
from cvwidgets.project.adopting import Adopted, adopt
from cvwidgets.project.attributing import write_attribution
from cvwidgets.project.provider_health import with_health
from cvwidgets.project.search_report import SearchReport
from cvwidgets.project.searching import SearchWish, check_providers, choose_providers, search_iter
from cvwidgets.project.watches import Watches
from cvwidgets.project.work import Work, WorkFolders
from cvwidgets.records import ImportReport, State

if TYPE_CHECKING:
    from cvwidgets.collect import Hit, HubDataset, ListLook, Provider, ProviderFacts
    from cvwidgets.store import Store


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture that a search would find: the `hit`, and a JPEG of 256 px short side, None where it cannot be had."""

    hit: Hit
    thumbnail: bytes | None


class Collect(Watches):
    """Finds pictures on the web for a project; what is found lands in New of a label, with where it came from. Folders are watched, too."""

    def __init__(self, store: Store, *, by: str) -> None:
        super().__init__(store, by=by)
        self._work = WorkFolders(store.folder, read_only=store.read_only)

    def search(
        self,
        *queries: str,
        label: str | None = None,
        count: int = 100,
        providers: Sequence[str | Provider] = (),
        license: str | None = None,
        safe: bool = True,
        allow_private: bool = False,
    ) -> SearchReport:
        """Finds and takes in new images; the report at the end of `search_iter`.

        Raises:
            SourceError: there is nothing to look for, no such license, or a provider cannot be asked.
        """
        reports = self.search_iter(
            *queries, label=label, count=count, providers=providers, license=license, safe=safe, allow_private=allow_private
        )
        return deque(reports, maxlen=1).pop()

    def search_iter(
        self,
        *queries: str,
        label: str | None = None,
        count: int = 100,
        providers: Sequence[str | Provider] = (),
        license: str | None = None,
        safe: bool = True,
        allow_private: bool = False,
    ) -> Iterator[SearchReport]:
        """Finds new images by several queries at several providers at once, and says how far it is at least twice a second.

        Nothing is fetched from an address that is known, or was judged before for the label; what turns out to have the bytes of an
        image that is there is that image; what looks like one that was judged leaves again at the end, and another one is fetched for it.
        Closing the iterator keeps what is in. A search that was broken off is continued by the same call: what came before counts.

        Args:
            *queries: What to look for, in people's words.
            label: The label in whose New the images land, made if it is not there; None for none.
            count: How many new images; there are fewer only when no more can be had, and then the report's notes say why.
            providers: Names, see `providers()`, or providers themselves; by default those that find all sorts of things and know licenses.
            license: "public", "free" (to use and to change, for all), "commercial", "modification", or codes ("by,by-sa"); None for any.
            safe: Leave out what is not for everyone's eyes, where a provider can tell.
            allow_private: Let addresses of this computer and of its network pass.

        Yields:
            Reports with growing counts; the last one is `finished`.

        Raises:
            SourceError: there is nothing to look for, no such license, or a provider cannot be asked.
            ReadOnlyProject: the project can only be looked at.
            DiskFull: there was no room; what came before is in.
            ValueError: `count` is none that there can be.
        """
        names = tuple(provider if isinstance(provider, str) else provider.name for provider in providers)
        wish = SearchWish(_words(queries), label, count, names, license, safe, allow_private)
        wish.check()
        return search_iter(self._store, wish, _ready(wish, providers), by=self._by)

    def start_search(
        self,
        *queries: str,
        label: str | None = None,
        count: int = 100,
        providers: Sequence[str] = (),
        license: str | None = None,
        safe: bool = True,
        allow_private: bool = False,
    ) -> Work:
        """Starts `search` in a process of its own, which goes on when the page or the kernel goes away; `Work` follows it.

        Raises:
            SourceError: there is nothing to look for, no such license, or a provider cannot be asked.
            ReadOnlyProject: the project can only be looked at.
        """
        wish = SearchWish(_words(queries), label, count, tuple(providers), license, safe, allow_private)
        return self._work.start_search(wish, by=self._by)

    def fetch(self, address: str, folder: Path, *, allow_private: bool = False) -> Path:
        """Fetches one picture from the web into a folder, by the rules that searches follow; nothing comes into the project.

        Raises:
            WebError: the address is none that may be asked, or gives no picture.
            DiskFull: there was no room.
        """
        from cvwidgets.collect.web import Web

        with Web(allow_private=allow_private) as web:
            return web.fetch(address, folder).path

    def adopt(self, path: Path, *, name: str, label: str | None = None, address: str | None = None) -> Adopted:
        """Takes in one picture that somebody looked at: its file is copied, and it is New, or kept under a label, made if it is missing.

        Args:
            path: The picture's file.
            name: What it is called where it came from.
            label: The label that it is kept under.
            address: Where on the web it was fetched from.

        Raises:
            UnreadablePicture: the file cannot be used as a picture.
            SourceError: it left with the emptied trash.
            ReadOnlyProject: the project can only be looked at.
            DiskFull: there was no room.
        """
        return adopt(self._store, path, name=name, label=label, address=address, by=self._by)

    def clone(self, name: str, *, label: str | None = None, state: State | None = None) -> ImportReport:
        """Takes in a data set of the hub, with its labels; the report at the end of `clone_iter`.

        Raises:
            SourceError: there is no such data set, the hub does not give it, or it holds no pictures.
        """
        return deque(self.clone_iter(name, label=label, state=state), maxlen=1).pop()

    def clone_iter(self, name: str, *, label: str | None = None, state: State | None = None) -> Iterator[ImportReport]:
        """Takes in a data set of the hub file by file, and says how far it is at least twice a second.

        Its pictures become the project's own, under the labels that its rows have, with their part of its split, its page and license.
        Closing the iterator keeps what is in; the same call goes on, and knows what is there by its bytes.

        Args:
            name: "beans" or "user/birds"; "user/birds:small" for one of its configurations.
            label: The label for all, instead of the rows'.
            state: "kept" or "new"; by default kept where the row gives a label, else new.

        Raises:
            SourceError: there is no such data set, the hub does not give it, or it holds no pictures.
            ReadOnlyProject: the project can only be looked at.
            DiskFull: there was no room; what came before is in.
        """
        wish = Wish(label=label, state=state, hub=name)
        wish.check()
        return add_iter(self._store, wish, by=self._by)

    def start_cloning(self, name: str, *, label: str | None = None, state: State | None = None) -> Work:
        """Starts `clone` in a process of its own, which goes on when the page or the kernel goes away.

        Raises:
            SourceError: a data set cannot be called so.
            ReadOnlyProject: the project can only be looked at.
        """
        return self._work.start_adding(Wish(label=label, state=state, hub=name), by=self._by)

    def look_at_list(
        self,
        source: str | Path,
        *,
        columns: Mapping[str, str | Sequence[str]] | None = None,
        images: str | Path | None = None,
        within: Sequence[str | Path] = (),
    ) -> ListLook:
        """What a list holds, by its first lines: addresses, or names of files, in which columns, and how many of these are there.

        Raises:
            SourceError: it is missing or lies outside, cannot be read, or has no such column.
        """
        from cvwidgets.collect import look_at_list

        wish = make_wish([source], columns=columns, images=images, within=within)
        wish.check()
        return look_at_list(wish.sources[0], columns=wish.columns, images=wish.images, within=wish.within)

    def told(self, image: int) -> dict[str, str]:
        """What lists and data sets told of an image in columns of the user's own, by name: a patient, a site."""
        return self._store.columns.of([image]).get(image, {})

    def datasets(self, words: str, *, largest: int | None = None, limit: int = 20) -> tuple[HubDataset, ...]:
        """The data sets for image classification that the hub finds for some words, of `largest` bytes at most, the most used first.

        Raises:
            SourceError: the hub is out of reach, or may not be asked.
        """
        from cvwidgets.collect import search_datasets

        return tuple(search_datasets(words, largest=largest, limit=limit))

    def providers(self) -> tuple[ProviderFacts, ...]:
        """The providers that there are, ours and those of other packages: what they find, whether they can be asked, how they did last."""
        from cvwidgets.collect import provider_facts

        return with_health(self._store.folder, provider_facts())

    def preview(
        self,
        query: str,
        provider: str | Provider = "openverse",
        count: int = 12,
        *,
        license: str | None = None,
        safe: bool = True,
        allow_private: bool = False,
        stop: Callable[[], bool] = lambda: False,
    ) -> tuple[Preview, ...]:
        """The first pictures that a search would find, as small pictures; nothing comes into the project.

        `stop` is asked several times a second whether nobody waits any more; then nothing is shown.

        Raises:
            SourceError: there is nothing to look for, no such license, or the provider gave nothing; the message says why.
        """
        from cvwidgets.project.previewing import preview

        name = provider if isinstance(provider, str) else provider.name
        wish = SearchWish(_words([query]), None, count, (name,), license, safe, allow_private)
        wish.check()
        (asked,) = _ready(wish, [provider])
        return tuple(Preview(hit, small) for hit, small in preview(self._store, wish, asked, stop))

    def attribution(self, path: str | Path = "ATTRIBUTION.csv") -> int:
        """Writes where the images came from, and whom to thank, as a table; how many rows it has.

        One row for each source of each image that is not in the trash: address, page, author, license, provider, query, date, file,
        label. The file is there whole or not at all; no cell is taken for a formula by a spreadsheet.

        Raises:
            DiskFull: there was no room; an older file is as it was.
            SourceError: the file cannot be written there.
        """
        return write_attribution(self._store.images.attributions(), Path(path).expanduser().absolute())


def _words(queries: Sequence[str]) -> tuple[str, ...]:
    """The queries, each once, without spaces around them."""
    return tuple(dict.fromkeys(" ".join(query.split()) for query in queries))


def _ready(wish: SearchWish, providers: Sequence[str | Provider]) -> list[Provider]:
    from cvwidgets.collect import load_provider

    if not providers:
        return choose_providers(wish)
    unique = {given if isinstance(given, str) else given.name: given for given in providers}
    return check_providers([load_provider(given) if isinstance(given, str) else given for given in unique.values()], wish)
