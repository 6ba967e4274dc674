"""Find files in a folder, as fast as the disk can list it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from cvwidgets.collect.names import are_parts, is_archive, is_other_file, is_other_folder, label_of, legible, part_of
from cvwidgets.errors import SourceError
from cvwidgets.frames import is_video
from cvwidgets.records import Found, Part, PassedOver, Refused

_PROJECT_FOLDERS = frozenset(("images", "snapshots", "runs", "work", "worker", "cache", "exports", "analyses", "served", "watched"))


Video = Callable[[Path, str | None], Iterator[Found | Refused | PassedOver | None]]
"""Takes the frames out of a video, under a label."""


def find_in_folder(
    source: Path, label: str | None, within: Sequence[Path] = (), *, video: Video | None = None
) -> Iterator[Found | Refused | PassedOver | None]:
    """Yields the files below `source`, those of a folder by name, before those of its sub-folders; videos are passed over without `video`.

    Folders at its top that name the parts of a split (train, valid, test) are no labels but give their part; those in them are.
    Links to files are followed, as far as they stay below `within` if that names any folders; links to folders are not: they lead in
    circles, or to what nobody meant. A project inside the folder keeps what is its own.

    Raises:
        SourceError: `source` itself cannot be listed.
    """
    ahead: list[tuple[str, tuple[str, ...], Part | None]] = [(str(source), (), None)]
    while ahead:
        folder, names, part = ahead.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            if folder == str(source):
                raise SourceError(_unreadable(folder, error)) from error
            yield Refused(legible(folder), f"The folder cannot be listed: {_why(error)}.")
            continue
        own_label = label or label_of(names)
        is_project = any(entry.name == "catalog.db" for entry in entries)
        deeper, beside = [], list[str | None]()
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if not is_other_folder(entry.name) and not (is_project and entry.name in _PROJECT_FOLDERS):
                    deeper.append((entry.path, (*names, entry.name), part))
                    beside.append(entry.name)
            elif is_video(entry.name) and not entry.name.startswith("."):
                yield from _film(_look(entry, own_label, part, within), video)
            elif not is_other_file(entry.name):
                yield _look(entry, own_label, part, within)
                beside.append(None)
        if folder == str(source) and are_parts(beside):
            deeper = [(path, (), part_of(names[0])) for path, names, _ in deeper]
        ahead += reversed(deeper)


def _film(found: Found | Refused, video: Video | None) -> Iterator[Found | Refused | PassedOver | None]:
    """The frames of a video, in the part of a split that it lies in."""
    if video is None:
        yield PassedOver(legible(str(found.path)), "videos in a folder are read only when asked for, by --videos or in Collect")
    elif isinstance(found, Found):
        for item in video(found.path, found.label):
            yield replace(item, part=found.part) if isinstance(item, Found) else item
    else:
        yield found


def _look(entry: os.DirEntry[str], label: str | None, part: Part | None, within: Sequence[Path]) -> Found | Refused:
    if is_archive(entry.name):
        return Refused(legible(entry.path), "An archive inside a folder is not opened; add it by itself.")
    if entry.is_symlink() and not lies_within(Path(entry.path), within):
        return Refused(legible(entry.path), "It is a link to a place outside the folders allowed here.")
    try:
        if not entry.is_file():
            return Refused(legible(entry.path), _kind(entry))
        status = entry.stat()
    except OSError as error:
        return Refused(legible(entry.path), f"The file cannot be looked at: {_why(error)}.")
    return Found(Path(entry.path), status.st_size, status.st_mtime_ns, label, part=part)


def lies_within(path: Path, folders: Sequence[Path]) -> bool:
    """Whether a path, its links followed, lies in one of these folders or is one; anywhere will do when there are none."""
    if not folders:
        return True
    try:
        resolved = path.resolve()
    except (OSError, RuntimeError):  # links that lead in a circle
        return False
    return any(resolved.is_relative_to(folder) for folder in folders)


def _kind(entry: os.DirEntry[str]) -> str:
    if not entry.is_symlink():
        return "It is not a regular file but a pipe, socket or device."
    if entry.is_dir():
        return "It is a link to a folder, which is not followed; add that folder itself."
    return "It is a link that leads to no file."


def _unreadable(folder: str, error: OSError) -> str:
    return (
        f"The folder '{legible(folder)}' cannot be listed: {_why(error)}. Images need a folder that you may read; change its permissions."
    )


def _why(error: OSError) -> str:
    return (error.strerror or "the disk gave an error").lower()
