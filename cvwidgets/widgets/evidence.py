"""The pictures that say why: of a suspected mistake, of what is taken for alike, of a point of the map; each an answer to the page."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets.errors import ExploreError
from cvwidgets.records import UNSORTED
from cvwidgets.widgets.messages import Answer
from cvwidgets.widgets.sources import Source, ViewSource

if TYPE_CHECKING:
    from cvwidgets.project import Project, View

ALIKE = 9
"""So many images that are most like the one in the lens."""

SUSPECTED = "label probability"
"""Name of the value by which a view of suspected mistakes is known."""


def reasons_for(project: Project, source: Source | None, position: int) -> Answer:
    """What speaks for and against the label at a position of a wall: name, label, what is suggested, both probabilities, and `near`.

    The images most like it, nearest first, have name, label and a picture each. Empty where nothing is suspected.

    Raises:
        ExploreError: nobody looked yet.
    """
    if not isinstance(source, ViewSource) or SUSPECTED not in source.view.values or not 0 <= position < len(source):
        return Answer({})
    fact, view = source.facts(position, position + 1)[0], source.view
    probabilities = [float(view.values[name][position]) for name in (SUSPECTED, "suggested probability")]
    near, pictures = _pictured(project, project.explore.why(int(view.ids[position])).ids.tolist())
    told = {"name": fact["name"], "label": fact["label"], "suggested": view.suggestions.each[position] if view.suggestions else ""}
    return Answer({**told, "probabilities": probabilities, "near": near}, pictures)


def pair_at(project: Project, likeness: float) -> Answer:
    """The pair of images whose likeness is nearest to one, as `near`, and its own `likeness`; empty where no images are alike.

    Raises:
        ExploreError: nobody looked yet.
    """
    if (pair := project.explore.at_threshold(likeness)) is None:
        return Answer({})
    near, pictures = _pictured(project, pair[:2])
    return Answer({"likeness": pair[2], "near": near}, pictures)


def opinions_on(project: Project, source: Source, position: int) -> Answer:
    """What is thought of the `image` at a position of a wall: `predictions` by `models`, and `near`, the images most like it.

    Each of these has name, label, distance, a picture, and its own position on the wall, -1 where it is not there. What nobody looked at
    yet is left out.
    """
    if not isinstance(source, ViewSource) or not 0 <= position < len(source):
        return Answer({})
    image = int(source.view.ids[position])
    guess = project.explore.guess(image)
    predictions = [{"label": one.label, "probability": one.probability} for one in guess.predictions]
    name = source.facts(position, position + 1)[0]["name"]
    told = {"predictions": predictions, "models": list(guess.models), "image": image, "name": name}
    try:
        view = project.neighbors(image, ALIKE)
    except ExploreError:
        return Answer(told)
    near, pictures = _pictured(project, view.ids.tolist())
    away = dict(zip(view.ids.tolist(), view.values["distance"].tolist(), strict=True))
    for one in near:
        (at,) = (source.view.ids == one["id"]).nonzero()
        one |= {"distance": away[one["id"]], "position": int(at[0]) if len(at) else -1}
    return Answer({**told, "near": near}, pictures)


def similar_to(project: Project, path: Path, image: int | None, label: str, count: int, version: int) -> Answer:
    """The kept images under a label that are most like a picture's file, as `near` with their distances, and `by` whose eyes.

    By those of a registered model where it looked at the images, else by the starter's. `image` is which one of the project the picture
    is, if any: it is not like itself. Without any `near`, `why` says what is missing.
    """
    if label not in {one.name for one in project.labels.list()}:
        return Answer({"near": [], "why": f"The project has no label '{label}'; the model learnt it elsewhere."})
    if project.explore.unseen() >= project.images.counts().images:
        return Answer(
            {"near": [], "why": "Nobody looked through the images yet. Explore them first; then those most like this one stand here."}
        )
    view = _nearest(project, path, image, label, count, version)
    if view is None:
        return Answer({"near": [], "why": f"No kept image of '{label}' was looked at yet. Explore the images again."})
    near, pictures = _pictured(project, view.ids.tolist())
    away = dict(zip(view.ids.tolist(), view.values["distance"].tolist(), strict=True))
    return Answer({"near": [one | {"distance": away[one["id"]]} for one in near], "by": view.words.rpartition(" by ")[2]}, pictures)


def _nearest(project: Project, path: Path, image: int | None, label: str, count: int, version: int) -> View | None:
    known: tuple[int | Path, ...] = (path,) if image is None else (image, path)  # one that came since the last look: by its file alone
    for x in known:
        for eyes in (version, "starter"):
            with suppress(ExploreError):
                if len(view := project.explore.neighbors(x, count, label=label, model=eyes, states=("kept",))):
                    return view
    return None


def picture_of(project: Project, image: int) -> Answer:
    """The picture of an image, as `near`; empty where it has none."""
    near, pictures = _pictured(project, [image])
    return Answer({"near": near}, pictures)


def _pictured(project: Project, ids: Iterable[int]) -> tuple[list[dict[str, Any]], list[bytes]]:
    """Id, name and label of images, with their thumbnails; what is gone or has none is left out."""
    wanted = list(ids)
    found = {image.id: image for image in project.images.get(wanted)}
    thumbnails = project.images.thumbnails(wanted)
    there = [found[image] for image in wanted if image in found and image in thumbnails]
    told = [{"id": image.id, "name": image.path.name, "label": "" if image.label == UNSORTED else image.label} for image in there]
    return told, [thumbnails[image.id] for image in there]
