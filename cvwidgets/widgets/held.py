"""The pictures that were asked about lately, each known to the page by a word: files of this kernel, or images of the project."""

from __future__ import annotations

import secrets
import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from cvwidgets.errors import SourceError
from cvwidgets.widgets.uploads import suffix_of

KEPT = 4
"""Pages that look at one panel at the same time are few."""


@dataclass(frozen=True, slots=True)
class Held:
    """A picture that was asked about: `image` where it is one of the project, `address` where it was fetched from the web."""

    word: str
    path: Path
    name: str
    image: int | None = None
    address: str | None = None


class Holding:
    """Holds the latest few, in a folder that goes away with the widget; a file in it goes when its picture is forgotten."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="cvwidgets-")
        self.folder = Path(self._temporary.name)
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._lock = Lock()

    def put(self, path: Path, name: str, *, image: int | None = None, address: str | None = None) -> Held:
        """Holds a picture from now on; the oldest is forgotten."""
        held = Held(secrets.token_hex(8), path, name, image, address)
        with self._lock:
            self._held[held.word] = held
            while len(self._held) > KEPT:
                self.let_go(self._held.popitem(last=False)[1].path)
        return held

    def get(self, word: str) -> Held:
        """The picture of that word.

        Raises:
            SourceError: it was forgotten, or is no more.
        """
        held = self._held.get(word)
        if held is None or not held.path.is_file():
            raise SourceError("This picture is not at hand any more; asking about it needs its file. Drop it again, or choose another.")
        return held

    def place(self, name: str) -> Path:
        """Where a file of that name may be put; nothing else lies there."""
        return self.folder / f"{secrets.token_hex(8)}{suffix_of(name)}"

    def let_go(self, path: Path) -> None:
        """Removes a file, if it is one of this folder."""
        if path.is_relative_to(self.folder):
            path.unlink(missing_ok=True)
