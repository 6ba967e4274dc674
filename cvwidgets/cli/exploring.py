"""Commands about what is wrong with the images: explore, neighbors, duplicates, mistakes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened
from cvwidgets.project import Project, View

SHOWN = 20
LABEL = typer.Option(help="Only images under this label.")


@app.command()
def explore(project: ProjectFolder) -> None:
    """Look for what is wrong: embeddings, duplicates, suspected mistakes, strangers, the map. Again: only what is new.

    Example: cvwidgets explore animals
    """
    with opened(project) as found:
        look_through(found)
        mistakes, stacks = len(found.mistakes()), len(found.duplicates())
    show.say(f"{mistakes} suspected mistakes, {stacks} stacks of duplicates.")


@app.command()
def neighbors(
    project: ProjectFolder,
    picture: Annotated[Path, typer.Argument(help="A picture's file, in the project or not.")],
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many.")] = 20,
    label: Annotated[str | None, LABEL] = None,
    model: Annotated[str, typer.Option(help='By whose eyes: "starter", "production", or the version of a model.')] = "starter",
    json: AsJson = False,
) -> None:
    """Find the images most like a picture, the nearest first.

    Example: cvwidgets neighbors animals x.jpg --label bison
    """
    with opened(project) as found:
        bring_up_to_date(found)
        view = found.neighbors(picture, count, label=label, model=model)
        rows = _rows(view)
    if json:
        show.as_json(rows)
        return
    show.table(("file", "label", "distance"), ((row["path"], row["label"], f"{row['distance']:.3f}") for row in rows), left=2)
    show.say(f"{view.words[0].upper()}{view.words[1:]}.")


@app.command()
def duplicates(project: ProjectFolder, json: AsJson = False) -> None:
    """List stacks of images that show the same picture, those under two labels first; in each the one to keep stands first.

    Example: cvwidgets duplicates animals --json
    """
    with opened(project) as found:
        bring_up_to_date(found)
        stacks = found.duplicates()
        paths = {image.id: image.path for stack in stacks for image in found.images.get(stack.ids)}
    if json:
        show.as_json([{**asdict(stack), "paths": [paths[image] for image in stack.ids]} for stack in stacks])
        return
    for stack in stacks:
        show.say(f"{len(stack.ids)} images{', under ' + ' and '.join(stack.labels) if stack.labels else ''}:")
        for image in stack.ids:
            show.say(f"  {'keep' if image == stack.best else 'copy'}  {paths[image]}")
    if not stacks:
        show.say("No images look alike.")


@app.command()
def mistakes(project: ProjectFolder, label: Annotated[str | None, LABEL] = None, json: AsJson = False) -> None:
    """List kept images whose label is probably wrong, the surest first, with the label suggested.

    Example: cvwidgets mistakes animals --label bison
    """
    with opened(project) as found:
        bring_up_to_date(found)
        view = found.mistakes(label)
        rows, models = _rows(view), " and ".join(found.explore.models("mistakes"))
    if json:
        show.as_json(rows)
        return
    columns = ("file", "label", "suggested", "label's", "suggestion's")
    names = ("label_probability", "suggested_probability")
    told = ((row["path"], row["label"], row["suggested"], *(f"{row[name]:.2f}" for name in names)) for row in rows[:SHOWN])
    show.table(columns, told, left=3)
    show.say(f"{len(rows)} suspected mistakes, by {models}{'; --json lists all' if len(rows) > SHOWN else ''}.")


def bring_up_to_date(project: Project) -> None:
    """Looks again where that would find something out."""
    if not project.read_only and project.explore.due():
        look_through(project)


def look_through(project: Project) -> None:
    """Looks through the images, those that came since the last look above all, and shows how far it is."""
    with show.bar("Exploring") as progress:
        for step in project.explore.follow():
            progress.update(progress.task_ids[0], description=step.words or "Exploring", completed=int(100 * (step.share or 0)), total=100)


def _rows(view: View) -> list[dict[str, Any]]:
    """The images of a view with what it knows of each."""
    found = {image.id: image for image in view.images.get(view.ids)}
    each = view.suggestions.each if view.suggestions else [None] * len(view)
    rows = []
    for at, image_id in enumerate(view.ids.tolist()):
        if image := found.get(image_id):
            facts = {"path": str(image.path), "id": image.id, "label": image.label}
            suggested = {"suggested": each[at]} if each[at] else {}
            rows.append({**facts, **suggested, **{name.replace(" ", "_"): float(of[at]) for name, of in view.values.items()}})
    return rows
