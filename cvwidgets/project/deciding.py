"""What is decided of images by their ids: the deciding half of `Images`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cvwidgets.records import Act

if TYPE_CHECKING:
    import numpy as np

    from cvwidgets.store import Store

    Ids = Sequence[int] | np.ndarray[tuple[int], np.dtype[np.int64]]


class Decisions:
    """Each method is one act of the journal, whatever the number of images, and is taken back by one undo."""

    def __init__(self, store: Store, *, by: str) -> None:
        self._store = store
        self._by = by

    def keep(self, ids: Ids, label: str | None = None) -> Act:
        """Keeps images under `label`, or under the label that they have.

        Raises:
            DecisionError: an image has no label to be kept for.
        """
        return self._store.decisions.keep(ids, label, by=self._by)

    def trash(self, ids: Ids, label: str | None = None) -> Act:
        """Puts images into the trash of `label`, or of the label that they have; they stay known, and can be restored."""
        return self._store.decisions.trash(ids, label, by=self._by)

    def assign(self, ids: Ids, label: str) -> Act:
        """Keeps images under a label, and no longer under another one.

        Raises:
            UnknownLabel: there is no label of that name.
        """
        return self._store.decisions.assign(ids, label, by=self._by)

    def renew(self, ids: Ids, label: str | None = None) -> Act:
        """Puts images back to New under `label`, or under the label that they have, waiting for a look."""
        return self._store.decisions.renew(ids, label, by=self._by)

    def sort_out(self, keep: Ids, trash: Ids, label: str | None = None) -> Act:
        """Keeps some images and trashes the others in one act, as `keep` and `trash` do; an image in both is kept.

        Raises:
            DecisionError: an image to be kept has no label to be kept for.
        """
        return self._store.decisions.sort_out(keep, trash, label, by=self._by)

    def assign_each(self, labels: Mapping[int, str]) -> Act:
        """Keeps each image under a label of its own, given by its id, in one act.

        Raises:
            UnknownLabel: there is no label of that name.
        """
        return self._store.decisions.assign_each(labels, by=self._by)

    def confirm(self, ids: Ids) -> Act:
        """Notes that the kept labels of these images are right: they are suspected no more, until one is kept for another label.

        Raises:
            DecisionError: none of them is kept.
        """
        return self._store.verdicts.confirm(ids, by=self._by)

    def separate(self, ids: Ids) -> Act:
        """Notes that these images are different, however alike: they are no duplicates of each other any more.

        Raises:
            DecisionError: there are fewer than two.
        """
        return self._store.verdicts.separate(ids, by=self._by)
