"""One picture that somebody looked at becomes an image of the project, which keeps its file and where it came from."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from cvwidgets.clock import now
from cvwidgets.errors import SourceError, UnreadablePicture
from cvwidgets.project.adding import Wish, add_iter
from cvwidgets.project.tally import Tally
from cvwidgets.records import Found, Image, Source

if TYPE_CHECKING:
    from cvwidgets.store import Store


@dataclass(frozen=True, slots=True)
class Adopted:
    """The image that a picture is now; `was_there` when the project had these bytes before."""

    image: Image
    was_there: bool


def adopt(store: Store, path: Path, *, name: str, label: str | None, address: str | None, by: str) -> Adopted:
    """Takes a picture's file in, as a copy that the project owns; see `Collect.adopt`."""
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    if (known := _find(store, sha256)) is None:
        with path.open("rb") as stream:
            owned = store.owned.put(stream, path.name)
        source = Source(address=address or quote(name, errors="replace"), when=now())
        facts = owned.stat()
        found = Found(owned, facts.st_size, facts.st_mtime_ns, owned=True, source=source, name=name, fetched=address is not None)
        tally = Tally()
        deque(add_iter(store, Wish(state="new"), by=by, searched=iter([found]), tally=tally), maxlen=0)
        if (image := _find(store, sha256)) is None:
            if tally.refused:
                raise UnreadablePicture(tally.refused[0].reason)
            raise SourceError(f"'{name}' left with the emptied trash, and stays out; another picture is needed. Choose one.")
    else:
        image = known
    if label is not None:
        if label.casefold() not in {one.name.casefold() for one in store.labels.list()}:
            store.labels.add(label, by=by)
        store.decisions.assign([image.id], label, by=by)
    elif image.state == "trashed":
        store.decisions.renew([image.id], None, by=by)
    return Adopted(store.images.get([image.id])[0], known is not None)


def _find(store: Store, sha256: str) -> Image | None:
    return next(iter(store.images.get([*store.images.by_hash([sha256]).values()])), None)
