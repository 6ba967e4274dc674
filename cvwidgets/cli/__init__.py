"""The command line: every command a few lines over the project; an error is one sentence and exit code 1."""

from cvwidgets.cli.main import main

__all__ = ["main"]
