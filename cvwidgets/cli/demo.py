"""The demo: the whole loop on drawn pictures, each step one sentence; a second time it goes on from what is there."""

from __future__ import annotations

from pathlib import Path

from cvwidgets.cli import show
from cvwidgets.cli.images import follow_import
from cvwidgets.cli.learning import follow_run
from cvwidgets.project import Project, Run
from cvwidgets.recipe import Recipe

EPOCHS = 5
SEED = 0


def run_demo(folder: Path) -> None:
    """Draws, imports, trains, promotes and asks, in the project `folder`; the drawn heap lies in `folder/pictures`."""
    pictures = folder / "pictures"
    _draw(pictures)
    with Project(folder) as project:
        _add(project, pictures)
        _promote(project, _train(project))
        _ask(project, pictures)


def _draw(pictures: Path) -> None:
    from cvwidgets.demo import draw_iter

    with show.bar("Drawing") as bar:
        for drawn in draw_iter(pictures, seed=SEED):
            bar.update(bar.task_ids[0], completed=drawn.done, total=drawn.of)
    show.say(f"1. Drew a heap of pictures in {pictures}.")


def _add(project: Project, pictures: Path) -> None:
    report = follow_import(project, [pictures])
    show.say(f"2. Took it in. {show.import_line(report)}")
    show.refused_lines(report)


def _train(project: Project) -> Run:
    runs = project.runs.list()
    run = runs[-1] if runs else None
    if run and run.evaluation():
        show.say(f"3. Run {run.name} is trained already.")
        return run
    show.say("3. Fine-tuning the starter model on what is kept.")
    if run is None or run.status().state == "failed":
        run = project.runs.start(Recipe(base="starter", epochs=EPOCHS, seed=SEED))
    run.resume()
    follow_run(run)
    return run


def _promote(project: Project, run: Run) -> None:
    model = project.models.promote(run)
    evaluation = run.evaluation()
    show.say(f"4. Model {model.version} of run {run.name} is in production. {show.evaluation_line(evaluation) if evaluation else ''}")


def _ask(project: Project, pictures: Path) -> None:
    from cvwidgets.demo import Truth

    truth = Truth.read(pictures)
    shown = {pictures / name: truth.shows[name] for name in truth.inbox if truth.shows.get(name)} if truth else {}
    show.say("5. Asked it about two of the pictures that have no label yet:")
    for answer, label in zip(project.predict_many(list(shown)[:2], top=3), shown.values(), strict=False):
        said = ", ".join(f"{p.label} {p.probability:.1%}" for p in answer.predictions)
        show.say(f"   {Path(answer.path).name} shows a {label}: {answer.problem or said}")
