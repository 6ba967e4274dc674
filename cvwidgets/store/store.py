"""One project's store: the parts that keep things, over one catalog."""

from __future__ import annotations

import os
from pathlib import Path

from cvwidgets.store.decisions import Decisions
from cvwidgets.store.images import Images
from cvwidgets.store.labels import Labels
from cvwidgets.store.models import Models
from cvwidgets.store.opening import open_catalog
from cvwidgets.store.owned import Owned
from cvwidgets.store.places import Places
from cvwidgets.store.runs import Runs
from cvwidgets.store.snapshots import Snapshots
from cvwidgets.store.thumbnails import Thumbnails


class Store:
    """What one project keeps. Any number of threads and processes may hold one; each writing method is one transaction.

    `images`, `labels`, `decisions`, `snapshots`, `runs`, `models` are the catalog's; `owned` the files that the project took in;
    `thumbnails` a cache that may be deleted at any time.
    """

    def __init__(self, folder: Path, *, create: bool) -> None:
        self.folder = Path(os.path.abspath(folder))  # noqa: PTH100 (links stay as the user knows them)
        self._catalog = open_catalog(self.folder, create=create)
        places = Places(self.folder)
        self.images = Images(self._catalog, places)
        self.labels = Labels(self._catalog)
        self.decisions = Decisions(self._catalog)
        self.snapshots = Snapshots(self._catalog, places)
        self.runs = Runs(self._catalog)
        self.models = Models(self._catalog, places)
        self.owned = Owned(self.folder)
        self.thumbnails = Thumbnails(self.folder / "cache" / "thumbnails.db")

    @property
    def read_only(self) -> bool:
        """Whether the project can only be looked at."""
        return self._catalog.read_only

    def version(self) -> int:
        """A number that grows with every change, by whatever process; cheap enough to ask twice a second."""
        return self._catalog.version()

    def close(self) -> None:
        """Closes the connections to the catalog."""
        self._catalog.close()
