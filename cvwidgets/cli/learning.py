"""Commands about training: train, stop, resume, compare, predict."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer

from cvwidgets import jobs
from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened
from cvwidgets.cli.reviewing import say_all, say_review
from cvwidgets.errors import RunError, TrainingFailed
from cvwidgets.parameters import HELP
from cvwidgets.project import Run, unreadable_words
from cvwidgets.recipe import Recipe

RunName = Annotated[str | None, typer.Argument(metavar="[RUN]", help="The run, such as 0001; the latest by default.")]
Split = Annotated[tuple[float, float, float] | None, typer.Option(metavar="TRAIN VALID TEST", help=HELP["split"])]


@app.command()
def train(
    context: typer.Context,
    project: ProjectFolder,
    recipe: Annotated[
        str | None, typer.Option(help="quick, standard, thorough, one that was saved, or a JSON file; the options change it.")
    ] = None,
    base: Annotated[str | None, typer.Option(help=HELP["base"])] = None,
    epochs: Annotated[int | None, typer.Option(help=HELP["epochs"])] = None,
    seed: Annotated[int | None, typer.Option(help=HELP["seed"])] = None,
    batch_size: Annotated[int | None, typer.Option(help=HELP["batch_size"])] = None,
    accumulation: Annotated[int | None, typer.Option(help=HELP["accumulation"])] = None,
    learning_rate: Annotated[float | None, typer.Option(help=HELP["learning_rate"])] = None,
    weight_decay: Annotated[float | None, typer.Option(help=HELP["weight_decay"])] = None,
    warmup: Annotated[float | None, typer.Option(help=HELP["warmup"])] = None,
    schedule: Annotated[str | None, typer.Option(help=HELP["schedule"])] = None,
    label_smoothing: Annotated[float | None, typer.Option(help=HELP["label_smoothing"])] = None,
    head_first: Annotated[bool | None, typer.Option(help=HELP["head_first"])] = None,
    layer_decay: Annotated[float | None, typer.Option(help=HELP["layer_decay"])] = None,
    averaging: Annotated[float | None, typer.Option(help=HELP["averaging"])] = None,
    balance: Annotated[str | None, typer.Option(help=HELP["balance"])] = None,
    choose_by: Annotated[str | None, typer.Option(help=HELP["choose_by"])] = None,
    patience: Annotated[int | None, typer.Option(help=HELP["patience"])] = None,
    augmentation: Annotated[str | None, typer.Option(help=HELP["augmentation"])] = None,
    image_size: Annotated[int | None, typer.Option(help=HELP["image_size"])] = None,
    split: Split = None,
    split_seed: Annotated[int | None, typer.Option(help=HELP["split_seed"])] = None,
    split_by: Annotated[str | None, typer.Option(help=HELP["split_by"])] = None,
    split_gap: Annotated[float | None, typer.Option(help=HELP["split_gap"])] = None,
    depth: Annotated[int | None, typer.Option(help=HELP["depth"])] = None,
    precision: Annotated[str | None, typer.Option(help=HELP["precision"])] = None,
    device: Annotated[str | None, typer.Option(help=HELP["device"])] = None,
    threads: Annotated[int | None, typer.Option(help=HELP["threads"])] = None,
    continues: Annotated[
        str | None,
        typer.Option(
            "--continue", metavar="RUN", help="Begin with the best weights of this run, which is over, by its recipe; 5 epochs or more."
        ),
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Start it and return.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would learn from, what differs and what it takes; start no training.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Fine-tune a model on all that is kept, in a process of its own; Ctrl-C asks it to stop. What it learns from and what to know is said
    before it starts.

    With --continue it goes on from another run, which stays as it is.

    Example: cvwidgets train animals --recipe thorough --epochs 20
    """
    asked = {field.name: context.params.get(field.name) for field in fields(Recipe)}
    changes = {name: value for name, value in asked.items() if value is not None}
    with opened(project) as found:
        begun = found.recipes.find(recipe) if recipe else None
        parent = found.runs.get(continues) if continues else None
        begun = found.runs.further(parent, begun) if parent else begun or Recipe()
        wanted = Recipe.from_json({**begun.to_json(), **changes})
        if dry_run:
            say_all(found, wanted, continues=parent, json=json)
            return
        review = None if json else found.review(wanted, continues=parent)
        if review and review.labels:
            say_review(review)
        run = found.runs.start(wanted, continues=parent)
        for sentence in run.left_out():
            if review and sentence not in review.warnings:
                show.say(sentence)
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


def follow_run(run: Run, *, json: bool = False) -> None:
    """Shows a run's epochs as they come, and its figures at the end; Ctrl-C asks it to stop and waits for that.

    Raises:
        TrainingFailed: the run ended with an error, or its process vanished.
    """
    try:
        if not json:
            begun = f"run {run.continues}, with its best weights" if run.continues else run.recipe.base
            show.say(f"Run {run.name}: {run.recipe.epochs} {'epoch' if run.recipe.epochs == 1 else 'epochs'} from {begun}.")
        _show_epochs(run, json=json)
    except KeyboardInterrupt:
        run.stop()
        show.err.print("Stopping after this batch; the best so far is kept.")
        _show_epochs(run, json=json, seen=len(run.epochs()))
    status = run.status()
    if not json and (gone := unreadable_words(run.unreadable())):
        show.say(gone)
    if status.state in ("failed", "lost"):
        raise TrainingFailed(f"Run {run.name} {status.state}: {status.reason}")
    evaluation = run.evaluation()
    if json:
        show.as_json({"run": run.name, "state": status.state, "evaluation": evaluation, "unreadable": run.unreadable()})
    else:
        show.say(f"Run {run.name} is {status.state}." + (f" {show.evaluation_line(evaluation)}" if evaluation else ""))
        if evaluation and evaluation.images:
            show.label_table(evaluation)


def _show_epochs(run: Run, *, json: bool, seen: int = 0) -> None:
    headed = json or seen > 0
    with show.bar("Starting") as bar:
        for now in run.watch():
            left = run.seconds_left()
            for number, epoch in enumerate(now.epochs[seen:], seen + 1):
                if json:
                    show.as_json(epoch)
                    continue
                if not headed:
                    show.say(show.EPOCH_HEADER)
                    headed = True
                told = bar.disable and number == len(now.epochs)  # else the bar tells it
                show.say(f"{show.epoch_line(epoch):80}  {show.time_left(left) if told else ''}".rstrip())
            seen = max(seen, len(now.epochs))
            if now.status.state == "waiting":
                bar.update(bar.task_ids[0], description=f"Waiting for {now.status.ahead} before it")
            elif now.step:
                words = show.step_words(now.step, left)
                bar.update(bar.task_ids[0], description=words, completed=now.step.number, total=now.step.of)


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
            raise RunError(
                f"Run {again.name} is done; resuming needs one that was stopped or lost. "
                f"'cvwidgets train {project} --continue {again.name}' trains it further, as a new run."
            )
        again.resume()
        follow_run(again, json=json)


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
