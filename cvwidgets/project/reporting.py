"""What a report tells of a run, gathered from its folder and the catalog: its figures as they were made, and what changed since."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from cvwidgets.clock import now
from cvwidgets.errors import NoFigures, UnknownRun
from cvwidgets.project.card import USE
from cvwidgets.project.comparing import compare
from cvwidgets.project.scoring import score
from cvwidgets.project.tested import Showing, read_tested
from cvwidgets.report import Before, LabelCounts, Report, Since

if TYPE_CHECKING:
    from cvwidgets.project.run import Run
    from cvwidgets.store import Store

REFUSED = 20
"""So many files that could not be used are named."""
COMPARED = 300
"""So many labels are set against the run before."""
MACHINE = {
    "python": "Python",
    "torch": "PyTorch",
    "processor": "Computed on",
    "device": "Device",
    "precision": "Precision",
    "threads": "Threads",
    "processes": "Processes",
    "image_size": "Pixels that the model sees",
}
"""What environment.json says of how a run was computed, and the words for it."""

_QUOTED = re.compile(r"""(['"])(?:[A-Za-z]:[\\/]|\\\\|/)(?:[^'"]*[\\/])?([^'"\\/]*)\1""")
_BARE = re.compile(r"""(?<![\w/\\.:])(?:[A-Za-z]:[\\/]|\\\\|/)(?:[^\s'"/\\]+[/\\])+([^\s'"/\\]*)""")


def gather(store: Store, run: Run, find: Callable[[str], Run], tick: Callable[[int, int], None] | None = None) -> Report:
    """All that a report tells of a run; `find` gives a run by its name, `tick` is told pictures made, and of how many at most."""
    status, about, environment = run.status(), run.about(), run.environment()
    rows = _rows(store, run)
    refused = run.unreadable()
    facts = Report(
        project=store.folder.name,
        run=run.name,
        title=about.title,
        note=about.note,
        state=status.state,
        reason=without_paths(status.reason or "") if status.state in ("failed", "lost") else "",
        ended=status.ended,
        written=now(),
        version=version("cvwidgets"),
        snapshot=run.snapshot,
        recipe=replace(run.recipe, base=_name_of(run.recipe.base)),
        epochs=tuple(run.epochs()),
        labels=_counts(rows),
        parts=_parts(rows, environment),
        left_out=tuple(map(without_paths, run.left_out())),
        refused=tuple((_name_of(one.path), without_paths(one.reason)) for one in refused[:REFUSED]),
        refused_in_all=len(refused),
        evaluation=run.evaluation(),
        cells=None,
        right=(),
        wrong=(),
        since=_since(store, run),
        before=_before(store, run, find),
        machine=tuple((word, _plain(environment[name])) for name, word in MACHINE.items() if environment.get(name)),
        usage=USE if run.has_model else (),
    )
    return _with_pictures(facts, store, run, {sha: label for _, sha, label in rows}, tick)


def _with_pictures(facts: Report, store: Store, run: Run, under: dict[str, str], tick: Callable[[int, int], None] | None) -> Report:
    if facts.evaluation is None:
        return facts
    tested = read_tested(run, [score.label for score in facts.evaluation.labels], under)
    if tested is None:
        return facts
    showing = Showing(store, tested, tick)
    cells = showing.cells(facts.evaluation)
    return replace(facts, cells=cells, right=showing.surest(right=True), wrong=showing.surest(right=False))


def _rows(store: Store, run: Run) -> list[tuple[str, str, str]]:
    """Part, SHA-256 and label of each image of the run's snapshot; none where it was removed or is damaged."""
    from cvwidgets.store.rows import read_rows

    snapshot = store.snapshots.get(run.snapshot) if run.snapshot else None
    with suppress(OSError, KeyError, ValueError):
        return list(read_rows(snapshot.folder)) if snapshot else []
    return []


def _counts(rows: list[tuple[str, str, str]]) -> tuple[LabelCounts, ...]:
    counts = Counter((label, part) for part, _, label in rows)
    labels = dict.fromkeys(label for _, _, label in rows)
    return tuple(LabelCounts(label, *(counts[label, part] for part in ("train", "valid", "test"))) for label in labels)


def _parts(rows: list[tuple[str, str, str]], environment: dict[str, Any]) -> tuple[int, int, int] | None:
    images = Counter(part for part, _, _ in rows) or environment.get("images")
    return (images.get("train", 0), images.get("valid", 0), images.get("test", 0)) if images else None


def _since(store: Store, run: Run) -> Since | None:
    try:
        scores = score(store, run)
    except NoFigures:
        return None
    return Since(len(scores.ids), *scores.accuracy, corrected=scores.corrected, gone=scores.gone)


def _before(store: Store, run: Run, find: Callable[[str], Run]) -> Before | None:
    """The run that this one continues, or was trained to be set beside; None where there is none, or both cannot be compared."""
    name = run.continues or run.about().beside
    try:
        found = compare(store, [find(name), run]) if name else None
    except (NoFigures, UnknownRun):
        return None
    if found is None or not found.images:
        return None
    first, second = found.runs
    labels = sorted(found.labels, key=lambda one: -abs(one.right[1] - one.right[0]))[:COMPARED]
    return Before(
        run=first.run,
        images=found.images,
        accuracy=(first.accuracy, second.accuracy),
        difference=found.difference,
        low=found.low,
        high=found.high,
        labels=tuple((one.label, one.images, one.right[0], one.right[1]) for one in labels),
        recipe=tuple((field, *(_name_of(value) if field == "base" else value for value in values)) for field, *values in found.recipe),
    )


def without_paths(text: str) -> str:
    """A sentence for people elsewhere: of each path from the root, which tells of this machine, its last name stays."""
    return _BARE.sub(r"\1", _QUOTED.sub(r"\1\2\1", text))


def _name_of(path: str) -> str:
    """The last name of a path from the root; what is none, such as a model of the hub, stays as it is."""
    kinds = (PurePosixPath(path), PureWindowsPath(path))
    return next((kind.name or "a folder" for kind in kinds if kind.is_absolute()), path)


def _plain(value: object) -> str:
    return " × ".join(map(str, value)) if isinstance(value, list) else str(value)
