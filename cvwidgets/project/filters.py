"""The filters of a project that were saved with a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cvwidgets.filter import Filter, SavedFilter
from cvwidgets.project.unchanged import Unchanged

if TYPE_CHECKING:
    from cvwidgets.store import Store


class Filters:
    """Saved filters: questions that one asks again, by name. Renaming or moving a label does not break them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listed = Unchanged(store.version, store.filters.list)

    def list(self) -> tuple[SavedFilter, ...]:
        """All of them, by name."""
        return self._listed()

    def save(self, name: str, wanted: Filter | Mapping[str, Any]) -> None:
        """Keeps a filter under a name; one of that name, letter case aside, is replaced.

        Raises:
            FilterError: the name cannot be one, or the filter holds what it cannot.
            UnknownLabel: a label of the filter does not exist.
            ReadOnlyProject: the project can only be looked at.
        """
        self._store.filters.save(name, wanted if isinstance(wanted, Filter) else Filter.from_json(wanted))

    def delete(self, name: str) -> None:
        """Forgets a saved filter; no image is changed by that.

        Raises:
            FilterError: there is none of that name.
            ReadOnlyProject: the project can only be looked at.
        """
        self._store.filters.delete(name)
