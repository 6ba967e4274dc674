"""Commands about augmentations: which there are, and what they make of one's own images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cvwidgets.augmentation import KINDS, LEVELS, read_augmentation, write_augmentation
from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened


@app.command()
def augmentations(json: AsJson = False) -> None:
    """List the ways to vary pictures while a model learns, with the usual strength of each.

    Example: cvwidgets augmentations
    """
    if json:
        show.as_json({"kinds": KINDS, "levels": LEVELS})
        return
    show.table(("name", "what it does", "usual strength"), [(kind.name, kind.sentence, kind.usually) for kind in KINDS], left=3)
    for level, listed in LEVELS.items():
        if listed:
            show.say(f"{level}: {write_augmentation(listed)}.")
    show.say("Of each the strength, then how often; always, where nothing is said. Your own list: --augmentation 'crop 0.5, flip 50%'.")


@app.command()
def preview(
    project: ProjectFolder,
    folder: Annotated[Path, typer.Argument(help="Where the pictures are written.")],
    recipe: Annotated[str, typer.Option(help="quick, standard, thorough, one that was saved, or a JSON file.")] = "standard",
    augmentation: Annotated[str | None, typer.Option(help="Another than the recipe's: none, light, strong, or a list.")] = None,
    count: Annotated[int, typer.Option(min=1, help="Variations of each image.")] = 6,
    draw: Annotated[int, typer.Option(min=0, help="Each number gives other variations.")] = 0,
    json: AsJson = False,
) -> None:
    """Write some kept images as they are judged (-0) and as a recipe's augmentations vary them (-1, -2 …), as JPEGs.

    Example: cvwidgets preview animals varied --augmentation "crop 0.5, turn 30 50%"
    """
    with opened(project) as found:
        asked = found.recipes.find(recipe)
        if augmentation is not None:
            asked = replace(asked, augmentation=read_augmentation(augmentation))
        drawn = found.recipes.preview(asked, count=count, draw=draw)
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for one in drawn:
        for number, picture in enumerate((one.original, *one.variations) if one.problem is None else ()):
            files.append(folder / f"{one.image}-{number}.jpg")
            files[-1].write_bytes(picture)
    if json:
        show.as_json({"files": files, "problems": {one.image: one.problem for one in drawn if one.problem}})
        return
    for one in drawn:
        if one.problem:
            show.say(f"Image {one.image}: {one.problem}")
    show.say(f"{len(files)} pictures are in {folder}: {write_augmentation(asked.augmentation)}.")
