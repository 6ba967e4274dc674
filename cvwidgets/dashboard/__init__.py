"""The dashboard in the browser (Voilà) and the notebooks in JupyterLab, each served for one project, closed to all others."""

from cvwidgets.dashboard.app import check_roots, open_app, voila_command
from cvwidgets.dashboard.lab import lab_command, open_lab
from cvwidgets.dashboard.notebooks import copy_notebooks, notebooks_folder

__all__ = ["check_roots", "copy_notebooks", "lab_command", "notebooks_folder", "open_app", "open_lab", "voila_command"]
