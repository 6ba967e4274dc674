"""The command that lists the runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cvwidgets import jobs
from cvwidgets.cli import show
from cvwidgets.cli.arguments import AsJson, ProjectFolder, app
from cvwidgets.cli.images import opened
from cvwidgets.evaluation import Evaluation
from cvwidgets.project import Run, computed_words
from cvwidgets.recipe import Recipe, differences
from cvwidgets.records import PARTS


@app.command()
def runs(project: ProjectFolder, json: AsJson = False) -> None:
    """List the runs: when, on what and by what recipe, how each stands, how good it is, what it takes on disk.

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
            _moment(facts["started"]),
            f"{facts['snapshot'][:6]}, {sum(facts['images'].values()):,}" if facts["images"] else "–",
            f"{facts['epochs']}/{facts['of']}",
            _percent(facts["valid_accuracy"]),
            _interval(facts["evaluation"]),
            "–" if facts["size"] is None else f"{facts['size'] / 1e6:,.1f} MB",
        )
        for facts in found_runs
    ]
    show.table(("run", "state", "started", "snapshot, images", "epochs", "best valid", "test", "size"), rows, left=4)
    for facts in found_runs:
        if told := _run_words(facts):
            show.say(f"{facts['run']}: {told}.")
    show.say("* in production." if any(facts["production"] for facts in found_runs) else "No run is in production.")


def _run_facts(run: Run, production: str | None) -> dict[str, Any]:
    epochs, recipe, status, about = run.epochs(), run.recipe, run.status(), run.about()
    return {
        "run": run.name,
        "title": about.title,
        "note": about.note,
        "state": status.state,
        "reason": status.reason,
        "started": status.started,
        "continues": run.continues,
        "snapshot": run.snapshot,
        "images": dict(zip(PARTS, run.images, strict=True)) if run.images else None,
        "base": recipe.base,
        "differs": {name: value for name, value, _ in differences(recipe, Recipe())},
        "epochs": len(epochs),
        "of": recipe.epochs,
        "valid_accuracy": max((epoch.valid_accuracy for epoch in epochs), default=None),
        "evaluation": run.evaluation(),
        "left_out": run.left_out(),
        "unreadable": run.unreadable(),
        "computed_on": computed_words(run.environment()),
        "size": run.size() if jobs.is_over(status) else None,
        "production": run.name == production,
    }


def _run_words(facts: dict[str, Any]) -> str:
    """What the table has no room for: the title of a run, the one that it goes on from, what its recipe differs in from Standard."""
    parent = f"goes on from {facts['continues']}" if facts["continues"] else ""
    differs = (f"{name.replace('_', ' ')} {value}" for name, value in facts["differs"].items() if name != "epochs")
    gone = len(facts["unreadable"])
    unread = f"{'1 image' if gone == 1 else f'{gone:,} images'} could not be read" if gone else ""
    return "; ".join(filter(None, [facts["title"], parent, ", ".join(differs), unread]))


def _moment(text: str | None) -> str:
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}" if text else "–"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _interval(evaluation: Evaluation | None) -> str:
    return f"{evaluation.accuracy:.1%} ({evaluation.low:.1%} to {evaluation.high:.1%})" if evaluation else "–"
