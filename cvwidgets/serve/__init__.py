"""The REST server: asks the model in production for whoever has the token; `python -m cvwidgets.serve PROJECT`.

`Choices` is what may be chosen, `run` serves until it is ended, `make_app` is the ASGI application alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cvwidgets.serve.app import make_app
    from cvwidgets.serve.choices import Choices
    from cvwidgets.serve.running import run

__all__ = ["Choices", "make_app", "run"]

_HOMES = {"Choices": "choices", "make_app": "app", "run": "running"}


def __getattr__(name: str) -> Any:
    """Imports what is asked for: the command line lists its commands without loading a web framework."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
