"""What a search finds before anything is fetched: one record per picture, told in plain text whatever a stranger wrote."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

LONGEST = 300
"""So many characters of an author's name or a license are kept."""
LONGEST_ADDRESS = 4000


@dataclass(frozen=True, slots=True)
class Hit:
    """A picture that a provider found for a query: `address` is its own, `page` that of what is written about it.

    `width` and `height` are pixels as the provider says them; `license` is a short name ("CC BY-SA 4.0"), None where nobody says.
    """

    address: str
    provider: str
    query: str
    page: str | None = None
    author: str | None = None
    license: str | None = None
    thumbnail: str | None = None
    width: int | None = None
    height: int | None = None


def hit_of(facts: Mapping[str, Any], *, provider: str, query: str) -> Hit | None:
    """A hit out of what a document says; None when it names no picture at an address of the web."""
    address = address_of(facts.get("address"))
    if address is None:
        return None
    return Hit(
        address,
        provider,
        query,
        page=address_of(facts.get("page")),
        author=text_of(facts.get("author")),
        license=text_of(facts.get("license")),
        thumbnail=address_of(facts.get("thumbnail")),
        width=_pixels(facts.get("width")),
        height=_pixels(facts.get("height")),
    )


def address_of(value: object) -> str | None:
    """The value as an address of the web; None for anything else, data: and javascript: among it."""
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS:
        return None
    address = value.strip()
    address = f"https:{address}" if address.startswith("//") else address
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme.lower() in ("http", "https") and parts.hostname and address.isprintable() else None


def text_of(value: object) -> str | None:
    """The value as one line of plain text, HTML and control characters left out; None when nothing is left."""
    if not isinstance(value, str):
        return None
    reader = _Text()
    reader.feed(value[: 20 * LONGEST])
    reader.close()
    plain = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in "".join(reader.said))
    return " ".join(plain.split())[:LONGEST].rstrip() or None


def _pixels(value: object) -> int | None:
    try:
        number = int(value) if isinstance(value, int | str) and not isinstance(value, bool) else 0
    except ValueError:
        return None
    return number if 0 < number < 1 << 31 else None


class _Text(HTMLParser):
    """The text of a piece of HTML, without what is hidden in scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 — as the parser calls it
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.said.append(data)
