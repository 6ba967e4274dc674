"""Commands that show a run to others: report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened
from cvwidgets.cli.learning import RunName


@app.command()
def report(
    project: ProjectFolder,
    run: RunName = None,
    file: Annotated[Path | None, typer.Argument(help="An HTML file; by default one in the project's folder exports/.")] = None,
    json: AsJson = False,
) -> None:
    """Write a run as one HTML file that opens anywhere: data, recipe, curves, figures, confusion matrix with its pictures.

    Example: cvwidgets report animals 0002 animals.html
    """
    with opened(project) as found, show.bar("Making pictures") as bar:
        task = bar.task_ids[0]
        of = found.runs.get(run) if run else found.runs.latest()
        place = found.runs.report(of, file, tick=lambda done, of: bar.update(task, completed=done, total=of))
    size = place.stat().st_size
    show.as_json({"run": of.name, "file": place, "size": size}) if json else show.say(
        f"The report of run {of.name} is {place} ({size / 1e6:.1f} MB)."
    )
