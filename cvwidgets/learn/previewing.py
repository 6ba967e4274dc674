"""What augmentations make of some pictures, drawn as a run would draw them: what the preview's worker does with a question."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets.errors import UnreadablePicture
from cvwidgets.machine import let_threads_rest
from cvwidgets.recipe import Recipe

if TYPE_CHECKING:
    from PIL.Image import Image

    from cvwidgets.vision import TestTransform

SHOWN = 224
"""The longest side of what is sent, in pixels; it is drawn at the size that the recipe trains at."""


def answer(question: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Answers `{"recipe", "paths", "count", "draw"}`, one reply per path, in order; each `draw` gives other variations.

    A reply is `{"pictures": […]}`, JPEGs in base64: the picture as it is judged, then `count` variations; or `{"problem"}`.
    """
    let_threads_rest()
    recipe = Recipe.from_json(question["recipe"])
    for number, path in enumerate(map(Path, question["paths"])):
        try:
            pictures = _vary(path, recipe, number, question["count"], question["draw"])
            yield {"pictures": [b64encode(picture).decode() for picture in pictures]}
        except (UnreadablePicture, OSError) as error:
            yield {"problem": str(error)}


def _vary(path: Path, recipe: Recipe, number: int, count: int, draw: int) -> list[bytes]:
    import numpy as np

    from cvwidgets.learn.augment import augment
    from cvwidgets.learn.decoded import decode, short_side_of

    transform = _transform(recipe.base, recipe.image_size)
    image = decode(_wide(path, path.stat().st_mtime_ns, short_side_of(transform)))
    epochs = range(1 + draw * count, 1 + (draw + 1) * count)
    chances = [np.random.default_rng([recipe.seed, epoch, number]) for epoch in epochs]
    whole = augment(image, transform, (), chance=chances[0])
    return [_jpeg(whole), *(_jpeg(augment(image, transform, recipe.augmentations, chance=chance)) for chance in chances)]


@lru_cache(maxsize=32)
def _wide(path: Path, _changed: int, short_side: int) -> bytes:
    from cvwidgets.learn.decoded import shrink
    from cvwidgets.pictures import read

    return shrink(read(path, max_short_side=short_side), short_side)


@lru_cache(maxsize=8)
def _transform(base: str, image_size: int | None) -> TestTransform:
    """The transform of a base that lies here, else that of the starter: nothing is fetched for a preview."""
    from cvwidgets.vision.bases import STARTER_FOLDER, find_base_here
    from cvwidgets.vision.transform import TestTransform, read_processor, with_size

    try:
        processor = read_processor(find_base_here(base) or STARTER_FOLDER)
    except OSError:  # a folder without a model
        processor = read_processor(STARTER_FOLDER)
    return TestTransform.from_config(with_size(processor, image_size) if image_size else processor)


def _jpeg(pixels: Any) -> bytes:
    from PIL import Image

    image: Image.Image = Image.fromarray(pixels)
    image.thumbnail((SHOWN, SHOWN))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
