"""From a file, or a thumbnail's bytes, to what a model's batch is put together of; one bad picture costs only its own answer."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from cvwidgets.errors import UnreadablePicture
from cvwidgets.pictures import read
from cvwidgets.pictures.opening import plain_reasons
from cvwidgets.pictures.reader import decode
from cvwidgets.vision.resampling import quick_pixels

if TYPE_CHECKING:
    import torch

    from cvwidgets.vision.transform import TestTransform


def prepare(transform: TestTransform, picture: Path | bytes) -> torch.Tensor | str:
    """Resized and cropped, not yet normalized (see `TestTransform.pixels`), or the reason why it cannot be read.

    `picture` is a file of any format that is read, or the bytes of a JPEG that we made (a thumbnail).
    """
    try:
        if isinstance(picture, Path):
            return transform.pixels(np.array(read(picture)))
        with plain_reasons():
            thumbnail = np.array(decode(Image.open(io.BytesIO(picture), formats=["JPEG"])))
        return quick_pixels(transform, thumbnail)
    except (UnreadablePicture, OSError) as error:
        return str(error)
