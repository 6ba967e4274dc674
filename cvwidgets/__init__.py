"""Turn a heap of pictures into an image model: collect, triage, train, see what is wrong, fix it, serve."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cvwidgets.augmentation import Augmentation
    from cvwidgets.client import Client
    from cvwidgets.errors import CvwidgetsError
    from cvwidgets.frames import Frames
    from cvwidgets.project import Project
    from cvwidgets.recipe import Recipe

__version__ = "0.1.0"
__all__ = ["Augmentation", "Client", "CvwidgetsError", "Frames", "Project", "Recipe", "__version__"]

_HOMES = {
    "Augmentation": "cvwidgets.augmentation",
    "Client": "cvwidgets.client",
    "CvwidgetsError": "cvwidgets.errors",
    "Frames": "cvwidgets.frames",
    "Project": "cvwidgets.project",
    "Recipe": "cvwidgets.recipe",
}


def __getattr__(name: str) -> Any:
    """Imports what is asked for: the children that read pictures need nothing of a project, and are many."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
