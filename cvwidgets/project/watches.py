"""Folders that are watched, as asked for and told: the part of `project.collect` for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.clock import now
from cvwidgets.project.watched import EVERY, Watched, WatchedFolders, watched
from cvwidgets.project.watching import Arrival, arrivals
from cvwidgets.records import State

if TYPE_CHECKING:
    from cvwidgets.store import Store


class Watches:
    """Adds what comes into some folders, by a process that goes on without the page."""

    def __init__(self, store: Store, *, by: str) -> None:
        self._store = store
        self._by = by
        self.folders = WatchedFolders(store.folder, read_only=store.read_only)

    def watch(
        self,
        folder: str | Path,
        label: str | None = None,
        *,
        state: State | None = "new",
        every: float = EVERY,
        within: Sequence[str | Path] = (),
    ) -> Watched:
        """Adds what is in a folder, and what comes into it, by a process that goes on when the page or the kernel goes away.

        A file is taken once it is whole: while it still grows it waits. It stays where it is. A folder that vanishes is looked at again
        when it is back. Asked for again, it goes on as is said then; `folders` pauses one and goes on, `unwatch` ends it.

        Args:
            folder: Its sub-folders are labels, as for `images.add`; videos and archives in it are left alone.
            label: The label for all of them, instead of the sub-folders'.
            state: "new" or "kept"; None keeps what a sub-folder labels.
            every: Seconds from one look to the next.
            within: Folders out of which no link may lead; none for anywhere.

        Raises:
            SourceError: it is no folder, or lies outside of `within`.
            ReadOnlyProject: the project can only be looked at.
            JobError: the process did not begin.
        """
        return self.folders.put(watched(folder, label, state, every, within, by=self._by))

    def watched(self) -> tuple[Watched, ...]:
        """The folders that are watched, with the last look at each, how many images came, and what is in the way."""
        return self.folders.list()

    def arrivals(self) -> Iterator[Arrival]:
        """What looks at the watched folders bring from now on, as it comes, until the process that looks ends."""
        job = self.folders.latest_job()
        return arrivals(job, since=now()) if job else iter(())

    def unwatch(self, folder: str | Path) -> None:
        """Watches a folder no more; what came stays.

        Raises:
            SourceError: the folder is not watched.
        """
        self.folders.remove(Path(folder).expanduser().absolute())
