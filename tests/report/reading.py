"""A report as a browser reads it: its tags, what it would fetch, its text."""

from __future__ import annotations

from html.parser import HTMLParser

FETCHING = {"src", "srcset", "href", "action", "data", "poster", "formaction", "xlink:href", "background"}


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text without style and script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._texts: list[str] = []
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("style", "script"):
            self._texts.append(data)

    @property
    def text(self) -> str:
        """All that is to be read."""
        return " ".join(" ".join(self._texts).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each tag of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]

    def fetched(self) -> list[str]:
        """What a browser would fetch for it, or go to; places within the page and pictures inside it are not."""
        values = [value for _, attributes in self.tags for name, value in attributes.items() if name in FETCHING]
        return [value for value in values if not value.startswith(("#", "data:image/jpeg;base64,"))]
