"""What zip and tar archives have in common: bounds on what they may unpack to, and how a member becomes a file of the project.

Members are never unpacked to the path they name: each is handed on as a stream and kept by its content. So no name can lead out of a
folder; one that tries is refused all the same, for what it says of the archive.
"""

from __future__ import annotations

import io
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO
from urllib.parse import quote

from cvwidgets.collect.names import are_parts, is_archive, is_other_file, is_other_folder, label_of, legible, part_of
from cvwidgets.errors import UnsafeArchive
from cvwidgets.frames import is_video
from cvwidgets.pictures import MAX_FILE_SIZE
from cvwidgets.records import Found, Part, PassedOver, Refused, Source

Keep = Callable[[BinaryIO, str], Path]
"""Stores the bytes of a stream under a name's suffix, by content, and returns where they lie."""

MAX_MEMBERS = 2_000_000
"""Entries of an archive: ImageNet has 1.3 million; a list of more is there to fill memory."""

MAX_RATIO = 200
"""Unpacked bytes for each packed one. Pictures hardly shrink; empty scans as BMP reach 100, bombs 1,000 and, nested, millions."""

FREE_SIZE = 256 << 20
"""Unpacked bytes allowed whatever the ratio: a small archive of drawings may be well packed and harms nobody."""

MAX_SIZE = 1 << 40
"""Unpacked bytes of one archive, 1 TB: the largest sets in use have a tenth of it."""


class DamagedMember(Exception):
    """The bytes of one member cannot be had; the next may be sound."""


@dataclass(slots=True)
class Budget:
    """Counts unpacked bytes against what an archive of its size may hold."""

    archive: Path
    limit: int
    spent: int = 0

    @classmethod
    def of(cls, archive: Path) -> Budget:
        """Returns the budget for a whole archive."""
        return cls(archive, min(MAX_SIZE, max(FREE_SIZE, MAX_RATIO * archive.stat().st_size)))

    def spend(self, size: int) -> None:
        """Counts `size` bytes more.

        Raises:
            UnsafeArchive: that is more than the archive may hold.
        """
        self.check(self.spent + size)
        self.spent += size

    def check(self, total: int) -> None:
        """Raises UnsafeArchive when `total` bytes are more than the archive may hold."""
        if total > self.limit:
            raise UnsafeArchive(
                f"The archive '{legible(self.archive.name)}' unpacks to more than {self.limit >> 20:,} MB, far more than pictures would; "
                "it is not read further. If you trust it, unpack it yourself and add the folder."
            )


class MemberStream(io.RawIOBase):
    """A member's bytes, counted; whatever the archive's library raises becomes DamagedMember."""

    def __init__(self, stream: IO[bytes], budget: Budget, errors: tuple[type[Exception], ...]) -> None:
        self._stream, self._budget, self._errors = stream, budget, errors

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Reads up to the buffer's size."""
        try:
            data = self._stream.read(len(buffer))
        except self._errors as error:
            raise DamagedMember(f"It is damaged inside the archive: {legible(str(error)) or 'its data ends too early'}.") from error
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


def parts_of(name: str) -> tuple[str, ...] | None:
    """Returns the folders and file that a member's name leads through; None when it leads out of the archive."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or name[1:3] in (":/", ":\\"):
        return None
    return path.parts


def is_wanted(parts: tuple[str, ...]) -> bool:
    """Tells members that are worth a look from what is hidden or no picture by its name."""
    return bool(parts) and not is_other_file(parts[-1]) and not any(is_other_folder(part) for part in parts[:-1])


def is_wanted_video(parts: tuple[str, ...]) -> bool:
    """Tells videos, but for hidden ones."""
    return bool(parts) and is_video(parts[-1]) and parts[-1][0] != "." and not any(is_other_folder(part) for part in parts[:-1])


def video_passed_over(archive: Path, parts: tuple[str, ...]) -> PassedOver | None:
    """A member that is a video, which is told and not read; None for any other one."""
    if not is_wanted_video(parts):
        return None
    shown = f"{legible(archive.name)}/{legible('/'.join(parts))}"
    return PassedOver(shown, "videos in an archive are not read; unpack it and add the folder")


@dataclass(frozen=True, slots=True)
class Top:
    """How many folders from the top of an archive give no label: one in which all lies, then those that name the parts of a split."""

    depth: int
    has_parts: bool

    def label(self, parts: tuple[str, ...], label: str | None) -> str | None:
        """Returns the fixed label, or the one that a member's folders give below the top."""
        return label or label_of(parts[self.depth : -1])

    def part(self, parts: tuple[str, ...]) -> Part | None:
        """The part of a split that a member lies in."""
        return part_of(parts[self.depth - 1]) if self.has_parts else None


def common_top(members: Iterator[tuple[str, ...]]) -> Top:
    """Returns what the folders at the top of an archive are, by the folders and names of its wanted members."""
    tops: set[str | None] = set()
    below: set[str | None] = set()
    for parts in members:
        tops.add(parts[0] if len(parts) > 1 else None)
        below.add(parts[1] if len(parts) > 2 else None)
    one = len(tops) == 1 and None not in tops
    has_parts = are_parts(below if one else tops)
    return Top(one + has_parts, has_parts)


def refuse_by_mode(mode: int) -> str | None:
    """Returns why a member of this `st_mode` type is not taken; None for a regular file or one without a type."""
    if stat.S_ISLNK(mode):
        return "It is a link; links in archives are not followed."
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        return "It is not a regular file."
    return None


def refuse_by_name(parts: tuple[str, ...], size: int) -> str | None:
    """Returns why a member of this name and unpacked size is not taken."""
    if is_archive(parts[-1]):
        return "An archive inside an archive is not opened; unpack it and add it by itself."
    if size > MAX_FILE_SIZE:
        return f"It is larger than {MAX_FILE_SIZE >> 20} MB, the most that is read."
    return None


def take(stream: MemberStream, archive: Path, parts: tuple[str, ...], *, top: Top, label: str | None, keep: Keep) -> Found | Refused:
    """Hands one member to `keep` and says where it lies now; `label` is the fixed one."""
    shown = f"{legible(archive.name)}/{legible('/'.join(parts))}"
    try:
        path = keep(io.BufferedReader(stream, 1 << 16), legible(parts[-1]))
    except DamagedMember as error:
        return Refused(shown, str(error))
    status = path.stat()
    source = Source(address=f"{archive.absolute().as_uri()}#{quote('/'.join(parts), errors='surrogateescape')}")
    own = top.label(parts, label)
    return Found(path, status.st_size, status.st_mtime_ns, own, owned=True, source=source, name=shown, part=top.part(parts))
