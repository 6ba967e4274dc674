"""Questions about embeddings, hashes and small pictures: arrays in, answers out, without a project. Libraries load when they are used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cvwidgets.explore.duplicates import find_pairs
    from cvwidgets.explore.faults import FAULTS, MEASURE, Faults, find_faults, measure
    from cvwidgets.explore.grouping import Pairs, at_threshold, best_of, group
    from cvwidgets.explore.heads import out_of_fold
    from cvwidgets.explore.index import Index, build_index, open_index
    from cvwidgets.explore.mistakes import Estimate, Mistakes, find_mistakes
    from cvwidgets.explore.neighbors import Neighbors, graph, nearest
    from cvwidgets.explore.prelabeling import prelabel
    from cvwidgets.explore.projection import pca, place, umap
    from cvwidgets.explore.recognizing import recognize
    from cvwidgets.explore.strangers import Strangers, find_strangers
    from cvwidgets.explore.uncertain import certainty, choose_diverse

_HOMES = {
    "duplicates": ("find_pairs",),
    "faults": ("FAULTS", "MEASURE", "Faults", "find_faults", "measure"),
    "grouping": ("Pairs", "at_threshold", "best_of", "group"),
    "heads": ("out_of_fold",),
    "index": ("Index", "build_index", "open_index"),
    "mistakes": ("Estimate", "Mistakes", "find_mistakes"),
    "neighbors": ("Neighbors", "graph", "nearest"),
    "prelabeling": ("prelabel",),
    "projection": ("pca", "place", "umap"),
    "recognizing": ("recognize",),
    "strangers": ("Strangers", "find_strangers"),
    "uncertain": ("certainty", "choose_diverse"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "FAULTS",
    "MEASURE",
    "Estimate",
    "Faults",
    "Index",
    "Mistakes",
    "Neighbors",
    "Pairs",
    "Strangers",
    "at_threshold",
    "best_of",
    "build_index",
    "certainty",
    "choose_diverse",
    "find_faults",
    "find_mistakes",
    "find_pairs",
    "find_strangers",
    "graph",
    "group",
    "measure",
    "nearest",
    "open_index",
    "out_of_fold",
    "pca",
    "place",
    "prelabel",
    "recognize",
    "umap",
]


def __getattr__(name: str) -> Any:
    """Imports what was asked for from the module where it lives."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
