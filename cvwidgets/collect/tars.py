"""Find files in a tar archive, packed by gzip, bzip2 or xz or not at all."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from cvwidgets.collect.archives import (
    MAX_MEMBERS,
    Budget,
    Keep,
    MemberStream,
    Top,
    common_top,
    is_wanted,
    parts_of,
    refuse_by_name,
    take,
    video_passed_over,
)
from cvwidgets.collect.names import legible
from cvwidgets.errors import SourceError, UnsafeArchive
from cvwidgets.records import Found, PassedOver, Refused

_DAMAGE = (
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    ArithmeticError,
    LookupError,
    RecursionError,
)
_MAX_READ = 64 << 20
"""The most bytes read at once: tarfile takes the size of a long name from the archive and reads so much into memory."""


class DamagedTar(Exception):
    """The archive cannot be read beyond this point."""


class Unpacked:
    """The unpacked bytes of an archive as tarfile reads them: bounded, and the last block kept to tell a broken end from a proper one."""

    def __init__(self, stream: BinaryIO, budget: Budget) -> None:
        self.last = b""
        self._stream, self._budget, self._place = stream, budget, 0

    def read(self, size: int) -> bytes:
        """Reads up to `size` bytes."""
        if size > _MAX_READ:
            raise tarfile.ReadError("a header is too long")
        self._budget.check(self._place + size)
        self.last = self._stream.read(size)
        self._place += len(self.last)
        return self.last

    def seek(self, place: int) -> int:
        """Goes to a place; forward only, where bytes are unpacked on the way."""
        self._budget.check(place)
        self._place = self._stream.seek(place)
        return self._place

    def tell(self) -> int:
        """Returns the place."""
        return self._place


def find_in_tar(source: Path, label: str | None, keep: Keep) -> Iterator[Found | Refused | PassedOver]:
    """Yields the pictures of a tar archive, each kept by `keep` when its turn comes, in the archive's order.

    The archive is gone through twice, first for the names alone: whether there is one top folder is known only at the end.
    Where it is damaged, what came before stays and the rest is refused.

    Raises:
        SourceError: it is no tar archive, or damaged from the start.
        UnsafeArchive: it unpacks to more than it may.
    """
    top = _common_top(source)
    found = False
    with _open(source) as (tar, unpacked):
        members = Budget.of(source)
        try:
            for member in _members(tar, unpacked, source):
                parts = parts_of(member.name)
                if member.isreg() and parts and (passed := video_passed_over(source, parts)):
                    yield passed
                if member.isdir() or not (parts is None or is_wanted(parts)):
                    continue
                found = True
                if reason := _refuse(member, parts):
                    yield Refused(f"{legible(source.name)}/{legible(member.name)}", reason)
                elif parts and (stream := tar.extractfile(member)):
                    wrapped = MemberStream(stream, members, _DAMAGE)
                    yield take(wrapped, source, parts, top=top, label=label, keep=keep)
        except DamagedTar as error:
            if not found:
                raise SourceError(f"The archive '{legible(source.name)}' is damaged: nothing in it can be read. Fetch it again.") from error
            yield Refused(legible(source.name), "The archive is damaged or cut off here; what came before is in, the rest is missing.")


@contextmanager
def _open(source: Path) -> Iterator[tuple[tarfile.TarFile, Unpacked]]:
    with _unpack(source) as stream:
        unpacked = Unpacked(stream, Budget.of(source))
        try:
            tar = tarfile.open(fileobj=cast(BinaryIO, unpacked), mode="r:")  # noqa: SIM115 (closed below)
        except _DAMAGE as error:
            name = legible(source.name)
            raise SourceError(f"'{name}' cannot be read as a tar archive: it is damaged or something else. Fetch it again.") from error
        with tar:
            yield tar, unpacked


def _unpack(source: Path) -> BinaryIO:
    with source.open("rb") as stream:
        start = stream.read(6)
    if start.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.open(source))
    if start.startswith(b"BZh"):
        return cast(BinaryIO, bz2.open(source))
    if start == b"\xfd7zXZ\0":
        return cast(BinaryIO, lzma.open(source))
    return source.open("rb")


def _members(tar: tarfile.TarFile, unpacked: Unpacked, source: Path) -> Iterator[tarfile.TarInfo]:
    for _ in range(MAX_MEMBERS):
        try:
            member = tar.next()
        except _DAMAGE as error:
            raise DamagedTar(str(error)) from error
        if member is None:
            # tarfile takes a broken header for the end of the archive; a proper end is a block of zeros.
            if unpacked.last.strip(b"\0"):
                raise DamagedTar("a header is broken")
            return
        tar.members.clear()  # type: ignore[attr-defined]  # it would remember every member, a kilobyte each
        yield member
    raise UnsafeArchive(f"The archive '{legible(source.name)}' lists more than {MAX_MEMBERS:,} files, the most that is read. Split it.")


def _common_top(source: Path) -> Top:
    names: set[tuple[str, ...]] = set()
    with _open(source) as (tar, unpacked):
        try:
            for member in _members(tar, unpacked, source):
                parts = parts_of(member.name)
                if parts and member.isreg() and is_wanted(parts):
                    names.add((*parts[:-1][:2], ""))  # of a million members only the folders
        except DamagedTar:
            pass  # the second time through tells
    return common_top(iter(names))


def _refuse(member: tarfile.TarInfo, parts: tuple[str, ...] | None) -> str | None:
    if parts is None:
        return "Its name leads out of the archive."
    if member.issym() or member.islnk():
        return "It is a link; links in archives are not followed."
    if not member.isreg():
        return "It is not a regular file."
    return refuse_by_name(parts, member.size)
