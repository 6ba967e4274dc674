"""How images come in: files found in folders and archives, with the label that their place gives them, and pictures of the web."""

from cvwidgets.collect.dropped import Drop, find_dropped
from cvwidgets.collect.finding import Keep, check_sources, find
from cvwidgets.collect.lists import Fetching, find_in_list, is_list
from cvwidgets.collect.surveying import Survey, survey

__all__ = ["Drop", "Fetching", "Keep", "Survey", "check_sources", "find", "find_dropped", "find_in_list", "is_list", "survey"]
