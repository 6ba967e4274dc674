"""How a process and its reading children talk: two lengths, a JSON head, a body of bytes."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import IO, Any, Literal

from cvwidgets.records import Facts, Header

MAX_BYTES = 1 << 24
"""No head or body is longer: whoever says so is broken."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """A picture ready to be looked at: a JPEG of `width` x `height` px, upright and RGB; `header` and `size` (bytes) are the original's."""

    jpeg: bytes
    width: int
    height: int
    header: Header
    size: int


Result = Facts | Header | Rendition
"""What a child finds out about a file that it can read, by what it is asked."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a child does with a file: examine it, read its header, or render it, its longest side at most `longest` px."""

    kind: Literal["examine", "header", "render"]
    longest: int = 0


EXAMINE = Question("examine")
HEADER = Question("header")

_LENGTHS = struct.Struct(">II")


def write(stream: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    """Writes one message, which leaves when the stream is flushed or its buffer full."""
    text = json.dumps(head).encode()
    stream.write(_LENGTHS.pack(len(text), len(body)) + text + body)


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Reads one message; None at the end of the stream, also when it ends within a message.

    Raises:
        ValueError: what arrived is no message.
    """
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head_size, body_size = _LENGTHS.unpack(lengths)
    if max(head_size, body_size) > MAX_BYTES:
        raise ValueError(f"a message of {head_size} + {body_size} bytes; {MAX_BYTES} are the most")
    data = stream.read(head_size + body_size)
    if len(data) < head_size + body_size:
        return None
    return json.loads(data[:head_size]), data[head_size:]


def pack_facts(facts: Facts) -> tuple[dict[str, Any], bytes]:
    """Returns the head and body that carry `facts`."""
    return {**pack_header(facts.header), "sha256": facts.sha256, "size": facts.size, "phash": facts.phash}, facts.thumbnail


def pack_header(header: Header) -> dict[str, Any]:
    """Returns the head that carries a header alone."""
    return {"header": [header.format, header.width, header.height, header.pages, header.taken]}


def pack_rendition(rendition: Rendition) -> tuple[dict[str, Any], bytes]:
    """Returns the head and body that carry a rendition."""
    return {**pack_header(rendition.header), "sides": [rendition.width, rendition.height], "size": rendition.size}, rendition.jpeg


def unpack(head: dict[str, Any], body: bytes) -> Result:
    """Returns what `pack_facts`, `pack_header` or `pack_rendition` packed."""
    header = Header(*head["header"])
    if "sides" in head:
        width, height = head["sides"]
        return Rendition(body, width, height, header, head["size"])
    return Facts(header, head["sha256"], head["size"], head["phash"], body) if "sha256" in head else header
