"""Some images of the project as augmentations vary them, drawn by a worker, so that no kernel has to load torch."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cvwidgets import jobs
from cvwidgets.errors import TooFewImages, UnknownImage
from cvwidgets.project.prediction import worker_folder
from cvwidgets.recipe import Recipe

if TYPE_CHECKING:
    from cvwidgets.project.project import Project

IMAGES = 4
"""So many images are shown unless some are named."""


@dataclass(frozen=True, slots=True)
class Varied:
    """An image, by its id, as it is judged (`original`) and as training would see it (`variations`): JPEGs; or the `problem` with it."""

    image: int
    original: bytes = b""
    variations: tuple[bytes, ...] = ()
    problem: str | None = None


def preview(project: Project, recipe: Recipe, images: Sequence[int] | None, *, count: int, draw: int, others: int) -> tuple[Varied, ...]:
    """Variations of some images; see `Recipes.preview`."""
    if count < 1 or draw < 0:
        raise ValueError(f"count is {count}, draw {draw}; at least 1 variation is drawn, and draws count from 0")
    wanted = _some(project, others) if images is None else list(images)
    found = project.images.get(wanted)
    if len(found) < len(wanted):
        raise UnknownImage("An image of the preview is not in the project any more. Name others, or none.")
    worker = jobs.Worker(
        worker_folder(project.folder, read_only=project.read_only) / "preview", handler="cvwidgets.learn.previewing:answer"
    )
    question = {"recipe": recipe.to_json(), "paths": [str(image.path) for image in found], "count": count, "draw": draw}
    drawn = []
    for image, reply in zip(found, worker.ask(question), strict=True):
        original, *variations = map(b64decode, reply.get("pictures", [""]))
        drawn.append(Varied(image.id, original, tuple(variations), reply.get("problem")))
    return tuple(drawn)


def _some(project: Project, others: int) -> list[int]:
    """Images from all over the labels, kept ones if there are any."""
    kept = project.images.select(state="kept", sort="label").ids
    ids = kept if len(kept) else project.images.select(sort="label").ids
    if not len(ids):
        raise TooFewImages("The project has no images; a preview varies some of them. Add images first.")
    count = min(IMAGES, len(ids))
    return [int(ids[((2 * number + 1) * len(ids) // (2 * count) + others) % len(ids)]) for number in range(count)]
