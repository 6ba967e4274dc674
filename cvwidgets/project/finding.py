"""Which projects there are, which were used lately, and where a new one may be begun."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import category

from cvwidgets.errors import JobError, ProjectError, SourceError
from cvwidgets.files import write_whole
from cvwidgets.jobs.lock import Lock
from cvwidgets.machine import machine_folder

CATALOG = "catalog.db"
RECENT = "recent.json"
REMEMBERED = 40
LONGEST_NAME = 100
_FORBIDDEN = set('/\\:*?"<>|')
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True, slots=True)
class ProjectFound:
    """A project below a root: its counts, and when its catalog was changed last (ISO 8601, UTC).

    `problem` is a sentence when it cannot be opened as it is; its counts are 0 then.
    """

    folder: Path
    name: str
    images: int
    new: int
    kept: int
    changed: str
    problem: str | None = None


def find_projects(roots: Iterable[Path], *, depth: int = 3, seconds: float = 2.0, most: int = 200) -> tuple[ProjectFound, ...]:
    """The projects below some folders, the one changed last first; nothing is opened or changed for it.

    Args:
        roots: Where to look, level by level; hidden folders, links, and what is inside of a project are passed over.
        depth: So many folders below a root a project may lie; a root may be one itself.
        seconds: After so long it gives what it has found.
        most: After so many, too.
    """
    until = time.monotonic() + seconds
    found: dict[Path, None] = {}
    for folder in _walk(roots, depth, until):
        found[folder] = None
        if len(found) >= most:
            break
    return tuple(sorted((_look(folder) for folder in found), key=lambda one: one.changed, reverse=True))


def cover(folder: Path, most: int = 4) -> list[bytes]:
    """Up to `most` small pictures (JPEG) of what a project holds, from its cache alone."""
    from cvwidgets.store.peeking import find_cover

    return find_cover(folder, most)


def recent_projects(most: int = 12) -> tuple[Path, ...]:
    """The folders of the projects that were opened last on this machine, the latest first; those that are gone are left out."""
    return tuple(folder for folder in _read_recent() if os.path.exists(folder / CATALOG))[:most]  # noqa: PTH110 (never raises)


def remember_project(folder: Path) -> None:
    """Puts a project first among those used lately; faces call it when a person opens one. What cannot be written is forgotten."""
    file = machine_folder() / RECENT
    with contextlib.suppress(OSError, JobError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with Lock(file.with_suffix(".lock")):
            folders = [folder, *(other for other in _read_recent() if other != folder)][:REMEMBERED]
            write_whole(file, json.dumps([str(one) for one in folders]).encode())


def begin_project(parent: Path, name: str) -> Path:
    """Makes the folder of a new project, for `Project` to open.

    Raises:
        ProjectError: the name cannot be a folder's everywhere, the folder holds something else already, or it cannot be made.
    """
    name = name.strip()
    if not _is_folder_name(name):
        raise ProjectError(
            f"'{name[:LONGEST_NAME]}' cannot be the name of a project; up to {LONGEST_NAME} letters, digits, spaces and dashes can, "
            "and no dot at either end. Choose another name."
        )
    folder = parent / name
    try:
        if (folder / CATALOG).exists():
            raise ProjectError(f"A project '{name}' is there already in {parent}. Open it, or choose another name.")
        if folder.is_symlink():
            raise ProjectError(f"{folder} is a link to elsewhere; a new project needs a folder of its own. Choose another name.")
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ProjectError(f"The folder {folder} holds other files; a new project needs a folder of its own. Choose another name.")
    except OSError as error:
        raise ProjectError(
            f"The folder {folder} cannot be made ({error.strerror}). Choose another place, or change its permissions."
        ) from error
    return folder


def within(path: Path, roots: Sequence[Path]) -> Path:
    """The path with its links resolved, if it lies below one of the roots; anywhere is allowed without roots.

    Raises:
        SourceError: it lies outside, or nothing can lie there.
    """
    try:
        resolved = path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle; a zero byte
        raise SourceError(f"{str(path)[:200]!r} leads nowhere ({error}). Choose a folder or a file that is there.") from error
    if roots and not any(resolved.is_relative_to(root.resolve()) for root in roots):
        allowed = ", ".join(map(str, roots))
        raise SourceError(f"{path} lies outside the folders allowed here ({allowed}). Choose something below them.")
    return resolved


def _is_folder_name(name: str) -> bool:
    """Whether a folder can have the name on every system, and shows it as it is: without controls and marks that turn the text around."""
    strange = any(category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in _TURNING for letter in name)
    reserved = name.partition(".")[0].strip().casefold() in _RESERVED
    short = 0 < len(name) <= LONGEST_NAME and len(name.encode(errors="replace")) < 256
    return short and not (strange or reserved or _FORBIDDEN & set(name) or name[0] == "." or name[-1] == ".")


def _walk(roots: Iterable[Path], depth: int, until: float) -> Iterator[Path]:
    """The projects below some folders, the nearest first, so that one deep tree does not take the time of all others."""
    waiting = deque((root, depth) for root in roots)
    while waiting and time.monotonic() < until:
        folder, left = waiting.popleft()
        if os.path.isfile(folder / CATALOG):  # noqa: PTH113 (never raises)
            yield folder
        elif left:
            waiting.extend((inner, left - 1) for inner in sorted(_folders_in(folder, until)))


def _folders_in(folder: Path, until: float) -> Iterator[Path]:
    with contextlib.suppress(OSError), os.scandir(folder) as listing:
        for entry in listing:
            if time.monotonic() > until:
                return
            if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                yield Path(entry.path)


def _look(folder: Path) -> ProjectFound:
    from cvwidgets.store.peeking import peek

    changed = datetime.fromtimestamp(_changed(folder), UTC).isoformat(timespec="seconds")
    peeked = peek(folder)
    return ProjectFound(folder, folder.name, peeked.images, peeked.new, peeked.kept, changed, peeked.problem)


def _changed(folder: Path) -> float:
    """When the catalog was changed last, in seconds since 1970; what is new lies in its log at first."""
    times = []
    for name in (CATALOG, f"{CATALOG}-wal"):
        with contextlib.suppress(OSError):
            times.append((folder / name).stat().st_mtime)
    return max(times, default=0.0)


def _read_recent() -> list[Path]:
    try:
        folders = json.loads((machine_folder() / RECENT).read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    return [Path(folder) for folder in folders if isinstance(folder, str)] if isinstance(folders, list) else []
