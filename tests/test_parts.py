"""Datasets on disk, opened by several threads at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
import pytest
from datasets.table import MemoryMappedTable

from cvwidgets.parts import load_parts


def test_the_bar_that_another_thread_has_begun_outlives_a_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets.DatasetDict({"train": datasets.Dataset.from_dict({"label": [1, 2]})}).save_to_disk(str(tmp_path))
    bars, read = datasets.utils.tqdm, MemoryMappedTable.from_file
    for kind in bars.__mro__:
        if "_lock" in vars(kind):
            monkeypatch.delattr(kind, "_lock")
    begun = []

    def read_beside(*args: Any) -> Any:
        begun.append(bars.__new__(bars))
        return read(*args)

    monkeypatch.setattr(MemoryMappedTable, "from_file", read_beside)
    assert load_parts(tmp_path)["train"]["label"][:] == [1, 2]
    for bar in begun:
        bar.__init__([1], disable=True)  # the other thread goes on
        assert list(bar) == [1]
    assert begun
