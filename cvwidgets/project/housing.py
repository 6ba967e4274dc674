"""Where models are housed in a project: `models/`, each whole in a folder of its own, written beside it before it gets its name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def drafting(models: Path) -> Iterator[Path]:
    """A folder for a model on its way in, still to be made, gone at the end; what processes left that were killed is cleared away."""
    from cvwidgets.store.drafts import PREFIX, sweep

    sweep(models)
    draft = models / f"{PREFIX}{os.urandom(4).hex()}"
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def settle(draft: Path, home: Path, *told: str) -> None:
    """Gives a draft its place; where the same model is already, maybe since a moment ago, only what is `told` of it, these files, is new.

    Raises:
        OSError: neither is possible.
    """
    with suppress(OSError):
        draft.rename(home)
        return
    for name in told:
        (draft / name).replace(home / name)
