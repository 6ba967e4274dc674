"""The trash of a project: how much is in it, and emptying it, the one thing that cannot be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvwidgets.errors import DecisionError
from cvwidgets.records import Act, TrashContent

if TYPE_CHECKING:
    from cvwidgets.store import Store


class Trash:
    """What is in the trash and nowhere else kept or new."""

    def __init__(self, store: Store, *, by: str) -> None:
        self._store = store
        self._by = by

    def look(self) -> TrashContent:
        """How many images emptying would remove, and how many bytes of files that the project owns."""
        return self._store.trash.look()

    def empty(self, *, images: int | None = None) -> Act:
        """Removes these images for good, with the files that the project owns of them; files elsewhere on the disk are never touched.

        Their hashes, addresses and history stay known, so that they are never offered again. It is an act of the journal, but cannot be
        undone; images that were not read whole yet stay in the trash.

        Args:
            images: How many were agreed to; nothing is removed when there are others by now.

        Raises:
            DecisionError: the trash holds another number of images.
            ReadOnlyProject: the project can only be looked at.
        """
        if images is not None and (now := self.look().images) != images:
            raise DecisionError(f"The trash holds {now:,} images by now, not {images:,}; emptying it needs your yes to all. Ask again.")
        return self._store.trash.empty(by=self._by)
