"""What comes over a connection, bounded: so many bytes, packed or unpacked, of the kind that was asked for."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from cvwidgets.collect.addresses import shown
from cvwidgets.errors import BadStatus, TooLarge, UnexpectedContent

_PIECE = 1 << 16
_PACKED = {"gzip": 47, "x-gzip": 47, "deflate": 47}
"""Window bits for zlib: 32 more than the largest window, for "gzip or zlib, whichever it is"."""

_STATUS = {
    401: "asks for a password",
    403: "does not allow it",
    404: "has nothing at this address",
    410: "has nothing at this address any more",
    429: "asks to come less often",
}


def bad_status(address: str, status: int, headers: Mapping[str, str]) -> BadStatus:
    """The error that says what a host answered, which was not what was asked for."""
    says = _STATUS.get(status, "had an error of its own" if status >= 500 else "does not give it")
    wait = retry_after(headers)
    todo = "Try again later." if status == 429 or status >= 500 else "Look at it in a browser, or leave it out."
    todo = f"Try again in {wait:,.0f} s." if wait else todo
    return BadStatus(f"The host {says} (HTTP {status}): '{shown(address)}'. {todo}", status=status, retry_after=wait)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a host asks to wait (RFC 9110, section 10.2.3: seconds or a date); None when it does not, or nobody can tell."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


async def body(address: str, headers: httpx.Headers, stream: AsyncIterable[bytes], *, limit: int) -> AsyncIterator[bytes]:
    """Yields the bytes of an answer, unpacked, in pieces of 64 kB at most.

    Raises:
        TooLarge: there are more than `limit`, by what the answer says of itself or by what comes.
        UnexpectedContent: they are packed in a way that was not asked for, or damaged.
    """
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > limit):
        raise _too_large(address, limit)
    packed = headers.get("content-encoding", "").strip().lower()
    if packed not in ("", "identity", *_PACKED):
        raise UnexpectedContent(f"What '{shown(address)}' gives is packed in a way that was not asked for ({packed[:20]!r}). Leave it out.")
    unpack = zlib.decompressobj(_PACKED[packed]) if packed in _PACKED else None
    size = 0
    async for chunk in stream:
        for piece in _unpacked(address, unpack, chunk) if unpack else (chunk,):
            size += len(piece)
            if size > limit:
                raise _too_large(address, limit)
            yield piece


def _unpacked(address: str, unpack: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    """Unpacks a chunk piece by piece: a bomb is seen before it is in memory."""
    while chunk:
        try:
            piece = unpack.decompress(chunk, _PIECE)
        except zlib.error as error:
            raise UnexpectedContent(f"What '{shown(address)}' gives is packed and damaged. Try again later, or leave it out.") from error
        chunk = unpack.unconsumed_tail
        if piece:
            yield piece
        elif not chunk or unpack.eof:
            return


def _too_large(address: str, limit: int) -> TooLarge:
    return TooLarge(
        f"What '{shown(address)}' gives is larger than {limit / (1 << 20):,.0f} MB, the most that is fetched. "
        "Download it yourself and add the file."
    )
