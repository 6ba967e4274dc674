"""Commands about models: models, promote, register, push, bases."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Any

import typer

from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened
from cvwidgets.errors import RunError, UnknownRun
from cvwidgets.model import Model, name_of
from cvwidgets.project import Project, find_bases

UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


@app.command()
def models(project: ProjectFolder, json: AsJson = False) -> None:
    """List the registered models: where each is from, and which is in production.

    Example: cvwidgets models animals
    """
    with opened(project) as found:
        listed = [_facts(found, model) for model in found.models.list()]
    if json:
        show.as_json(listed)
        return
    rows = [
        (
            f"{one['version']}{' *' if one['production'] else ''}",
            f"run {one['run']}" if one["run"] else str(one["source"]),
            one["title"],
            one["created"][:10],
            str(len(one["labels"])),
            "–" if one["accuracy"] is None else f"{one['accuracy']:.1%}",
        )
        for one in listed
    ]
    show.table(("model", "from", "title", "registered", "labels", "test"), rows, left=4)
    show.say("* in production." if any(one["production"] for one in listed) else "No model is in production.")


def _facts(project: Project, model: Model) -> dict[str, Any]:
    figures, title = project.models.figures(model.version), model.title
    if model.run:
        with suppress(UnknownRun):
            title = project.runs.get(model.run).about().title
    return {**asdict(model), "title": title, "accuracy": figures.accuracy if figures else None}


@app.command()
def promote(
    project: ProjectFolder,
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help="The run, such as 0001.")] = None,
    model: Annotated[int | None, typer.Option(help="The version of a registered model instead, to go back to it.")] = None,
    json: AsJson = False,
) -> None:
    """Put a run's best checkpoint into production, or a registered model: it answers from now on.

    Says how it stands beside the one before on the test images that both share, and how to go back to that.

    Example: cvwidgets promote animals 0001
    """
    if (run is None) == (model is None):
        raise RunError("Promoting needs a run, or --model and the version of a registered one. 'cvwidgets models' lists these.")
    with opened(project) as found:
        before = found.models.production()
        promoted = found.models.promote(model if run is None else run)  # type: ignore[arg-type]
        unlike = None if promoted.run else found.models.unlike(promoted)
        is_other = before is not None and before.version != promoted.version
        beside = found.models.beside(promoted.version, before.version) if before and is_other else None
    if json:
        show.as_json({**asdict(promoted), "beside": beside})
        return
    said = f"Model {promoted.version}, from run {promoted.run}," if promoted.run else name_of(promoted).capitalize()
    show.say(f"{said} is in production.{f' {unlike}' if unlike else ''}{f' {beside.sentence}' if beside else ''}")
    if beside:
        show.say(f"'cvwidgets promote {project} --model {beside.before}' puts model {beside.before} back.")


@app.command()
def register(
    project: ProjectFolder,
    source: Annotated[str, typer.Argument(help="A folder with config.json and safetensors, or a name of the hub.")],
    title: Annotated[str, typer.Option(help="What it is called here.")] = "",
    json: AsJson = False,
) -> None:
    """Take in a model that was trained elsewhere; it is checked, copied, and loaded once before it counts.

    Example: cvwidgets register animals google/vit-base-patch16-224 --title "Everyday things"
    """
    with opened(project) as found, show.bar(f"Fetching and checking {source}"):
        model = found.models.register(source, title=title)
    if json:
        show.as_json(model)
        return
    show.say(f"It is model {model.version}, with {len(model.labels):,} labels.")
    show.say(f"'cvwidgets promote {project} --model {model.version}' puts it into production.")


@app.command()
def push(
    project: ProjectFolder,
    version: Annotated[int, typer.Argument(help="The version of a registered model.")],
    name: Annotated[str, typer.Argument(help="Its name on the hub, such as ann/birds.")],
    public: Annotated[bool, typer.Option("--public", help="For everybody to see; private by default.")] = False,
    json: AsJson = False,
) -> None:
    """Send a model to the hub: weights, config, processor and card, by the token of 'hf auth login' or HF_TOKEN.

    Example: cvwidgets push animals 2 ann/birds
    """
    with opened(project) as found, show.bar("Sending") as bar:
        task = bar.task_ids[0]
        address = found.models.push_to_hub(
            version, name, private=not public, tick=lambda done, of: bar.update(task, completed=done // 10**6, total=of // 10**6)
        )
    show.as_json({"address": address}) if json else show.say(f"Model {version} is at {address}.")


@app.command()
def bases(
    words: Annotated[str, typer.Argument(metavar="[WORDS]", help="What is in their names.")] = "",
    largest: Annotated[str | None, typer.Option(help="How much their weights may take, such as 100MB.")] = None,
    json: AsJson = False,
) -> None:
    """Find base models on the hub: image classifiers with safetensors, the most downloaded first; those here are marked.

    Example: cvwidgets bases convnext --largest 150MB
    """
    found = find_bases(words, largest=_bytes(largest) if largest else None)
    if json:
        show.as_json(found)
        return
    if found.problem:
        show.say(found.problem)
    rows = [
        (
            base.name + (" *" if base.available else ""),
            base.license or "–",
            f"{base.size / 1e6:,.0f} MB" if base.size else "–",
            "–" if base.downloads is None else f"{base.downloads:,}",
        )
        for base in found.bases
    ]
    show.table(("base", "license", "size", "downloads"), rows, left=2)
    show.say("* on this machine." if any(base.available for base in found.bases) else "None of them is on this machine.")


def _bytes(text: str) -> int:
    matched = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?)B?", text.strip(), re.IGNORECASE)
    if matched is None:
        raise typer.BadParameter(f"{text!r} is no size; one such as 100MB is needed", param_hint="--largest")
    return int(float(matched[1]) * UNITS[matched[2].upper()])
