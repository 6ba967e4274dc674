"""How a process and its reading children talk: two lengths, a JSON head, a body of bytes."""

from __future__ import annotations

import json
import struct
from typing import IO, Any

from cvwidgets.records import Facts, Header

MAX_BYTES = 1 << 24
"""No head or body is longer: whoever says so is broken."""

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
    return {"header": [header.format, header.width, header.height, header.pages]}


def unpack(head: dict[str, Any], body: bytes) -> Facts | Header:
    """Returns what `pack_facts` or `pack_header` packed."""
    header = Header(*head["header"])
    return Facts(header, head["sha256"], head["size"], head["phash"], body) if "sha256" in head else header
