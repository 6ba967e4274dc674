"""Where the web is searched for pictures, looked at beforehand, and data sets of the hub are found and cloned."""

from __future__ import annotations

import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from traitlets import List

from cvwidgets.errors import SourceError
from cvwidgets.keys import changed_last
from cvwidgets.project.searching import MOST
from cvwidgets.widgets.chooser import legible
from cvwidgets.widgets.importing import ShowsImport
from cvwidgets.widgets.messages import Answer, action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Preview, Project

SHOWN = 12
"""So many pictures are shown beforehand at most."""
WORDS = 200
"""So many characters of what is looked for on the hub are taken."""


class SearchPanel(ShowsImport):
    """Searches the web for new images of a label, shows beforehand what is found, and clones data sets of the hub; the work goes on
    without the page.

    Args:
        project: Where they go.
        allow_private: Let searches fetch from addresses of this computer and its network too. The page cannot change it.
        alone: Whether it tells how the search stands; no where another panel beside it does.
    """

    stem = "searching"

    _providers = List().tag(sync=True)
    """Kernel → page: whom one may ask: what each finds, why it cannot be asked here, how it did last; empty until the page asked."""

    def __init__(self, project: Project, *, allow_private: bool = False, alone: bool = True, **traits: Any) -> None:
        self._project = project
        self._allow_private = allow_private
        self._tells = alone
        self._unwanted = threading.Event()
        self._keys = changed_last()
        super().__init__(**traits)
        self.keep_place(project.bookmarks)
        WATCHER.add(self, project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: how the search stands, and how providers do in it."""
        before, keys = self._closed, changed_last()
        super().look(changed=changed)
        in_a_search = self._work and self._work.is_search and (before or self._closed)
        if self._providers and (in_a_search or keys != self._keys):
            self._list_providers()
        self._keys = keys

    @action(background=True)
    def providers(self) -> None:
        """Lists the providers; what they need is loaded when a page asks."""
        self._list_providers()

    @action(background=True)
    def preview(self, query: str, provider: str, count: int, license: str | None, safe: bool) -> Answer:
        """The first pictures that one provider finds for a query, as small pictures; another preview, or `stop_preview`, ends this one."""
        self._unwanted.set()
        self._unwanted = unwanted = threading.Event()
        try:
            found = self._project.collect.preview(
                _plain(query),
                provider,
                min(max(count, 1), SHOWN),
                license=license,
                safe=safe,
                allow_private=self._allow_private,
                stop=unwanted.is_set,
            )
        finally:
            self._list_providers()
        return Answer({"hits": [_facts(one) for one in found]}, [one.thumbnail or b"" for one in found])

    @action
    def stop_preview(self) -> None:
        """Nobody waits any more for what is found beforehand."""
        self._unwanted.set()

    @action(background=True)
    def search(self, queries: list[str], label: str | None, count: int, providers: list[str], license: str | None, safe: bool) -> None:
        """Starts to search; what goes on is told by `_import`."""
        self._check_open()
        if not 1 <= count <= MOST:
            raise SourceError(f"{count:,} images are asked for; a search brings 1 to {MOST:,}. Change how many.")
        if not providers:
            raise SourceError("No provider is chosen; a search asks one at least. Choose whom to ask.")
        self._project.collect.start_search(
            *map(_plain, queries),
            label=label or None,
            count=count,
            providers=providers,
            license=license,
            safe=safe,
            allow_private=self._allow_private,
        )
        self._begun()

    @action(background=True)
    def datasets(self, words: str, megabytes: int | None) -> dict[str, Any]:
        """The data sets for image classification that the hub finds for some words and a largest size, the most used first."""
        largest = None if megabytes is None else megabytes * 10**6
        return {"datasets": [asdict(found) for found in self._project.collect.datasets(_plain(words)[:WORDS], largest=largest)]}

    @action(background=True)
    def clone(self, name: str) -> None:
        """Starts to take in a data set of the hub, with the labels that it has."""
        self._check_open()
        self._project.collect.start_cloning(name.strip().removeprefix("hub:"))
        self._begun()

    def _begun(self) -> None:
        self.look(changed=False)
        WATCHER.nudge()  # the panel beside this one tells how it stands

    def _list_providers(self) -> None:
        self._providers = [asdict(provider) for provider in self._project.collect.providers()]


def _plain(text: str) -> str:
    """What was typed, as text that can be written and sent anywhere."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _facts(shown: Preview) -> dict[str, Any]:
    """What is told of a picture besides itself: text, none of which leads anywhere."""
    told = {name: getattr(shown.hit, name) for name in ("page", "address", "author", "license")}
    return {name: legible(value) if value else None for name, value in told.items()}
