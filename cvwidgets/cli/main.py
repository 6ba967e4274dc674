"""The door of the command line: commands put together, errors turned into one sentence."""

from __future__ import annotations

import sys

from cvwidgets.cli import (
    analyzing,
    collecting,
    dashboards,
    elsewhere,
    explaining,
    exploring,
    images,
    learning,
    models,
    outgoing,
    recipes,
    reporting,
    runs,
    serving,
    varying,
    watching,
)
from cvwidgets.cli.arguments import app
from cvwidgets.errors import CvwidgetsError

__all__ = [
    "analyzing",
    "app",
    "collecting",
    "dashboards",
    "elsewhere",
    "explaining",
    "exploring",
    "images",
    "learning",
    "main",
    "models",
    "outgoing",
    "recipes",
    "reporting",
    "runs",
    "serving",
    "varying",
    "watching",
]


def main() -> None:
    """Runs the command that the arguments ask for.

    Exit codes: 0 done, 1 an error told in one sentence, 2 arguments that are not understood, 130 interrupted.
    """
    try:
        app()
    except CvwidgetsError as error:
        _leave(str(error))
    except OSError as error:
        _leave(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}. Mend it and run the command again.")
    except KeyboardInterrupt:
        sys.exit(130)


def _leave(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    sys.exit(1)
