"""What a request may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes, counts and seconds that strangers may take; of pixels there is a bound in the engine."""

    file_bytes: int = 32 << 20
    """Of one picture."""
    body_bytes: int = 64 << 20
    """Of one request."""
    files: int = 64
    """Pictures of one request."""
    bytes_together: int = 512 << 20
    """Of all requests that are under way."""
    body_seconds: float = 60.0
    """For a request to arrive whole."""
    fetch_seconds: float = 15.0
    """For what is at an address."""
    fetches: int = 16
    """Addresses that are fetched at once, over all requests."""
    neighbors: int = 4
    """Questions for neighbors at once."""
    connections: int = 1024
