"""The time as it is written everywhere: in the catalog, in facts of jobs, in what a page is told."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """This moment as ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
