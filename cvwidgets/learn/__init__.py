"""Learning: a dataset and a recipe in, steps, epochs and a run folder out. Importing it loads no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cvwidgets.learn.loop import iterate, train
    from cvwidgets.learn.testing import evaluate

__all__ = ["evaluate", "iterate", "train"]


def __getattr__(name: str) -> Any:
    if name in ("iterate", "train"):
        from cvwidgets.learn import loop

        return getattr(loop, name)
    if name == "evaluate":
        from cvwidgets.learn.testing import evaluate

        return evaluate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
