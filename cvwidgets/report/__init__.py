"""One run as one HTML file that opens anywhere: frozen facts in, a page out; nothing of it is fetched, and one script of its own runs."""

from cvwidgets.report.choosing import PER_CELL, in_turns
from cvwidgets.report.facts import Before, Cell, LabelCounts, Report, Shown, Since
from cvwidgets.report.page import render

__all__ = ["PER_CELL", "Before", "Cell", "LabelCounts", "Report", "Shown", "Since", "in_turns", "render"]
