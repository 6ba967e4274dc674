"""What is told of memory."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets.learn import iterate, train
from cvwidgets.learn.memory import most_memory
from cvwidgets.recipe import Recipe


def test_an_epoch_says_how_much_memory_its_process_took(drawn: Callable[..., Path], tiny_base: Path, tmp_path: Path) -> None:
    epochs = list(train(drawn(), Recipe(base=str(tiny_base), epochs=2, device="cpu"), tmp_path / "run"))
    assert all(1e8 < (epoch.memory or 0) <= 1.05 * (most_memory() or 0) for epoch in epochs)  # Linux counts roughly
    assert {epoch.device_memory for epoch in epochs} == {None}


def test_the_first_step_says_how_much_memory_its_process_took(drawn: Callable[..., Path], tiny_base: Path, tmp_path: Path) -> None:
    records = iterate(drawn(), Recipe(base=str(tiny_base), epochs=2, device="cpu"), tmp_path / "run")
    first = next(records)
    assert (first.loss, first.device_memory) == (None, None) and 1e8 < first.memory <= 1.05 * most_memory()  # type: ignore[union-attr, operator]
    learnt = next(record for record in records if getattr(record, "loss", None))
    assert learnt.memory >= first.memory  # type: ignore[operator]
    records.close()  # type: ignore[attr-defined]


def test_the_memory_of_a_process_is_not_that_of_the_one_that_started_it() -> None:
    large = bytearray(b"1" * 300_000_000)
    code = "from cvwidgets.learn.memory import most_memory; print(most_memory())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 0 < int(told.stdout) < len(large)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="only glibc gives large blocks back at once")
def test_what_a_training_frees_is_there_for_its_next_step() -> None:
    blocks = "import resource\nfor _ in range(25): b'1' * 64_000_000\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)"
    keeping = f"from cvwidgets.learn.memory import keep_freed\nkeep_freed()\n{blocks}"
    usual, kept = (
        int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout) for code in (blocks, keeping)
    )
    if usual < 100_000:
        pytest.skip("this kernel hands out pages so large that it makes no difference")
    assert kept < usual / 5
