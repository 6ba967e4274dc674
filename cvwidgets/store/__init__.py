"""What a project keeps: catalog, journal and undo, owned files, snapshots, runs, models. Nothing heavy is imported before it is opened."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cvwidgets.store.arrivals import Registered
    from cvwidgets.store.images import ImageCounts
    from cvwidgets.store.runs import RunRow
    from cvwidgets.store.settling import Settled
    from cvwidgets.store.store import Store

__all__ = ["ImageCounts", "Registered", "RunRow", "Settled", "Store", "open_store"]

_HOMES = {"ImageCounts": "images", "Registered": "arrivals", "RunRow": "runs", "Settled": "settling", "Store": "store"}


def __getattr__(name: str) -> Any:
    """Imports what was asked for from the module where it lives, so that `import cvwidgets.store` loads no SQLAlchemy."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def open_store(folder: Path, *, create: bool = True) -> Store:
    """Opens what a project folder keeps; with `create` a new project is begun where there is none.

    A folder that cannot be written to opens for looking (`store.read_only`). An older catalog is brought up to date.

    Raises:
        ProjectError: there is no project and `create` is off.
        ReadOnlyProject: a project cannot be begun here.
        NewerCatalog: the catalog was written by a later version.
        DamagedCatalog: the catalog cannot be read.
        DiskFull: there is no room to begin one.
    """
    from cvwidgets.store.store import Store

    return Store(folder, create=create)
