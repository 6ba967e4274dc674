"""What was counted once stays true until the catalog changes: several panels ask for the same figures after each act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Figures = TypeVar("Figures")


class Unchanged(Generic[Figures]):
    """Counts when it is called, unless nothing has changed since the last time, by whatever process; `version` tells that."""

    def __init__(self, version: Callable[[], object], count: Callable[[], Figures]) -> None:
        self._version = version
        self._count = count
        self._known: tuple[object, Figures] | None = None

    def __call__(self) -> Figures:
        """The figures as they are now."""
        known, version = self._known, self._version()  # the version first: what changes while counting is counted again next time
        if known is None or known[0] != version:
            self._known = known = (version, self._count())
        return known[1]
