"""The command that shows why a model says what it says of a picture: explain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened
from cvwidgets.errors import NoModel, NotExplained
from cvwidgets.files import write_whole
from cvwidgets.model import name_of
from cvwidgets.project import methods_of, overlay_png


@app.command()
def explain(
    project: ProjectFolder,
    file: Annotated[Path, typer.Argument(help="A picture.")],
    label: Annotated[str | None, typer.Option(help="A label of the model; the most probable by default.")] = None,
    method: Annotated[str | None, typer.Option(help="gradcam, gradients or occlusion; the quickest for this model by default.")] = None,
    model: Annotated[int | None, typer.Option(help="The version of another model than the one in production.")] = None,
    out: Annotated[Path | None, typer.Option(help="The PNG that is written; by default beside you, FILE-why.png.")] = None,
    json: AsJson = False,
) -> None:
    """Show why a model gives a picture a label: write the picture with what speaks for it in red, against it in blue.

    Example: cvwidgets explain animals photo.jpg --method occlusion --out why.png
    """
    written = out or Path(f"{file.stem}-why.png")
    if written.suffix.lower() != ".png":
        raise NotExplained(f"{written} is no name for a PNG; one that ends in .png is needed. Choose another after --out.")
    with opened(project) as found:
        asked = found.models.production() if model is None else found.models.get(model)
        if asked is None:
            raise NoModel("No model is in production; explaining needs one. Train, then promote a run.")
        by = method or methods_of(asked)[0]
        with show.bar("Explaining") as bar:
            for now in found.explain_iter(file, label, by, model=asked.version):  # type: ignore[arg-type]
                bar.update(bar.task_ids[0], completed=now.done, total=now.of)
    explanation = now.explanation
    assert explanation is not None
    write_whole(written, overlay_png(file, explanation))
    if json:
        facts = {name: getattr(explanation, name) for name in ("label", "probability", "method", "box", "size", "strongest")}
        show.as_json({**facts, "model": asked.version, "out": written})
        return
    show.say(f"{name_of(asked).capitalize()} says {explanation.label} with {explanation.probability:.1%}; why, by {by}, is in {written}.")
