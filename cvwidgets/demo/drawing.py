"""Draws the demo into a folder: as many threads as cores, no file ever half there, a second call completes the first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from cvwidgets.demo.files import write_item
from cvwidgets.demo.plan import make_plan, tell_truth
from cvwidgets.demo.progress import Drawn
from cvwidgets.demo.truth import FILE, Truth
from cvwidgets.errors import DiskFull, SourceError
from cvwidgets.files import is_disk_full


def draw_iter(folder: Path, *, seed: int, per_label: int) -> Iterator[Drawn]:
    """See `cvwidgets.demo.draw_iter`."""
    plan = make_plan(seed, per_label)
    truth = tell_truth(plan, seed, per_label)
    folder = Path(folder)
    before = _begin(folder, truth)
    missing = [item for item in plan if not (folder / item.path).exists()]
    done = len(plan) - len(missing)
    if missing or before != replace(truth, complete=True):
        pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="demo")
        try:
            for ended in as_completed([pool.submit(write_item, item, folder) for item in missing]):
                ended.result()
                done += 1
                yield Drawn(done, len(plan))
            replace(truth, complete=True).write(folder)
        except OSError as error:
            raise _plain(error, folder) from error
        finally:
            pool.shutdown(cancel_futures=True)
    if not missing:
        yield Drawn(done, len(plan))


def _begin(folder: Path, truth: Truth) -> Truth | None:
    """Makes the folder and says in truth.json what it is going to hold; refuses a folder that holds something else."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = Truth.read(folder)
        if before is None and any(not entry.name.startswith(f".{FILE}.") for entry in folder.iterdir()):
            raise SourceError(f"The folder {folder} holds other files already; the demo needs an empty folder. Name another one.")
        if before is not None and replace(before, complete=False) != truth:
            raise SourceError(
                f"The folder {folder} holds a demo drawn with seed {before.seed} and {before.per_label} pictures per label; "
                f"seed {truth.seed} and {truth.per_label} were asked for. Name another folder, or remove this one."
            )
        if before is None:
            truth.write(folder)
    except OSError as error:
        raise _plain(error, folder) from error
    return before


def _plain(error: OSError, folder: Path) -> SourceError | DiskFull:
    if is_disk_full(error):
        return DiskFull(
            f"The disk of {folder} is full; the demo needs about 60 MB. Make room and start again: it goes on where it stopped."
        )
    return SourceError(
        f"The demo cannot be drawn into {folder} ({error.strerror or error}); it needs a folder to write to. Name another one."
    )
