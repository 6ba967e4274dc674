"""What a project keeps: catalog, journal and undo, owned files, snapshots, runs, models. Nothing heavy is imported before it is opened."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cvwidgets.store.arrivals import Registered
    from cvwidgets.store.embeddings import EmbeddingFacts, Embeddings
    from cvwidgets.store.images import ImageCounts
    from cvwidgets.store.measuring import Measures
    from cvwidgets.store.outlines import Outline
    from cvwidgets.store.restoring import Restored, restore_catalog
    from cvwidgets.store.runs import RunRow
    from cvwidgets.store.selecting import Choices
    from cvwidgets.store.settling import Settled
    from cvwidgets.store.store import Store

__all__ = [
    "Choices",
    "EmbeddingFacts",
    "Embeddings",
    "ImageCounts",
    "Measures",
    "Outline",
    "Registered",
    "Restored",
    "RunRow",
    "Settled",
    "Store",
    "open_store",
    "restore_catalog",
]

_HOMES = {
    "Choices": "selecting",
    "EmbeddingFacts": "embeddings",
    "Embeddings": "embeddings",
    "ImageCounts": "images",
    "Measures": "measuring",
    "Outline": "outlines",
    "Registered": "arrivals",
    "Restored": "restoring",
    "RunRow": "runs",
    "Settled": "settling",
    "Store": "store",
    "restore_catalog": "restoring",
}


def __getattr__(name: str) -> Any:
    """Imports what was asked for from the module where it lives, so that `import cvwidgets.store` loads no SQLAlchemy."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def open_store(folder: Path, *, create: bool = True) -> Store:
    """Opens what a project folder keeps; with `create` a new project is begun where there is none.

    A folder that cannot be written to, or lies on a full disk, opens for looking (`store.read_only`). An older catalog is brought up to
    date. Behind the opening, the catalog is backed up when the last back-up is a day old, and checked when the last one who wrote did not
    end as one should.

    Raises:
        ProjectError: there is no project and `create` is off.
        ReadOnlyProject: a project cannot be begun here.
        NewerCatalog: the catalog was written by a later version.
        DamagedCatalog: the catalog cannot be read; `restore_catalog` is the way back when there is a back-up.
        DiskFull: there is no room to begin one.
    """
    from cvwidgets.store.store import Store

    return Store(folder, create=create)
