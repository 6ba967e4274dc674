"""The widgets: views over a project, for notebooks and the dashboard."""

from cvwidgets.widgets.analysis import AnalysisPanel
from cvwidgets.widgets.collect import CollectPanel
from cvwidgets.widgets.comparison import ComparisonPanel
from cvwidgets.widgets.epochs import EpochTable
from cvwidgets.widgets.explore import ExplorePanel
from cvwidgets.widgets.exports import ExportPanel
from cvwidgets.widgets.glance import DataGlance
from cvwidgets.widgets.grid import ImageGrid
from cvwidgets.widgets.inspect import InspectPanel
from cvwidgets.widgets.jobs import JobsPanel
from cvwidgets.widgets.journal import JournalPanel
from cvwidgets.widgets.labels import LabelTree
from cvwidgets.widgets.models import ModelsPanel
from cvwidgets.widgets.reporting import ReportPanel
from cvwidgets.widgets.scores import ScoresPanel
from cvwidgets.widgets.searching import SearchPanel
from cvwidgets.widgets.serve import ServePanel
from cvwidgets.widgets.train import TrainPanel
from cvwidgets.widgets.triage import TriagePanel
from cvwidgets.widgets.workbench import Workbench

__all__ = [
    "AnalysisPanel",
    "CollectPanel",
    "ComparisonPanel",
    "DataGlance",
    "EpochTable",
    "ExplorePanel",
    "ExportPanel",
    "ImageGrid",
    "InspectPanel",
    "JobsPanel",
    "JournalPanel",
    "LabelTree",
    "ModelsPanel",
    "ReportPanel",
    "ScoresPanel",
    "SearchPanel",
    "ServePanel",
    "TrainPanel",
    "TriagePanel",
    "Workbench",
]
