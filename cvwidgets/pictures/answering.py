"""What a reading child says of one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cvwidgets.errors import UnreadablePicture, UnreadNow
from cvwidgets.pictures.examining import examine
from cvwidgets.pictures.opening import NO_MEMORY
from cvwidgets.pictures.reader import read_header
from cvwidgets.pictures.rendering import render
from cvwidgets.pictures.wire import Question, pack_facts, pack_header, pack_rendition


def answer(path: Path, question: Question) -> tuple[dict[str, Any], bytes]:
    """The head and body of the answer to a question about a picture; or the reason why there is none."""
    try:
        match question.kind:
            case "examine":
                return pack_facts(examine(path))
            case "header":
                return pack_header(read_header(path)), b""
            case "render":
                return pack_rendition(render(path, longest=question.longest))
    except UnreadablePicture as error:
        return {"reason": str(error), "memory": str(error) == NO_MEMORY, "now": isinstance(error, UnreadNow)}, b""
