"""Files that are there whole or not at all, and what the disk says when it has no room: for everyone who writes."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def write_whole(path: Path, data: bytes, *, private: bool = False) -> None:
    """Writes a file whole or not at all, so that whoever reads it, after a power cut too, finds the old content or the new one.

    The bytes are on the disk when this returns. Several processes may write the same file: the last one's content stays. `private`
    keeps it from other users of the machine. A process that is killed half-way may leave a hidden `.<name>.<random>.part` beside it.

    Raises:
        OSError: the disk is full or may not be written to; the file is as it was.
    """
    with replacing(path, private=private) as part:
        part.write_bytes(data)


@contextlib.contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[Path]:
    """A hidden file beside `path` to be written to; it takes its place when the block ends, on the disk by then, or goes with an error."""
    part = path.with_name(f".{path.name}.{os.urandom(8).hex()}.part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666))
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


@contextlib.contextmanager
def filling(folder: Path, *, drafts: Path | None = None) -> Iterator[Path]:
    """A hidden folder to be written to; it takes the place of `folder`, not there yet or empty, when the block ends, or goes with an error.

    It lies in `drafts`, on the same disk, by default beside `folder`. A process that is killed half-way leaves it there.
    """
    import shutil
    import tempfile

    home = drafts or folder.parent
    for place in (home, folder.parent):
        place.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=home, prefix=f".{folder.name[:40]}-"))
    try:
        yield draft
        draft.chmod(0o755)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def sweep_drafts(place: Path) -> None:
    """Removes what killed processes left beside a file or folder that nobody writes now: drafts of `replacing` and `filling`."""
    import shutil

    draft = re.compile(rf"\.({re.escape(place.name)}\.[0-9a-f]{{16}}\.part|{re.escape(place.name[:40])}-[a-z0-9_]{{8}})")
    for left in [path for path in place.parent.glob(".*") if draft.fullmatch(path.name)]:
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def is_disk_full(error: BaseException) -> bool:
    """Whether the error says that no room is left, on the disk or in the user's quota."""
    return isinstance(error, OSError) and error.errno in _FULL
