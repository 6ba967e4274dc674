"""Commands about images and their catalog: add, status, relink, trash, restore."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.errors import ProjectError
from cvwidgets.frames import Frames
from cvwidgets.model import name_of
from cvwidgets.project import Project, check_sources, restore_catalog
from cvwidgets.records import ImportReport

CONFLICTS_SHOWN = 20


@app.command()
def add(
    project: ProjectFolder,
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="SOURCE…", help="Folders, archives, picture files, videos, lists of names or of addresses."),
    ],
    label: Annotated[str | None, typer.Option(help="One label for all, instead of the sub-folders' names.")] = None,
    state: Annotated[Literal["new", "kept"] | None, typer.Option(help="By default kept under a sub-folder's label, else new.")] = None,
    copy: Annotated[bool, typer.Option("--copy", help="Take the files into the project instead of referring to them.")] = False,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="Fetch from private networks and this computer too.")] = False,
    columns: Annotated[
        str | None, typer.Option(help="Of a list of names: file=image,label=class,split=set,also=site, by header or number.")
    ] = None,
    images: Annotated[Path | None, typer.Option(help="Of a list of names: the folder that they are relative to; else its own.")] = None,
    every: Annotated[float | None, typer.Option(help="Seconds from one frame of a video to the next; 1 if nothing is said.")] = None,
    scenes: Annotated[bool, typer.Option("--scenes", help="Take a frame of a video whenever the scene has changed.")] = False,
    most: Annotated[int | None, typer.Option(help="How many frames of one video at most; 1,000 if nothing is said.")] = None,
    videos: Annotated[bool, typer.Option("--videos", help="Read the videos in folders too, as with any of these three.")] = False,
    json: AsJson = False,
) -> None:
    """Take images in; sub-folders become labels, and a .txt or .csv of names gives its own. What is named by address is fetched; of
    videos frames are taken.

    Example: cvwidgets add animals labels.csv --columns file=image,label=species --images photos/
    """
    given = {name: value for name, value in (("every", every), ("scenes", scenes or None), ("most", most)) if value is not None}
    frames = Frames(**given) if given or videos else None  # type: ignore[arg-type]
    asked = _columns(columns) if columns else {}
    check_sources([*sources, *([images] if images else [])])
    with Project(project) as opened:
        named: dict[str, Any] = {"columns": asked, "images": images, "frames": frames}
        report = follow_import(opened, sources, label=label, state=state, copy=copy, allow_private=allow_private, **named)
    if json:
        show.as_json(report)
        return
    show.say(show.import_line(report))
    show.refused_lines(report)
    for note in report.notes:
        show.say(f"  {note}")


def follow_import(
    project: Project,
    sources: list[Path],
    *,
    label: str | None = None,
    state: Literal["new", "kept"] | None = None,
    copy: bool = False,
    **options: Any,
) -> ImportReport:
    """Takes images in and shows how far it is; `options` are more of `Images.add_iter`."""
    report = ImportReport()
    with show.bar("Taking images in") as progress:
        for report in project.images.add_iter(*sources, label=label, state=state, copy=copy, **options):
            progress.update(progress.task_ids[0], completed=report.settled, total=max(report.registered, 1))
    return report


def _columns(text: str) -> dict[str, str | list[str]]:
    pairs = [(what.strip(), header.strip()) for what, _, header in (part.partition("=") for part in text.split(","))]
    if not all(what and (header or what == "also") for what, header in pairs):
        raise typer.BadParameter(f"{text!r} says no columns; such as file=image,label=class is needed", param_hint="--columns")
    also = [header for what, header in pairs if what == "also"]
    said: dict[str, str | list[str]] = {what: header for what, header in pairs if what != "also"}
    return {**said, "also": [header for header in also if header]} if also else said


@app.command()
def status(project: ProjectFolder, json: AsJson = False) -> None:
    """Say what the project holds: images by label and state, runs, the model in production.

    Example: cvwidgets status animals
    """
    with opened(project) as found:
        found.images.check_files()
        facts, conflicts = found.status(), found.images.conflicts()
    if json:
        show.as_json({**asdict(facts), "conflicting": conflicts})
        return
    show.say(f"{facts.name}: {facts.images} images, {facts.new} new, {facts.kept} kept, {facts.trashed} trashed.")
    show.table(
        ("label", "new", "kept", "trashed"), ((label.name, str(label.new), str(label.kept), str(label.trashed)) for label in facts.labels)
    )
    waiting = {"not read whole yet": facts.unread, "missing or changed on disk": facts.missing, "under two labels": facts.conflicts}
    for what, count in waiting.items():
        if count:
            show.say(f"{count} images {what}.")
    for conflict in conflicts[:CONFLICTS_SHOWN]:
        show.say(f"  {' or '.join(conflict.labels)}? {', '.join(map(str, conflict.paths))}")
    for item in facts.advice:
        show.say(item.sentence)
    if facts.columns:
        show.say(f"Columns to split by: {', '.join(facts.columns)}.")
    model = name_of(facts.production) if facts.production else "none yet"
    show.say(f"Runs: {facts.runs}. In production: {model}.")


@app.command()
def relink(project: ProjectFolder, folder: Annotated[Path, typer.Argument(help="Where the files are now.")], json: AsJson = False) -> None:
    """Find files that were moved, by their content, below a folder.

    Example: cvwidgets relink animals /media/disk/pictures
    """
    with opened(project) as found:
        count = found.images.relink(folder)
        missing = found.images.counts().missing
    if json:
        show.as_json({"relinked": count, "missing": missing})
    else:
        show.say(f"{count} images found again; {missing} are missing still.")


@app.command()
def trash(
    project: ProjectFolder,
    empty: Annotated[bool, typer.Option("--empty", help="Remove what is in the trash for good; this cannot be undone.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: AsJson = False,
) -> None:
    """Say what is in the trash; with --empty remove it for good, after asking. Files that are not the project's are never touched.

    Example: cvwidgets trash animals --empty
    """
    with opened(project) as found:
        content = found.trash.look()
        if not empty:
            show.as_json(content) if json else show.trash_lines(content)
            return
        if not yes:
            show.trash_lines(content)
            typer.confirm("Empty the trash? This cannot be undone.", abort=True, err=True)
        act = found.trash.empty(images=content.images)
    if json:
        show.as_json(act)
        return
    show.say(f"{act.sentence}.")


@app.command()
def restore(project: ProjectFolder, json: AsJson = False) -> None:
    """Put the newest back-up in the place of a catalog that is damaged or gone; the damaged one is kept in backups/.

    Example: cvwidgets restore animals
    """
    restored = restore_catalog(project)
    if json:
        show.as_json(restored)
        return
    kept = f" The damaged one is kept as {restored.aside}." if restored.aside else ""
    show.say(f"The back-up of {restored.made} is the catalog again.{kept}")


def opened(folder: Path, *, create: bool = False) -> Project:
    """A project; commands that only look make none out of a mistyped name.

    Raises:
        ProjectError: there is no project in the folder, and none is to be made.
    """
    if not create and not (folder / "catalog.db").exists() and not (folder / "backups").is_dir():
        raise ProjectError(
            f"There is no project in {str(folder)!r}; this command needs one. Check the name, or make one: cvwidgets add {folder} SOURCE"
        )
    return Project(folder)
