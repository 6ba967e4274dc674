"""The one safe reader: pictures of any file people have, upright and RGB, or one plain sentence why not.

Importing this package loads neither Pillow nor numpy; that happens with the first name that needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from cvwidgets.pictures.formats import FORMATS, MAX_FILE_SIZE, MAX_PIXELS, SUFFIXES

if TYPE_CHECKING:
    from cvwidgets.pictures.examining import examine
    from cvwidgets.pictures.hashes import hash_file, perceptual_hash
    from cvwidgets.pictures.reader import read, read_header
    from cvwidgets.pictures.readers import Readers
    from cvwidgets.pictures.rendering import render
    from cvwidgets.pictures.thumbnails import make_thumbnail
    from cvwidgets.pictures.wire import Rendition

__all__ = [
    "FORMATS",
    "MAX_FILE_SIZE",
    "MAX_PIXELS",
    "SUFFIXES",
    "Readers",
    "Rendition",
    "examine",
    "hash_file",
    "make_thumbnail",
    "perceptual_hash",
    "read",
    "read_header",
    "render",
]

_HOMES = {
    "Readers": "readers",
    "Rendition": "wire",
    "examine": "examining",
    "hash_file": "hashes",
    "make_thumbnail": "thumbnails",
    "perceptual_hash": "hashes",
    "read": "reader",
    "read_header": "reader",
    "render": "rendering",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
