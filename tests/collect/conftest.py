"""A place that keeps bytes by content, as the store does, for the tests of archives and videos; and a web with APIs of providers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from cvwidgets.collect import Keep, Limits, Web, find
from cvwidgets.records import Found, Refused
from tests.collect.web_apis import Apis, serving


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The folder that `keep` keeps in."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder


@pytest.fixture
def keep(kept: Path) -> Keep:
    def keep_by_content(stream: BinaryIO, name: str) -> Path:
        content = stream.read()
        path = kept / (hashlib.sha256(content).hexdigest() + Path(name).suffix.lower())
        path.write_bytes(content)
        return path

    return keep_by_content


class Haul:
    """What `find` gave, by kind."""

    def __init__(self, items: list[Found | Refused]) -> None:
        self.found = [item for item in items if isinstance(item, Found)]
        self.refused = {item.path: item.reason for item in items if isinstance(item, Refused)}

    @property
    def labels(self) -> list[str | None]:
        return [item.label for item in self.found]

    @property
    def names(self) -> list[str]:
        return [item.path.name for item in self.found]


@pytest.fixture
def haul(keep: Keep):
    """`haul(source)` lists everything that `find` gives."""
    return lambda source, **options: Haul(list(find(source, keep=keep, **options)))


@pytest.fixture
def site() -> Iterator[Apis]:
    """APIs of providers, on a server of this computer."""
    with serving() as served:
        yield served


@pytest.fixture
def web() -> Iterator[Web]:
    """The web, this computer among it, in little time."""
    with Web(Limits(seconds=5, patience=0.5, tries=2), allow_private=True) as opened:
        yield opened
