"""The small pictures that grids show: from the cache, or made now for what is on screen."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cvwidgets.records import Facts, Image

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from cvwidgets.pictures import Readers
    from cvwidgets.store import Store


class Thumbnails:
    """Thumbnails by image id; what was not read whole yet is read now, before its turn in the second pass."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._readers: Readers | None = None
        self._lock = threading.Lock()

    def get(self, ids: Iterable[int]) -> dict[int, bytes]:
        """JPEG bytes by id; images whose file is gone or broken are left out."""
        wanted = [int(id_) for id_ in ids]
        hashes = self._store.images.hashes(wanted)
        cached = self._store.thumbnails.get(list(hashes.values()))
        found = {id_: cached[sha256] for id_, sha256 in hashes.items() if sha256 in cached}
        if missing := [id_ for id_ in wanted if id_ not in found]:
            found |= self._make([image for image in self._store.images.get(missing) if image.problem is None])
        return found

    def _make(self, images: list[Image]) -> dict[int, bytes]:
        by_path = {image.path: image for image in images}
        made: dict[int, bytes] = {}
        for path, facts in self._reading().examine_many(by_path):
            image = by_path[path]
            if isinstance(facts, Facts):
                made[image.id] = facts.thumbnail
                self._store.thumbnails.put([(facts.sha256, facts.thumbnail)])
            if image.sha256 is None and not self._store.read_only:
                self._store.images.settle([(image.id, facts)])
        return made

    def _reading(self) -> Readers:
        from cvwidgets.pictures import Readers

        with self._lock:
            if self._readers is None:
                self._readers = Readers()
            return self._readers

    def close(self) -> None:
        """Ends the processes that read pictures."""
        with self._lock:
            if self._readers is not None:
                self._readers.close()
                self._readers = None


def opened(jpeg: bytes | None) -> Picture | None:
    """The picture of a thumbnail, to be decoded at the size that is needed; None where there is none."""
    from PIL import Image

    return Image.open(io.BytesIO(jpeg)) if jpeg else None
