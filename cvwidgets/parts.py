"""Datasets on disk as `datasets.DatasetDict`, opened by several threads at once, and written without a word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datasets import DatasetDict


def load_parts(folder: Path) -> DatasetDict:
    """Opens what `DatasetDict.save_to_disk` wrote.

    Raises:
        OSError, KeyError, ValueError: it is missing or damaged.
    """
    return _library().DatasetDict.load_from_disk(str(folder))


@contextmanager
def without_bars() -> Iterator[None]:
    """Lets `datasets` draw no progress bars in the block."""
    datasets = _library()
    shown = not datasets.are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        yield
    finally:
        if shown:
            datasets.enable_progress_bars()


def _library() -> Any:
    """The module `datasets`, whose bars have a lock for good.

    `tqdm.contrib.concurrent.thread_map`, by which `datasets` opens its files, otherwise makes one for each call and deletes it after,
    from under the call of another thread.
    """
    import datasets

    datasets.utils.tqdm.get_lock()
    return datasets
