"""Column types for values that SQLite cannot hold as they are: paths that are not UTF-8, and unsigned 64-bit numbers."""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

_ESCAPE = "surrogateescape" if os.name == "posix" else "surrogatepass"


class PathText(TypeDecorator[str]):
    """A path as text; a name that is not UTF-8 is kept as its bytes, so that it comes back as it was.

    SQLite lets a text column hold a blob, which never equals a text, so the two forms cannot be mixed up.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Text where it is valid, else bytes."""
        return None if value is None else stored(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The path as Python writes it."""
        return value.decode("utf-8", _ESCAPE) if isinstance(value, bytes) else value


def stored(path: str) -> str | bytes:
    """The form in which a path lies in the catalog."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return path.encode("utf-8", _ESCAPE)
    return path


class Unsigned64(TypeDecorator[int]):
    """An unsigned 64-bit number, kept in SQLite's signed 64 bits."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Shifts the upper half below zero."""
        return value - 2**64 if value is not None and value >= 2**63 else value

    def process_result_value(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Shifts the part below zero back."""
        return value + 2**64 if value is not None and value < 0 else value


def plain(text: str | None) -> str | None:
    """Text that any database holds: what is not valid Unicode (from file names) becomes a question mark."""
    return text if text is None else text.encode("utf-8", "replace").decode("utf-8")
