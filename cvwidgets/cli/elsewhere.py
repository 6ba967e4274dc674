"""Commands about training on another machine: pack, add-run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened


@app.command()
def pack(
    project: ProjectFolder,
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    recipe: Annotated[str, typer.Option(help="quick, standard, thorough, one that was saved, or a JSON file.")] = "standard",
    json: AsJson = False,
) -> None:
    """Write what is kept, with its pictures and a recipe, into a folder, to be trained on another machine.

    Example: cvwidgets pack animals to-the-cluster --recipe thorough
    """
    with opened(project) as found, show.bar("Copying pictures") as bar:
        task = bar.task_ids[0]
        found.runs.pack(folder, found.recipes.find(recipe), tick=lambda done, of: bar.update(task, completed=done, total=of))
    if json:
        show.as_json({"folder": folder})
    else:
        show.say(f"'python -m cvwidgets.learn {folder}' trains it anywhere; 'cvwidgets add-run {project} {folder}' brings it back.")


@app.command("add-run")
def add_run(
    project: ProjectFolder, folder: Annotated[Path, typer.Argument(help="What was packed and trained.")], json: AsJson = False
) -> None:
    """Bring in a run that was packed here and trained elsewhere.

    Example: cvwidgets add-run animals to-the-cluster
    """
    with opened(project) as found:
        run = found.runs.add(folder)
        evaluation = run.evaluation()
    if json:
        show.as_json({"run": run.name, "evaluation": evaluation})
    else:
        show.say(f"It is run {run.name}." + (f" {show.evaluation_line(evaluation)}" if evaluation else ""))
