"""Finding files that were moved: by their content, wherever they lie now."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.errors import SourceError, UnreadablePicture
from cvwidgets.records import Found

if TYPE_CHECKING:
    from cvwidgets.store import Store


def relink(store: Store, folder: Path) -> int:
    """Looks below a folder for the files of images whose file vanished; how many images were found again.

    Only files of a size that is missed are read. A file counts when its SHA-256 is that of the image.

    Raises:
        SourceError: the folder is missing or holds nothing, or it is no folder.
    """
    from cvwidgets.collect import find
    from cvwidgets.pictures import hash_file

    if folder.exists() and not folder.is_dir():
        raise SourceError(f"'{folder}' is a file. Moved files are looked for below a folder; choose the folder, or add an archive instead.")
    store.images.check_files()
    missed = {image.sha256: image.size for image in store.images.missing() if image.sha256}
    sizes = set(missed.values())
    moved: dict[str, Path] = {}
    for found in find(folder, keep=store.owned.put):
        if isinstance(found, Found) and found.size in sizes:
            with suppress(UnreadablePicture):
                moved[hash_file(found.path)] = found.path
    return store.images.relink({sha256: path for sha256, path in moved.items() if sha256 in missed})
