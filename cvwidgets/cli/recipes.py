"""The command about recipes: which there are, one as JSON, and keeping one under a name."""

from __future__ import annotations

from dataclasses import asdict
from json import dumps
from shlex import quote
from typing import Annotated, Any

import typer

from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened
from cvwidgets.recipe import Preset, Recipe, differences


@app.command()
def recipes(
    project: ProjectFolder,
    name: Annotated[str | None, typer.Argument(help="One of them, or a JSON file; it is printed as JSON.")] = None,
    save: Annotated[str | None, typer.Option(metavar="AS", help="Keep that recipe in the project under this name.")] = None,
    json: AsJson = False,
) -> None:
    """List the recipes that come along and those that were saved, with what differs from Standard; or print one as JSON, to be copied,
    changed, and given to --recipe as a file.

    Example: cvwidgets recipes animals thorough > mine.json
    """
    if save is not None and name is None:
        raise typer.BadParameter("it keeps the recipe that is named before it.", param_hint="--save")
    with opened(project) as found:
        if name is None:
            _list([_facts(preset) for preset in found.recipes.list()], json=json)
            return
        recipe = found.recipes.find(name)
        if save is not None:
            found.recipes.save(save, recipe)
    if json:
        show.as_json(recipe.to_json())
    elif save is None:
        typer.echo(dumps(recipe.to_json(), indent=2))
    else:
        show.say(f"Kept as {save.strip()!r}. Train by it: cvwidgets train {quote(str(project))} --recipe {quote(save.strip())}")


def _list(found: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        show.as_json(found)
        return
    rows = [(one["name"], one["sentence"], ", ".join(f"{field} {value}" for field, value, _ in one["differs"])) for one in found]
    show.table(("recipe", "what it does", "differs from Standard"), rows, left=3)


def _facts(preset: Preset) -> dict[str, Any]:
    return {**asdict(preset), "recipe": preset.recipe.to_json(), "differs": differences(preset.recipe, Recipe())}
