"""One project: a folder, what is kept in it, and the work started on it. Light to import; heavy libraries load when used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cvwidgets.explore.limits import FLOOR, THRESHOLD, VARIED
from cvwidgets.project.activity import Job
from cvwidgets.project.adding import check_sources
from cvwidgets.project.advice import LabelAdvice, advise_split
from cvwidgets.project.analysis import Analysis, AnalysisProgress
from cvwidgets.project.bases import find_bases
from cvwidgets.project.collecting import Preview
from cvwidgets.project.environment import computed_words, unreadable_words
from cvwidgets.project.explaining import heat_png, methods_of, overlay_png
from cvwidgets.project.explorer import Doubt, Map
from cvwidgets.project.exploring import Exploration
from cvwidgets.project.exports import Exporting
from cvwidgets.project.images import Images
from cvwidgets.project.lookalikes import Stack
from cvwidgets.project.outgoing import FORMS
from cvwidgets.project.project import Project
from cvwidgets.project.reports import Reporting
from cvwidgets.project.restoring import restore_catalog
from cvwidgets.project.result_writing import TABLES
from cvwidgets.project.results import ORDERS, ResultFilter
from cvwidgets.project.run import Run, RunProgress
from cvwidgets.project.search_report import QueryReport, SearchReport
from cvwidgets.project.searching import SearchWish, check_search
from cvwidgets.project.status import ProjectStatus
from cvwidgets.project.view import Suggestions, View
from cvwidgets.project.watched import Watched
from cvwidgets.project.watching import Arrival
from cvwidgets.project.work import Work

if TYPE_CHECKING:
    from cvwidgets.collect import Drop, ListLook, check_dataset, missing_for_videos, provider_facts
    from cvwidgets.project.finding import ProjectFound, begin_project, cover, find_projects, recent_projects, remember_project, within

__all__ = [
    "FLOOR",
    "FORMS",
    "ORDERS",
    "TABLES",
    "THRESHOLD",
    "VARIED",
    "Analysis",
    "AnalysisProgress",
    "Arrival",
    "Doubt",
    "Drop",
    "Exploration",
    "Exporting",
    "Images",
    "Job",
    "LabelAdvice",
    "ListLook",
    "Map",
    "Preview",
    "Project",
    "ProjectFound",
    "ProjectStatus",
    "QueryReport",
    "Reporting",
    "ResultFilter",
    "Run",
    "RunProgress",
    "SearchReport",
    "SearchWish",
    "Stack",
    "Suggestions",
    "View",
    "Watched",
    "Work",
    "advise_split",
    "begin_project",
    "check_dataset",
    "check_search",
    "check_sources",
    "computed_words",
    "cover",
    "find_bases",
    "find_projects",
    "heat_png",
    "methods_of",
    "missing_for_videos",
    "overlay_png",
    "provider_facts",
    "recent_projects",
    "remember_project",
    "restore_catalog",
    "unreadable_words",
    "within",
]


_LATER = {
    "Drop": "cvwidgets.collect",
    "ListLook": "cvwidgets.collect",
    "check_dataset": "cvwidgets.collect",
    "missing_for_videos": "cvwidgets.collect",
    "provider_facts": "cvwidgets.collect",
    **dict.fromkeys(
        ("ProjectFound", "begin_project", "cover", "find_projects", "recent_projects", "remember_project", "within"),
        "cvwidgets.project.finding",
    ),
}


def __getattr__(name: str) -> Any:
    """Imports what scripts seldom need, when it is asked for."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
