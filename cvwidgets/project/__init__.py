"""One project: a folder, what is kept in it, and the work started on it. Light to import; heavy libraries load when used."""

from cvwidgets.project.advice import LabelAdvice, advise_split
from cvwidgets.project.images import Images, View
from cvwidgets.project.project import Project
from cvwidgets.project.runs import Run, RunProgress
from cvwidgets.project.status import ProjectStatus
from cvwidgets.project.work import Work

__all__ = ["Images", "LabelAdvice", "Project", "ProjectStatus", "Run", "RunProgress", "View", "Work", "advise_split"]
