"""Commands about training: train, stop, resume, runs, compare, predict."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from cvwidgets import jobs
from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened
from cvwidgets.errors import RunError, TrainingFailed
from cvwidgets.evaluation import Evaluation
from cvwidgets.project import Project, Run, advise_split
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch

RunName = Annotated[str | None, typer.Argument(metavar="[RUN]", help="The run, such as 0001; the latest by default.")]
Split = Annotated[tuple[float, float, float] | None, typer.Option(metavar="TRAIN VALID TEST", help="Fractions that add up to 1.")]


@app.command()
def train(
    context: typer.Context,
    project: ProjectFolder,
    recipe: Annotated[str | None, typer.Option(help="quick, standard, thorough, or one that was saved; the options change it.")] = None,
    base: Annotated[str | None, typer.Option(help='"starter", a model of the hub, or a folder.')] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training images.")] = None,
    seed: Annotated[int | None, typer.Option(help="Decides order, augmentation and first weights.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images per step.")] = None,
    accumulation: Annotated[int | None, typer.Option(help="Batches per optimizer step.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="The highest learning rate.")] = None,
    weight_decay: Annotated[float | None, typer.Option(help="AdamW's weight decay.")] = None,
    warmup: Annotated[float | None, typer.Option(help="The fraction of steps in which the rate rises.")] = None,
    schedule: Annotated[str | None, typer.Option(help="cosine, linear or constant.")] = None,
    label_smoothing: Annotated[float | None, typer.Option(help="0 up to 1.")] = None,
    head_first: Annotated[bool | None, typer.Option(help="The first epoch learns the last layer alone.")] = None,
    layer_decay: Annotated[float | None, typer.Option(help="The first layers' learning rate as a share of the last ones'.")] = None,
    averaging: Annotated[float | None, typer.Option(help="Epochs over which the weights are averaged; 0 for none.")] = None,
    balance: Annotated[str | None, typer.Option(help="Whether rare labels count more: auto, none or weights.")] = None,
    choose_by: Annotated[str | None, typer.Option(help="The best epoch by accuracy, macro_f1, loss, or the last.")] = None,
    patience: Annotated[int | None, typer.Option(help="End after so many epochs without a better one.")] = None,
    augmentation: Annotated[str | None, typer.Option(help="none, light, strong, or a list as 'cvwidgets augmentations' says.")] = None,
    image_size: Annotated[int | None, typer.Option(help="Pixels; the base's own by default.")] = None,
    split: Split = None,
    split_seed: Annotated[int | None, typer.Option(help="Decides who is in which part.")] = None,
    split_by: Annotated[
        str | None, typer.Option(help="What stays whole: image, folder, time, column:author, column:patient …; or given, as images came.")
    ] = None,
    split_gap: Annotated[float | None, typer.Option(help="Minutes that part two groups of a split by time.")] = None,
    depth: Annotated[int | None, typer.Option(help="Train the labels at this depth of the tree; 1 is the roots.")] = None,
    precision: Annotated[str | None, typer.Option(help="auto, float32 or bfloat16.")] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda or mps.")] = None,
    threads: Annotated[int | None, typer.Option(help="Processor threads; all by default.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Start it and return.")] = False,
    json: AsJson = False,
) -> None:
    """Fine-tune a model on all that is kept, in a process of its own; Ctrl-C asks it to stop.

    Example: cvwidgets train animals --recipe thorough --epochs 20
    """
    asked = {field.name: context.params.get(field.name) for field in fields(Recipe)}
    changes = {name: value for name, value in asked.items() if value is not None}
    with opened(project) as found:
        begun = found.recipes.get(recipe) if recipe else Recipe()
        run = found.runs.start(Recipe.from_json({**begun.to_json(), **changes}))
        if not json:
            say_what_to_know(found, run)
        if not detach:
            follow_run(run, json=json)
            if not json and run.epochs():
                show.say(f"'cvwidgets promote {project} {run.name}' puts its best epoch (*) into production.")
            if not json and run.tensorboard:
                show.say(f"Its curves in TensorBoard: {run.tensorboard}")
        elif json:
            show.as_json({"run": run.name})
        else:
            show.say(f"Run {run.name} has started; 'cvwidgets runs {project}' shows how far it is.")


def say_what_to_know(project: Project, run: Run) -> None:
    """Says which images a run leaves out, and what its numbers are worth."""
    for sentence in run.left_out():
        show.say(sentence)
    if advice := advise_split(len(project.images.select(state="kept")), run.recipe.split):
        show.say(advice)


def follow_run(run: Run, *, json: bool = False) -> None:
    """Shows a run's epochs as they come, and its figures at the end; Ctrl-C asks it to stop and waits for that.

    Raises:
        TrainingFailed: the run ended with an error, or its process vanished.
    """
    try:
        if not json:
            show.say(f"Run {run.name}: {run.recipe.epochs} epochs from {run.recipe.base}.")
        _show_epochs(run, json=json)
    except KeyboardInterrupt:
        run.stop()
        show.err.print("Stopping after this batch; the best so far is kept.")
        _show_epochs(run, json=json, seen=len(run.epochs()))
    status = run.status()
    if status.state in ("failed", "lost"):
        raise TrainingFailed(f"Run {run.name} {status.state}: {status.reason}")
    evaluation = run.evaluation()
    if json:
        show.as_json({"run": run.name, "state": status.state, "evaluation": evaluation})
    else:
        show.say(f"Run {run.name} is {status.state}." + (f" {show.evaluation_line(evaluation)}" if evaluation else ""))


def _show_epochs(run: Run, *, json: bool, seen: int = 0) -> None:
    headed = json or seen > 0
    with show.bar("Starting") as bar:
        for now in run.watch():
            for epoch in now.epochs[seen:]:
                if not headed:
                    show.say(show.EPOCH_HEADER)
                    headed = True
                _show_epoch(epoch, json=json)
            seen = max(seen, len(now.epochs))
            if now.status.state == "waiting":
                bar.update(bar.task_ids[0], description=f"Waiting for {now.status.ahead} before it")
            elif now.step:
                bar.update(bar.task_ids[0], description=f"Epoch {now.step.epoch}", completed=now.step.number, total=now.step.of)


def _show_epoch(epoch: Epoch, *, json: bool) -> None:
    show.as_json(epoch) if json else show.say(show.epoch_line(epoch))


@app.command()
def stop(project: ProjectFolder, run: RunName = None, json: AsJson = False) -> None:
    """Ask a run to stop; it ends after the batch under way and keeps its best weights.

    Example: cvwidgets stop animals
    """
    with opened(project) as found:
        asked = found.runs.get(run) if run else found.runs.active()
        if asked is None or jobs.is_over(asked.status()):
            name = f"Run {asked.name}" if asked else "No run"
            raise RunError(
                f"{name} is {'over' if asked else 'under way'}; stopping needs one that trains or waits. See 'cvwidgets runs {project}'."
            )
        asked.stop()
    show.as_json({"run": asked.name}) if json else show.say(f"Run {asked.name} was asked to stop.")


@app.command()
def resume(project: ProjectFolder, run: RunName = None, json: AsJson = False) -> None:
    """Go on with a run that was stopped or lost.

    Example: cvwidgets resume animals 0002
    """
    with opened(project) as found:
        again = found.runs.get(run) if run else found.runs.latest()
        if again.status().state == "done":
            raise RunError(f"Run {again.name} is done; resuming needs one that was stopped or lost. Train again for a new run.")
        again.resume()
        follow_run(again, json=json)


@app.command()
def runs(project: ProjectFolder, json: AsJson = False) -> None:
    """List the runs: how each stands, its epochs, how good it is.

    Example: cvwidgets runs animals
    """
    with opened(project) as found:
        production = found.models.production()
        found_runs = [_run_facts(run, production.run if production else None) for run in found.runs.list()]
    if json:
        show.as_json(found_runs)
        return
    rows = [
        (
            facts["run"] + (" *" if facts["production"] else ""),
            facts["state"],
            facts["base"],
            f"{facts['epochs']}/{facts['of']}",
            _percent(facts["valid_accuracy"]),
            _interval(facts["evaluation"]),
        )
        for facts in found_runs
    ]
    show.table(("run", "state", "base", "epochs", "best valid", "test"), rows, left=3)
    show.say("* in production." if any(facts["production"] for facts in found_runs) else "No run is in production.")


def _run_facts(run: Run, production: str | None) -> dict[str, Any]:
    epochs, recipe, status = run.epochs(), run.recipe, run.status()
    return {
        "run": run.name,
        "state": status.state,
        "reason": status.reason,
        "base": recipe.base,
        "epochs": len(epochs),
        "of": recipe.epochs,
        "valid_accuracy": max((epoch.valid_accuracy for epoch in epochs), default=None),
        "evaluation": run.evaluation(),
        "left_out": run.left_out(),
        "production": run.name == production,
    }


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _interval(evaluation: Evaluation | None) -> str:
    return f"{evaluation.accuracy:.1%} ({evaluation.low:.1%} to {evaluation.high:.1%})" if evaluation else "–"


@app.command()
def compare(
    project: ProjectFolder,
    first: Annotated[str, typer.Argument(help="A run, such as 0001.")],
    second: Annotated[str, typer.Argument(help="Another run.")],
    more: Annotated[list[str] | None, typer.Argument(metavar="[MORE]…", help="Up to three others.")] = None,
    json: AsJson = False,
) -> None:
    """Compare two to five runs on the test images that they share, by the labels of today; each is set against the first.

    Example: cvwidgets compare animals 0001 0002
    """
    with opened(project) as opened_project:
        found = opened_project.runs.compare(first, second, *(more or ()))
    if json:
        show.as_json(found)
        return
    names = [one.run for one in found.runs]
    show.say(f"On the same {found.images} test images, by today's labels:")
    for number, one in enumerate(found.runs):
        than = f"; {one.difference:+.1%} to run {names[0]}, 95% interval {one.difference_low:+.1%} to {one.difference_high:+.1%}"
        right = f"{one.accuracy:.1%} right, 95% interval {one.low:.1%} to {one.high:.1%}"
        show.say(f"Run {one.run} has {right}{than if number else ''}. {len(one.alone)} right in it alone.")
    show.say(f"Not called alike by all: {len(found.disputed)}; wrong in all, in different ways: {len(found.otherwise)}.")
    rows = [(one.label, str(one.images), *(f"{share:.1%}" for share in one.right)) for one in found.labels]
    show.table(("label", "test images", *names), rows)
    for field, *values in found.recipe:
        show.say(f"{field}: {', '.join(f'{value} in run {name}' for name, value in zip(names, values, strict=True))}.")


@app.command()
def predict(
    project: ProjectFolder,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Pictures.")],
    top: Annotated[int, typer.Option(min=1, help="How many labels.")] = 3,
    model: Annotated[int | None, typer.Option(help="The version of another model than the one in production.")] = None,
    json: AsJson = False,
) -> None:
    """Say what pictures show, by the model in production.

    Example: cvwidgets predict animals holiday/*.jpg --top 1
    """
    problems = 0
    with opened(project) as found:
        for answer in found.predict_many(files, top=top, model=model):
            problems += answer.problem is not None
            if json:
                show.as_json(answer)
            else:
                said = ", ".join(f"{p.label} {p.probability:.1%}" for p in answer.predictions)
                show.say(f"{answer.path}: {answer.problem or said}")
    if problems:
        raise typer.Exit(1)
