"""The command that asks a model about very many images: analyze."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened
from cvwidgets.errors import AnalysisError
from cvwidgets.project import Analysis, Project, ResultFilter

SHOWN = 20
ENDED_BY_CTRL_C = 130


@app.command()
def analyze(
    project: ProjectFolder,
    sources: Annotated[list[Path] | None, typer.Argument(metavar="[SOURCE]…", help="Folders and files.")] = None,
    run: Annotated[str | None, typer.Option(help="The images of a part of this run's split instead.")] = None,
    part: Annotated[str, typer.Option(help="With --run: train, valid or test.")] = "test",
    state: Annotated[str | None, typer.Option(help="The images of the project in this state instead: new, kept or trashed.")] = None,
    resume: Annotated[str | None, typer.Option(help="Go on with this analysis, or look at it again.")] = None,
    model: Annotated[int | None, typer.Option(help="The version of another model than the one in production.")] = None,
    title: Annotated[str, typer.Option(help="What it is called.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write the rows to this file or folder.")] = None,
    form: Annotated[str, typer.Option("--format", help="csv, parquet, json, folder (by label) or annotated (pictures).")] = "csv",
    links: Annotated[bool, typer.Option("--links", help="With --format folder: links instead of copies.")] = False,
    low: Annotated[float, typer.Option("--min-confidence", help="Only rows at least so sure, 0 to 1.")] = 0.0,
    high: Annotated[float, typer.Option("--max-confidence", help="Only rows at most so sure.")] = 1.0,
    label: Annotated[list[str] | None, typer.Option(help="Only what is said to be this; may be given several times.")] = None,
    not_label: Annotated[list[str] | None, typer.Option(help="All but what is said to be this.")] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="Only where another label is kept today.")] = False,
    sort: Annotated[str, typer.Option(help="The order, such as -confidence, margin, -entropy or name.")] = "listed",
    json: AsJson = False,
) -> None:
    """Ask a model about very many pictures; what it said is kept, filtered and written without asking again.

    Example: cvwidgets analyze animals ~/Pictures/2026 --min-confidence 0.9 --out sure.csv
    """
    if label and not_label:
        raise AnalysisError("Rows are asked for by --label or by --not-label; both were given. Leave one of them out.")
    asked = ResultFilter(tuple(label or not_label or ()), bool(not_label), low, high, wrong=wrong, sort=sort)
    with opened(project) as found:
        analysis = _begin(found, sources or [], run=run, part=part, state=state, resume=resume, model=model, title=title)
        _follow(analysis, project)
        rows = analysis.select(asked)
        written = None
        if out is not None:
            with show.bar("Writing") as bar:
                task = bar.task_ids[0]
                written = analysis.export(
                    out,
                    form,  # type: ignore[arg-type]  # what is unknown is said in a sentence
                    asked,
                    links=links,
                    tick=lambda done, of: bar.update(task, completed=done, total=of),
                )
        facts = _facts(analysis, len(rows))
    if json:
        show.as_json({**facts, "written": written})
        return
    _tell(facts)
    if written:
        show.say(f"{written.images:,} {'row is' if written.images == 1 else 'rows are'} in {written.place}.")
        for sentence in written.left_out[:SHOWN]:
            show.say(f"  left out {sentence}")


def _begin(
    project: Project,
    sources: list[Path],
    *,
    run: str | None,
    part: str,
    state: str | None,
    resume: str | None,
    model: int | None,
    title: str,
) -> Analysis:
    named = [bool(sources), run is not None, state is not None, resume is not None]
    if sum(named) != 1:
        raise AnalysisError("An analysis is of folders and files, of --run, of --state, or goes on with --resume. Name one of these.")
    if resume is not None:
        analysis = project.analyses.get(resume)
        if not project.read_only:
            analysis.resume()
        return analysis
    source: Any = sources
    if run is not None:
        source = project.runs.get(run)
    elif state is not None:
        source = project.images.select(where={"states": [state]})
    return project.analyses.start(source, model, title, part=part)  # type: ignore[arg-type]  # a part that is none is said in a sentence


def _follow(analysis: Analysis, project: Path) -> None:
    """Shows how far it is; Ctrl-C asks it to stop, keeps what was said, and says how to go on."""
    try:
        with show.bar("Listing the files") as bar:
            for now in analysis.follow():
                left = f", {now.seconds_left:,.0f} s left" if now.seconds_left else ""
                pace = f", {now.images_per_second:.1f} images/s" if now.images_per_second else ""
                bar.update(bar.task_ids[0], description=f"Asking{pace}{left}", completed=now.done, total=now.of or None)
    except KeyboardInterrupt:
        analysis.stop()
        now = analysis.progress()
        show.err.print(
            f"{now.done:,} of {now.of:,} images are done and kept. Go on with: cvwidgets analyze {project} --resume {analysis.name}",
            markup=False,
        )
        raise typer.Exit(ENDED_BY_CTRL_C) from None


def _facts(analysis: Analysis, rows: int) -> dict[str, Any]:
    now, counts = analysis.progress(), analysis.results.counts()
    return {
        "analysis": analysis.name,
        "title": analysis.about().title,
        "source": analysis.source,
        "model": analysis.model,
        "state": now.status.state,
        "done": now.done,
        "of": now.of,
        "unread": counts["unread"],
        "kept": counts["known"],
        "wrong": counts["wrong"],
        "labels": dict(counts["labels"]),
        "rows": rows,
    }


def _tell(facts: dict[str, Any]) -> None:
    show.table(("label", "images"), ((label, f"{count:,}") for label, count in [*facts["labels"].items()][:SHOWN]))
    if len(facts["labels"]) > SHOWN:
        show.say(f"… and {len(facts['labels']) - SHOWN:,} labels more; --json lists all.")
    known = f"; of {facts['kept']:,} kept today {facts['wrong']:,} are said to be another label" if facts["kept"] else ""
    show.say(
        f"Analysis {facts['analysis']}: {facts['done']:,} of {facts['of']:,} images, by {facts['model']}; "
        f"{facts['unread']:,} could not be read{known}."
    )
