"""Writing that survives kills, and says in one sentence when the disk is full."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from cvwidgets.errors import DiskFull
from cvwidgets.files import is_disk_full


@contextmanager
def naming_full_disk(folder: Path) -> Iterator[None]:
    """Turns the ways in which writing says that there is no room into one sentence.

    Raises:
        DiskFull: there was no room; what was there before is still there.
    """
    try:
        yield
    except (OSError, SafetensorError) as error:
        if not is_disk_full(error) and "os error 28" not in str(error):
            raise
        raise DiskFull(
            f"The disk has no room left for the run in {str(folder)!r}; what was learnt until the last save is kept. "
            "Free some space, then resume the run."
        ) from error


def replace(part: Path, file: Path) -> None:
    """Puts a file that was written under another name in its place, once its bytes are on the disk, with the mode of new files."""
    _give_usual_mode(part)
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    part.replace(file)


def _give_usual_mode(file: Path) -> None:
    """Lets others read a file as far as the umask does: safetensors writes for its user alone, and a project may be shared."""
    example = file.with_name(f".{file.name}.mode")
    try:
        example.touch()  # the umask itself can only be asked by changing it, under the feet of other threads
        shutil.copymode(example, file)
    finally:
        example.unlink(missing_ok=True)
