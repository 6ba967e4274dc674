"""The one way to ask for files: of a folder, an archive, or a single file."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from cvwidgets.collect.archives import Keep
from cvwidgets.collect.folders import find_in_folder, lies_within
from cvwidgets.collect.names import legible
from cvwidgets.collect.parquet import SUFFIX, find_in_parquet, parquet_files
from cvwidgets.collect.tars import find_in_tar
from cvwidgets.collect.videos import find_in_video
from cvwidgets.collect.zips import find_in_zip
from cvwidgets.errors import SourceError
from cvwidgets.frames import Frames, is_video
from cvwidgets.records import Found, PassedOver, Refused

__all__ = ["Keep", "check_sources", "find"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
_UNKNOWN = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"(\xb5/\xfd": "Zstandard"}
_TAR_MAGIC = 257


def find(
    source: Path, *, label: str | None = None, keep: Keep, within: Sequence[Path] = (), frames: Frames | None = None
) -> Iterator[Found | Refused | PassedOver | None]:
    """Finds what may be pictures; nothing is decoded, and files in folders are only looked at where they lie.

    Sub-folders are labels, nested ones nested ("a/b"); files in no sub-folder have none. An archive counts as the folder it would
    unpack to, a single top folder in it left out. Hidden files and what is no picture by its name (texts, tables …) are passed over in
    silence; videos in an archive, and in a folder unless frames of them are asked for, are passed over and told. Parquet files with
    pictures inside, as the hub has data sets, are read at the top of a folder and in its folder data, or as a source of their own.

    Args:
        source: a folder, a zip or tar archive (by content), or a single file.
        label: given to everything found, in place of the folders'.
        keep: stores the bytes of an archive's member and returns the path of the stored file.
        within: folders, links resolved, out of which no link may lead; none for anywhere.
        frames: how frames are taken out of videos; without it only one that is a source of its own is read, one frame a second.

    Yields:
        Files as they are found, and what was refused with the reason; one does not stop the others. None while nothing comes for a moment.

    Raises:
        SourceError: the source is missing, lies outside, may not be read, is damaged from the start, or holds no files.
        UnsafeArchive: an archive unpacks to more than it may; what it gave before is kept.
    """
    _check_within(source, within)
    status = _look_at(source)
    tables = find_in_parquet(parquet_files(source, within), label, keep)
    if stat.S_ISDIR(status.st_mode):

        def film(path: Path, label: str | None) -> Iterator[Found | Refused | PassedOver | None]:
            return find_in_video(path, frames or Frames(), label, keep)

        found = find_in_folder(source, label, within, video=film if frames else None)
        return _never_empty(chain(found, tables), f"The folder '{legible(str(source))}'")
    if is_video(source.name):
        return find_in_video(source, frames or Frames(), label, keep)
    if source.suffix.lower() == SUFFIX:
        return _never_empty(tables, f"The file '{legible(str(source))}'")
    archive = _find_in_archive(source, label, keep)
    if archive is None:
        return iter((Found(source, status.st_size, status.st_mtime_ns, label),))
    return _never_empty(archive, f"The archive '{legible(str(source))}'")


def check_sources(sources: Sequence[Path], *, within: Sequence[Path] = ()) -> None:
    """Looks whether there is something at each of these paths that `find` could begin with; nothing is opened.

    Raises:
        SourceError: a path is missing, may not be looked at, is a pipe, socket or device, or lies outside of `within`.
    """
    for source in sources:
        _check_within(source, within)
        _look_at(source)


def _check_within(source: Path, folders: Sequence[Path]) -> None:
    if not lies_within(source, folders):
        allowed = ", ".join(legible(str(folder)) for folder in folders)
        raise SourceError(f"'{legible(str(source))}' lies outside the folders allowed here ({allowed}). Choose something below them.")


def _look_at(source: Path) -> os.stat_result:
    try:
        status = source.stat()
    except (OSError, ValueError) as error:
        why = f"cannot be looked at ({getattr(error, 'strerror', None) or error})"
        why = "does not exist" if isinstance(error, FileNotFoundError) else why
        raise SourceError(f"'{legible(str(source))}' {why}. Images need a folder, archive or file; check the path.") from error
    if not stat.S_ISDIR(status.st_mode) and not stat.S_ISREG(status.st_mode):
        raise SourceError(f"'{legible(str(source))}' is a pipe, socket or device. Images need a folder, archive or file; choose one.")
    return status


def _find_in_archive(source: Path, label: str | None, keep: Keep) -> Iterator[Found | Refused | PassedOver] | None:
    """Returns what goes through an archive; None for a file that is none."""
    try:
        with source.open("rb") as stream:
            start = stream.read(_TAR_MAGIC + 5)
    except OSError as error:
        raise SourceError(f"'{legible(str(source))}' cannot be read: {error.strerror}. Change its permissions, or copy it.") from error
    if start.startswith(_ZIP):
        return find_in_zip(source, label, keep)
    if start.startswith(_PACKED) or start[_TAR_MAGIC:] == b"ustar" or source.suffix.lower() == ".tar":
        return find_in_tar(source, label, keep)
    if kind := next((kind for magic, kind in _UNKNOWN.items() if start.startswith(magic)), None):
        raise SourceError(f"'{legible(str(source))}' is a {kind} archive; zip and tar can be read. Unpack it yourself and add the folder.")
    return None


def _never_empty(found: Iterator[Found | Refused | PassedOver | None], what: str) -> Iterator[Found | Refused | PassedOver | None]:
    empty = True
    for item in found:
        empty = False
        yield item
    if empty:
        raise SourceError(f"{what} holds no files that could be pictures. At least one is needed; choose another.")
