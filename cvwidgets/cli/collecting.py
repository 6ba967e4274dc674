"""Commands about pictures of the web: search, clone, attribution."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened
from cvwidgets.project import Project, SearchReport, SearchWish, check_dataset, check_search
from cvwidgets.records import ImportReport


@app.command()
def search(
    project: ProjectFolder,
    queries: Annotated[list[str], typer.Argument(metavar="QUERY…", help="What the pictures are to show; several are searched at once.")],
    label: Annotated[str | None, typer.Option(help="The label in whose New they land; made if it is not there.")] = None,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=100_000, help="How many new images.")] = 100,
    provider: Annotated[
        list[str] | None,
        typer.Option(help="openverse, commons, inaturalist, flickr, pexels, web or one of a package; several by repeating it."),
    ] = None,
    license: Annotated[str | None, typer.Option(help='public, free, commercial, modification, or codes ("by,by-sa").')] = None,
    safe: Annotated[bool, typer.Option("--safe/--no-safe", help="Leave out what is not for everyone's eyes.")] = True,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="Let addresses of this computer and its network pass.")] = False,
    json: AsJson = False,
) -> None:
    """Find pictures on the web; new ones land in New of a label, with their source. The same command goes on where it was broken off.

    Example: cvwidgets search animals "american bison" --label bison --count 200 --provider openverse
    """
    wish = SearchWish(tuple(queries), label, count, tuple(provider or ()), license, safe, allow_private)
    check_search(wish)
    with Project(project) as found:
        report = follow_search(found, wish)
    if json:
        show.as_json(report)
        return
    show.say(f"{report.sentence}.")
    show.refused_lines(report)
    for note in report.notes:
        show.say(f"  {note}")


def follow_search(project: Project, wish: SearchWish) -> SearchReport:
    """Searches, and shows how far it is."""
    report = SearchReport()
    with show.bar("Searching") as progress:
        for report in project.collect.search_iter(*wish.queries, **wish.options()):
            words = f"Searching: {report.found:,} seen"
            progress.update(progress.task_ids[0], description=words, completed=report.added + report.earlier, total=report.asked)
    return report


@app.command()
def clone(
    project: ProjectFolder,
    dataset: Annotated[str, typer.Argument(help="A data set of the hub: hub:beans, user/birds, or user/birds:configuration.")],
    label: Annotated[str | None, typer.Option(help="One label for all, instead of the rows'.")] = None,
    state: Annotated[Literal["new", "kept"] | None, typer.Option(help="By default kept under a row's label, else new.")] = None,
    json: AsJson = False,
) -> None:
    """Take in a data set of the hub, with its labels, page and license. The same command goes on where it was broken off.

    Example: cvwidgets clone leaves hub:beans
    """
    name = dataset.removeprefix("hub:")
    check_dataset(name)
    report = ImportReport()
    with Project(project) as found, show.bar("Fetching the data set") as progress:
        for report in found.collect.clone_iter(name, label=label, state=state):
            progress.update(progress.task_ids[0], completed=report.settled, total=max(report.registered, 1))
    if json:
        show.as_json(report)
        return
    show.say(show.import_line(report))
    show.refused_lines(report)


@app.command()
def attribution(
    project: ProjectFolder,
    table: Annotated[Path, typer.Argument(metavar="[FILE]", help="The table to write.")] = Path("ATTRIBUTION.csv"),
    json: AsJson = False,
) -> None:
    """Write where the images came from, and whom to thank, as a table.

    Example: cvwidgets attribution animals ATTRIBUTION.csv
    """
    with opened(project) as found:
        rows = found.collect.attribution(table)
    if json:
        show.as_json({"file": table, "rows": rows})
    else:
        show.say(f"{table}: {rows:,} {'row' if rows == 1 else 'rows'}.")
