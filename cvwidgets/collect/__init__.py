"""How images come in: files found in folders and archives, with the label that their place gives them, and pictures of the web.

What asks the web is imported when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cvwidgets.collect.dropped import Drop, find_dropped
from cvwidgets.collect.finding import Keep, check_sources, find
from cvwidgets.collect.lists import Fetching, find_in_list, is_list
from cvwidgets.collect.lookout import Lookout
from cvwidgets.collect.named import ListLook, find_named, is_named, look_at_list
from cvwidgets.collect.surveying import Survey, survey
from cvwidgets.collect.videos import check_video, missing_for_videos

if TYPE_CHECKING:
    from cvwidgets.collect.asking import Limits
    from cvwidgets.collect.drafting import Fetched
    from cvwidgets.collect.hits import Hit
    from cvwidgets.collect.hub import HubDataset, check_dataset, find_on_hub, search_datasets
    from cvwidgets.collect.licenses import licenses_of
    from cvwidgets.collect.provider import Provider
    from cvwidgets.collect.providers import USUAL, ProviderFacts, ProviderHealth, load_provider, provider_facts
    from cvwidgets.collect.searching import Search, Strand
    from cvwidgets.collect.web import Web

__all__ = [
    "USUAL",
    "Drop",
    "Fetched",
    "Fetching",
    "Hit",
    "HubDataset",
    "Keep",
    "Limits",
    "ListLook",
    "Lookout",
    "Provider",
    "ProviderFacts",
    "ProviderHealth",
    "Search",
    "Strand",
    "Survey",
    "Web",
    "check_dataset",
    "check_sources",
    "check_video",
    "find",
    "find_dropped",
    "find_in_list",
    "find_named",
    "find_on_hub",
    "is_list",
    "is_named",
    "licenses_of",
    "load_provider",
    "look_at_list",
    "missing_for_videos",
    "provider_facts",
    "search_datasets",
    "survey",
]

_HOMES = {
    "Fetched": "drafting",
    "Hit": "hits",
    "Limits": "asking",
    "Provider": "provider",
    "Search": "searching",
    "Strand": "searching",
    "Web": "web",
    "licenses_of": "licenses",
    **dict.fromkeys(("HubDataset", "check_dataset", "find_on_hub", "search_datasets"), "hub"),
    **dict.fromkeys(("USUAL", "ProviderFacts", "ProviderHealth", "load_provider", "provider_facts"), "providers"),
}


def __getattr__(name: str) -> Any:
    """Imports what was asked for from the module where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
