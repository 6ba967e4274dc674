"""All that is to be known of a picture, from one reading of its file."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cvwidgets.pictures.hashes import perceptual_hash
from cvwidgets.pictures.opening import open_image, open_regular, plain_reasons
from cvwidgets.pictures.reader import decode, describe
from cvwidgets.pictures.thumbnails import SHORT_SIDE, encode, shrink
from cvwidgets.records import Facts


def examine(path: Path) -> Facts:
    """Hashes a file, decodes it whole to see that it is sound, and makes its thumbnail and perceptual hash.

    A JPEG is decoded at no less than twice the thumbnail's size: all its data is gone through, only fewer pixels are made of it.

    Raises:
        UnreadablePicture: `str()` is the reason in one sentence.
    """
    with plain_reasons(), open_regular(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        image = open_image(stream, path.suffix)
        header = describe(image, stream)
        small = shrink(decode(image, 2 * SHORT_SIDE))
    return Facts(header=header, sha256=sha256, size=size, phash=perceptual_hash(small), thumbnail=encode(small))
