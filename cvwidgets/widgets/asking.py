"""What one may ask a model about, and how an analysis and the export of its results are told to the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from cvwidgets.errors import AnalysisError
from cvwidgets.model import name_of
from cvwidgets.project import ORDERS, TABLES
from cvwidgets.project.results import VALUES
from cvwidgets.widgets.chooser import legible
from cvwidgets.widgets.showing import asked_of
from cvwidgets.widgets.sources import MARKED, Paths, ranges_of

if TYPE_CHECKING:
    from cvwidgets.project import Analysis, Exporting, Project, View


def places_to_ask(project: Project) -> dict[str, Any]:
    """What the form offers: counts of images, runs whose split is known, models, orders, forms of export; and why not."""
    counts, models = project.images.counts(), project.models.list()
    why = "The project can only be looked at." if project.read_only else "" if models else "There is no model to ask yet."
    runs = [{"name": run.name, "title": run.about().title} for run in reversed(project.runs.list()) if run.snapshot]
    return {
        "new": counts.new,
        "kept": counts.kept,
        "selected": selected_in_triage(project)[0],
        "runs": runs,
        "models": [
            {"version": model.version, "name": legible(name_of(model)), "production": model.production} for model in reversed(models)
        ],
        "orders": [{"name": name, "words": words} for name, words in ORDERS.items()],
        "forms": [{"name": name, "sentence": sentence} for name, sentence in TABLES.items()],
        "why": why,
        "read_only": project.read_only,
    }


def selected_in_triage(project: Project) -> tuple[int, Callable[[], View]]:
    """How many images are selected in Triage, by this page or the last, and what gives them."""
    left = project.bookmarks.get("triage")
    marks: Any = left.get("selected") if isinstance(left.get("selected"), list) else []
    try:
        count = sum(int(mark[2]) for mark in marks)
    except (TypeError, ValueError, IndexError):
        count = 0

    def view() -> View:
        asked = asked_of(left)
        shown = project.images.select(where=asked) if asked is not None else project.images.view([])
        ranges = ranges_of(shown.ids, marks)
        if not ranges:
            raise AnalysisError("Nothing is selected in Triage any more; some images are needed. Select some there, then come back.")
        return project.images.view(np.concatenate([shown.ids[start:stop] for start, stop in ranges]), words="selected in Triage")

    return count, view


def facts_of(analysis: Analysis) -> dict[str, Any]:
    """How an analysis stands."""
    now = analysis.progress()
    return {
        "name": analysis.name,
        "title": analysis.about().title,
        "source": legible(analysis.source),
        "model": legible(analysis.model),
        "created": analysis.created,
        "state": now.status.state,
        "reason": now.status.reason,
        "waits_for": list(now.status.waits_for),
        "done": now.done,
        "of": now.of,
        "images_per_second": now.images_per_second,
        "seconds_left": now.seconds_left,
    }


def told_export(found: Exporting | None) -> dict[str, Any] | None:
    """How an export of results stands; None where there was none."""
    if found is None:
        return None
    return {
        "name": found.name,
        "folder": legible(str(found.folder)),
        "state": found.status.state,
        "reason": found.status.reason,
        "done": found.done,
        "of": found.of,
        "images": found.result["images"] if found.result else None,
        "left_out": [legible(sentence) for sentence in found.result["left_out"][:20]] if found.result else [],
    }


def loose_source(analysis: Analysis, rows: Any) -> Paths:
    """The files outside of the project among some rows, for the wall."""
    results = analysis.results
    rows = rows[results.ids[rows] < 0]
    said, paths = results.rows[rows], results.paths
    names = [*map(legible, results.labels), ""]  # the last is that of what could not be read, -1
    labels = [names[number] for number in said["label"].tolist()]
    return Paths([paths[row] for row in rows.tolist()], labels, {name: said[name] for name in VALUES})


def ranges_where(chosen: Any) -> list[tuple[int, int]]:
    """Where a mask is true, as ranges of positions; nowhere when they were more than anyone selects."""
    ends = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False]))))
    pairs = list(zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True))
    return pairs if len(pairs) <= MARKED else []
