"""Finding files that were moved: by their content, wherever they lie now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.records import Found

if TYPE_CHECKING:
    from cvwidgets.store import Store


def relink(store: Store, folder: Path) -> int:
    """Looks below a folder for the files of images whose file vanished; how many images were found again.

    Only files of a size that is missed are read. A file counts when its SHA-256 is that of the image.

    Raises:
        SourceError: the folder is missing or holds nothing.
    """
    from cvwidgets.collect import find
    from cvwidgets.pictures import hash_file

    store.images.check_files()
    missed = {image.size: set[str]() for image in store.images.missing()}
    for image in store.images.missing():
        if image.sha256:
            missed[image.size].add(image.sha256)
    moved: dict[str, Path] = {}
    for found in find(folder, keep=store.owned.put):
        if isinstance(found, Found) and (wanted := missed.get(found.size)) and (sha256 := hash_file(found.path)) in wanted:
            moved[sha256] = found.path
    return store.images.relink(moved)
