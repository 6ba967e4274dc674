"""Find files in a zip archive."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from cvwidgets.collect.archives import (
    MAX_MEMBERS,
    Budget,
    Keep,
    MemberStream,
    Top,
    common_top,
    is_wanted,
    parts_of,
    refuse_by_mode,
    refuse_by_name,
    take,
    video_passed_over,
)
from cvwidgets.collect.names import legible
from cvwidgets.errors import SourceError, UnsafeArchive
from cvwidgets.records import Found, PassedOver, Refused

_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
_ENCRYPTED = 0x1
_UTF8 = 0x800


def find_in_zip(source: Path, label: str | None, keep: Keep) -> Iterator[Found | Refused | PassedOver]:
    """Yields the pictures of a zip archive, each kept by `keep` when its turn comes, in the archive's order.

    Two members of one name are two files, as the archive holds them.

    Raises:
        SourceError: it is damaged, or locked with a password as a whole.
        UnsafeArchive: it says that it unpacks to more than it may; nothing was kept then.
    """
    try:
        archive = zipfile.ZipFile(source)
    except _DAMAGE as error:
        raise SourceError(f"The archive '{legible(source.name)}' is damaged: its list of files cannot be read. Fetch it again.") from error
    with archive:
        members = [(member, parts_of(_name(member))) for member in archive.infolist() if not member.is_dir()]
        wanted = [(member, parts) for member, parts in members if parts is None or is_wanted(parts)]
        budget = _check(source, [member for member, _ in wanted])
        top = common_top(parts for _, parts in wanted if parts)
        yield from (passed for _, parts in members if parts and (passed := video_passed_over(source, parts)))
        for member, parts in wanted:
            if parts is None:
                yield Refused(f"{legible(source.name)}/{legible(_name(member))}", "Its name leads out of the archive.")
            elif reason := _refuse(member, parts):
                yield Refused(f"{legible(source.name)}/{legible('/'.join(parts))}", reason)
            else:
                yield _take(archive, member, parts, budget, source=source, top=top, label=label, keep=keep)


def _check(source: Path, wanted: list[zipfile.ZipInfo]) -> Budget:
    budget = Budget.of(source)
    if len(wanted) > MAX_MEMBERS:
        raise UnsafeArchive(f"The archive '{legible(source.name)}' lists {len(wanted):,} files; {MAX_MEMBERS:,} are the most. Split it.")
    budget.check(sum(member.file_size for member in wanted))
    if wanted and all(member.flag_bits & _ENCRYPTED for member in wanted):
        raise SourceError(f"The archive '{legible(source.name)}' is locked with a password. Unpack it yourself and add the folder.")
    return budget


def _name(member: zipfile.ZipInfo) -> str:
    """Returns a member's name: many programs write UTF-8 and forget to say so, and some of Windows write backslashes."""
    name = member.filename
    if not member.flag_bits & _UTF8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = member.filename
    return name if "/" in name else name.replace("\\", "/")


def _refuse(member: zipfile.ZipInfo, parts: tuple[str, ...]) -> str | None:
    if member.flag_bits & _ENCRYPTED:
        return "It is locked with a password."
    return refuse_by_mode(member.external_attr >> 16) or refuse_by_name(parts, member.file_size)


def _take(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    parts: tuple[str, ...],
    budget: Budget,
    *,
    source: Path,
    top: Top,
    label: str | None,
    keep: Keep,
) -> Found | Refused:
    try:
        stream = archive.open(member)
    except _DAMAGE as error:
        return Refused(f"{legible(source.name)}/{legible('/'.join(parts))}", f"It cannot be unpacked: {legible(str(error))}.")
    with stream:
        return take(MemberStream(stream, budget, _DAMAGE), source, parts, top=top, label=label, keep=keep)
