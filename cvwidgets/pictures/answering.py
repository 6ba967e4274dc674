"""What a reading child says of one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cvwidgets.errors import UnreadablePicture, UnreadNow
from cvwidgets.pictures.examining import examine
from cvwidgets.pictures.opening import NO_MEMORY
from cvwidgets.pictures.reader import read_header
from cvwidgets.pictures.wire import pack_facts, pack_header


def answer(path: Path, *, whole: bool) -> tuple[dict[str, Any], bytes]:
    """The head and body of the answer: the facts of the picture, or its header alone if not `whole`; or the reason why there are none."""
    try:
        return pack_facts(examine(path)) if whole else (pack_header(read_header(path)), b"")
    except UnreadablePicture as error:
        return {"reason": str(error), "memory": str(error) == NO_MEMORY, "now": isinstance(error, UnreadNow)}, b""
