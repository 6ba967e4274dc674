"""Turn a heap of pictures into an image model: collect, triage, train, see what is wrong, fix it, serve."""

from cvwidgets.errors import CvwidgetsError
from cvwidgets.project import Project
from cvwidgets.recipe import Recipe

__version__ = "0.1.0"
__all__ = ["CvwidgetsError", "Project", "Recipe", "__version__"]
