"""`GET /cv?PATH_OR_URL[:n]`, as scripts of CV Tools ask it: what the query means, and the file that it may be."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from starlette.exceptions import HTTPException

MOST_LABELS = 10_000
_COUNTED = re.compile(r"(.*):(\d{1,5})", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]")
_NOT_THERE = "There is no such picture below the folders that may be asked for; name one that is there, or an address of the web."


@dataclass(frozen=True, slots=True)
class Classic:
    """A path or an address, and how many labels are asked for: None for all."""

    what: str
    top: int | None

    @property
    def is_address(self) -> bool:
        """Whether it is fetched from the web."""
        return _ADDRESS.match(self.what) is not None


def parse(query: bytes) -> Classic:
    r"""What stands behind the question mark, percent-encoded or not.

    The number is what follows the last colon, unless that colon belongs to a drive (`C:\a.jpg`, `C:7`) or stands before the port of an
    address that names nothing behind it (`http://host:8080`).

    Raises:
        HTTPException: there is nothing.
    """
    text = os.fsdecode(query) if _ADDRESS.match(os.fsdecode(query)) else _decoded(query)
    what, top = text, None
    if (found := _COUNTED.fullmatch(text)) and not _DRIVE.fullmatch(found[1]) and not _is_host_alone(text):
        what, top = found[1], min(MOST_LABELS, max(1, int(found[2])))
    if not what.strip():
        raise HTTPException(400, "Nothing is asked for; a path or an address is needed behind the question mark, such as /cv?photo.jpg:3.")
    return Classic(what, top)


def read_below(roots: Sequence[Path], given: str, *, most_bytes: int) -> bytes:
    """The bytes of a file below one of the roots, links followed; what lies elsewhere is as if it were not there.

    Raises:
        HTTPException: it is not there, no file, or too large.
    """
    for root in roots:
        try:
            home = root.resolve(strict=True)
            if not any(_leads_below(folder, given) for folder in (root.absolute(), home)):
                continue
            path = (home / given).resolve(strict=True)
            if path.is_relative_to(home):
                return _read(path, most_bytes)
        except (OSError, ValueError, RuntimeError):  # a name with a zero byte, a circle of links
            continue
    raise HTTPException(404, _NOT_THERE)


def _leads_below(folder: Path, given: str) -> bool:
    r"""Whether it does by its words alone: to look at `\\host\share` is to log in there already (on Windows)."""
    return Path(os.path.normpath(folder / given)).is_relative_to(os.path.normpath(folder))


def _read(path: Path, most_bytes: int) -> bytes:
    """The file, which was no link a moment ago and must not be one now; pipes and devices are not waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise HTTPException(404, _NOT_THERE)
        if facts.st_size > most_bytes:
            raise HTTPException(413, f"The file is larger than {most_bytes >> 20} MB, the most that is read.")
        return file.read(most_bytes)


def _decoded(query: bytes) -> str:
    text = os.fsdecode(unquote_to_bytes(query))
    return unquote(text) if text.lower().startswith(("http%3a", "https%3a")) else text


def _is_host_alone(text: str) -> bool:
    return (found := _ADDRESS.match(text)) is not None and found.end() == len(text)
