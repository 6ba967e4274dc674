"""The originals as the eye is shown them: of one image at a time, read by children of their own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from cvwidgets.errors import UnknownImage, UnreadablePicture, UnreadNow

if TYPE_CHECKING:
    from cvwidgets.pictures import Readers, Rendition
    from cvwidgets.store import Store

_CHILDREN = 2
"""One for what is looked at, one for what comes next; thumbnails have children of their own, behind whose heap nobody waits."""


class Pictures:
    """Renditions by image id; nothing of them is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._readers: Readers | None = None
        self._lock = threading.Lock()

    def get(self, image_id: int, *, longest: int) -> Rendition:
        """Renders the image's file.

        Raises:
            UnknownImage: there is no such image, or it has left.
            UnreadablePicture: the file is gone, another one now, or cannot be read.
        """
        found = self._store.images.get([image_id])
        if not found:
            raise UnknownImage(f"Image {image_id} is not in the project any more. Show the images again.")
        if found[0].problem is not None:
            raise UnreadNow(found[0].problem)
        rendition = self._reading().render(found[0].path, longest=longest)
        if isinstance(rendition, UnreadablePicture):
            raise rendition
        return rendition

    def _reading(self) -> Readers:
        from cvwidgets.pictures import Readers

        with self._lock:
            if self._readers is None:
                self._readers = Readers(_CHILDREN)
            return self._readers

    def close(self) -> None:
        """Ends the processes that read pictures."""
        with self._lock:
            if self._readers is not None:
                self._readers.close()
                self._readers = None
