"""Looking for base models; no project is needed for it."""

from __future__ import annotations

from collections.abc import Callable

from cvwidgets.model import BasesFound


def find_bases(words: str = "", *, largest: int | None = None, stop: Callable[[], bool] = lambda: False) -> BasesFound:
    """Base models of the hub: image classifiers for transformers with weights as safetensors, the most downloaded first.

    Those in the hub's cache on this machine are marked. Where the hub may not be asked, or does not answer within seconds, it is what lies
    here, and `problem` says why.

    Args:
        words: What is in their names.
        largest: Bytes that their weights may take.
        stop: Asked while waiting; True ends the search with what came.
    """
    from cvwidgets.vision import search_bases

    return search_bases(words, largest=largest, stop=stop)
