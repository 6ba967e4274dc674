"""The command about folders that are watched: watch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cvwidgets import jobs
from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened
from cvwidgets.errors import JobError
from cvwidgets.project import Arrival, Project, Watched, check_sources


@app.command()
def watch(
    project: ProjectFolder,
    folder: Annotated[Path | None, typer.Argument(help="The folder; without one those that are watched are listed.")] = None,
    label: Annotated[str | None, typer.Option(help="One label for all, instead of the sub-folders' names.")] = None,
    state: Annotated[Literal["new", "kept"], typer.Option(help="What the images come in as.")] = "new",
    every: Annotated[float, typer.Option(help="Seconds from one look to the next.")] = 5.0,
    stop: Annotated[bool, typer.Option("--stop", help="Watch the folder no more.")] = False,
    json: AsJson = False,
) -> None:
    """Add what is in a folder and what comes into it, until Ctrl-C; a process of its own looks. Files stay where they are.

    Without a folder, say which are watched, and go on with them if their process ended.

    Example: cvwidgets watch animals camera/ --label bison
    """
    if folder is not None and not stop:
        check_sources([folder])
        with Project(project) as found:
            _follow(found, folder, label, state, every, json=json)
        return
    with opened(project) as found:
        if folder is None:
            _list(found, json=json)
            return
        found.collect.unwatch(folder)
    show.as_json({"folder": folder, "watched": False}) if json else show.say(f"{folder} is watched no more; what came stays.")


def _list(found: Project, *, json: bool) -> None:
    """Says which folders are watched, and goes on with them."""
    found.collect.folders.go_on()
    listed = found.collect.watched()
    if json:
        show.as_json(listed)
        return
    for line in map(_line, listed):
        show.say(line)
    if not listed:
        show.say("No folder is watched.")


def _follow(found: Project, folder: Path, label: str | None, state: Literal["new", "kept"], every: float, *, json: bool) -> None:
    """Watches, and says what comes; Ctrl-C ends what this command began."""
    before = {one.folder: one for one in found.collect.watched()}
    one = found.collect.watch(folder, label, state=state, every=every)
    if not json:
        show.say(f"Watching {one.folder}; Ctrl-C ends it.")
    try:
        for arrival in found.collect.arrivals():
            if arrival.folder == one.folder:
                show.as_json(arrival) if json else show.say(_came(arrival))
    except KeyboardInterrupt:
        if one.folder not in before:
            found.collect.unwatch(one.folder)
        end = "It was watched before, and is still." if one.folder in before else "It is watched no more; what came stays."
        show.as_json({"folder": one.folder, "watched": one.folder in before}) if json else show.say(end)
        return
    job = found.collect.folders.latest_job()
    status = jobs.status(job) if job else None
    if status and status.state in ("failed", "lost"):
        raise JobError(status.reason or "The process that looks ended. Start the command again.")
    if not json:
        show.say("The watching was ended elsewhere.")


def _line(one: Watched) -> str:
    label = f" as {one.label}" if one.label else ""
    how = "paused" if one.paused else "watched" if one.alive else "not looked at now"
    waiting = f", {one.told.waiting} not whole yet" if one.told.waiting else ""
    problem = f" {one.told.problem}" if one.told.problem else ""
    looked = f", last look {one.told.looked}" if one.told.looked else ""
    return f"{one.folder}{label}: {how}, {one.told.came} came{waiting}{looked}.{problem}"


def _came(arrival: Arrival) -> str:
    clock = arrival.at[11:19]
    if arrival.problem:
        return f"{clock}  {arrival.problem}"
    facts = [f"{arrival.added} {'image' if arrival.added == 1 else 'images'} came"]
    facts += [f"{arrival.known} known already"] if arrival.known else []
    facts += [f"{arrival.refused} refused ({arrival.reason.rstrip('.')})"] if arrival.refused else []
    return f"{clock}  {', '.join(facts)}"
