"""One project's store: the parts that keep things, over one catalog."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from cvwidgets.store.care import look_after
from cvwidgets.store.cells import Columns
from cvwidgets.store.decisions import Decisions
from cvwidgets.store.embeddings import Embeddings
from cvwidgets.store.emptying import Trash
from cvwidgets.store.filters import Filters
from cvwidgets.store.images import Images
from cvwidgets.store.labels import Labels
from cvwidgets.store.measuring import Measures, measure
from cvwidgets.store.models import Models
from cvwidgets.store.network import find_network
from cvwidgets.store.opening import open_catalog
from cvwidgets.store.outlines import Outline, outline
from cvwidgets.store.owned import Owned
from cvwidgets.store.places import Places
from cvwidgets.store.runs import Runs
from cvwidgets.store.served import Served
from cvwidgets.store.snapshots import Snapshots
from cvwidgets.store.thumbnails import Captures, Thumbnails
from cvwidgets.store.verdicts import Verdicts


class Store:
    """What one project keeps. Any number of threads and processes may hold one; each writing method is one transaction.

    `images`, `labels`, `columns` (the user's own), `filters`, `decisions`, `verdicts`, `snapshots`, `runs`, `models` are the catalog's;
    `trash` empties the trash; `owned` the files that the project took in; `served` the log of what was served; `thumbnails` and `captures`
    are caches that may be deleted at any time. `network` is the kind of network folder that the project lies on ("nfs4", "cifs"; one
    computer at a time should use it), None on a disk of this one.
    """

    def __init__(self, folder: Path, *, create: bool) -> None:
        self.folder = Path(os.path.abspath(folder))  # noqa: PTH100 (links stay as the user knows them)
        self.network = find_network(self.folder)
        self._catalog = open_catalog(self.folder, create=create, network=self.network is not None)
        places = Places(self.folder)
        self.images = Images(self._catalog, places)
        self.labels = Labels(self._catalog)
        self.filters = Filters(self._catalog)
        self.decisions = Decisions(self._catalog)
        self.columns = Columns(self._catalog)
        self.verdicts = Verdicts(self._catalog)
        self.snapshots = Snapshots(self._catalog, places)
        self.runs = Runs(self._catalog)
        self.models = Models(self._catalog, places)
        self.owned = Owned(self.folder)
        self.thumbnails = Thumbnails(self.folder / "cache" / "thumbnails.db")
        self.captures = Captures(self.folder / "cache" / "captures.db")
        self.served = Served(self.folder)
        self.trash = Trash(self._catalog, places, self.thumbnails)
        self._care = self._begin_care()

    @property
    def read_only(self) -> bool:
        """Whether the project can only be looked at."""
        return self._catalog.read_only

    def measure(self, edges: Sequence[int]) -> Measures:
        """Sizes, formats and bytes of all images together; `edges` are short sides in pixels at which a class of sizes begins."""
        return measure(self._catalog, edges)

    def outline(self) -> Outline:
        """What is known of all images that were read whole, as arrays."""
        return outline(self._catalog)

    def embeddings(self, key: str, *, model: str | None = None, width: int | None = None) -> Embeddings:
        """The embeddings of the images under one model, a cache that may be deleted at any time; see `Embeddings`."""
        return Embeddings(self.folder, key, model=model, width=width)

    def version(self) -> int:
        """A number that grows with every change, by whatever process; cheap enough to ask twice a second."""
        return self._catalog.version()

    def close(self) -> None:
        """Closes the connections to the catalog, once a back-up or check that opening it set going is done."""
        if self._care is not None:
            self._care.join()
        self._catalog.close()

    def _begin_care(self) -> Thread | None:
        try:
            return look_after(self._catalog)
        except BaseException:
            self._catalog.close()
            raise
