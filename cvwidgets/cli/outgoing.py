"""Commands that give away what is kept: export-images, push-images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened
from cvwidgets.cli.learning import Split


@app.command("export-images")
def export_images(
    project: ProjectFolder,
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    form: Annotated[str, typer.Option(help="imagefolder, parquet (the hub's), dataset (load_from_disk) or csv.")] = "imagefolder",
    split: Split = None,
    seed: Annotated[int, typer.Option(help="Decides who is in which part.")] = 0,
    depth: Annotated[int | None, typer.Option(help="Export the labels at this depth of the tree; 1 is the roots.")] = None,
    json: AsJson = False,
) -> None:
    """Write what is kept into a folder that other programs read, with where each picture came from.

    Example: cvwidgets export-images animals animals-dataset --form parquet --split 0.6 0.2 0.2
    """
    with opened(project) as found, show.bar("Writing images") as bar:
        task = bar.task_ids[0]
        done = found.export(  # what is unknown is said in a sentence
            folder,
            form,  # type: ignore[arg-type]
            split=split,
            seed=seed,
            depth=depth,
            tick=lambda done, of: bar.update(task, completed=done, total=of),
        )
    if json:
        show.as_json(done)
        return
    parts = ", ".join(f"{count} {part}" for part, count in done.parts.items())
    show.say(f"{done.images} images under {done.labels} labels are in {done.folder}{f' ({parts})' if parts else ''}.")
    for sentence in done.left_out:
        show.say(sentence)


@app.command("push-images")
def push_images(
    project: ProjectFolder,
    name: Annotated[str, typer.Argument(help="Its name on the hub, such as ann/birds.")],
    public: Annotated[bool, typer.Option("--public", help="For everybody to see; private by default.")] = False,
    split: Split = None,
    seed: Annotated[int, typer.Option(help="Decides who is in which part.")] = 0,
    depth: Annotated[int | None, typer.Option(help="Send the labels at this depth of the tree; 1 is the roots.")] = None,
    json: AsJson = False,
) -> None:
    """Send what is kept to the hub as a data set with a card, by the token of 'hf auth login' or HF_TOKEN; pictures leave this machine.

    Example: cvwidgets push-images animals ann/animals --split 0.6 0.2 0.2
    """
    with opened(project) as found, show.bar("Writing") as bar:

        def tell(stage: str, done: int, of: int) -> None:
            unit = 10**6 if stage == "sending" else 1
            bar.update(bar.task_ids[0], description=stage.capitalize(), completed=done // unit, total=of // unit)

        address = found.exports.push_to_hub(name, private=not public, split=split, seed=seed, depth=depth, tick=tell)
    show.as_json({"address": address}) if json else show.say(f"The images are at {address}.")
