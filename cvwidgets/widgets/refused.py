"""What can be shown of a file that was refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.errors import CvwidgetsError

if TYPE_CHECKING:
    from cvwidgets.records import Refused

LARGEST = 4 * 1024 * 1024
"""Bytes of a broken file that are sent for the browser to show what it can."""
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"RIFF")


def picture_of(refused: Refused, within: Sequence[Path]) -> bytes:
    """A thumbnail, or the bytes of a small broken picture, of which browsers show what there is; empty when nothing can be shown.

    Files outside of `within`, links followed, are not looked at.
    """
    from cvwidgets.project.loose import thumbnail_of

    try:
        path = Path(refused.path).resolve(strict=True)
        if not Path(refused.path).is_absolute() or (within and not any(path.is_relative_to(root) for root in within)):
            return b""
        try:
            return thumbnail_of(path)
        except CvwidgetsError:
            return _broken(path)
    except (OSError, RuntimeError, ValueError):
        return b""


def _broken(path: Path) -> bytes:
    if not path.is_file() or path.stat().st_size > LARGEST:
        return b""
    content = path.read_bytes()
    return content if content.startswith(_BEGINNINGS) else b""
