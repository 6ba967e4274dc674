"""How images come in: files found in folders and archives, with the label that their place gives them."""

from cvwidgets.collect.finding import Keep, find

__all__ = ["Keep", "find"]
