"""The widgets: views over a project, for notebooks and the dashboard."""

from cvwidgets.widgets.grid import ImageGrid

__all__ = ["ImageGrid"]
