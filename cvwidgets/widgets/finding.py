"""What the tabs of Explore list to the left, and which images each of these rows shows on the wall."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cvwidgets.errors import ExploreError
from cvwidgets.project import THRESHOLD, VARIED
from cvwidgets.widgets.map import COLORINGS
from cvwidgets.widgets.messages import BadQuestion

if TYPE_CHECKING:
    from cvwidgets.project import Project, Stack, View

Row = dict[str, Any]

TABS = ("mistakes", "confusion", "duplicates", "uncertain", "strangers", "map")
LABEL, OPEN, FEW, JUDGED = "label:", "open", "few", "judged"
"""Keys of rows: of mistakes a label's and that of the open questions, of the uncertain that of a varied few, of duplicates that of what
was judged before. "" is the first."""
STACKS_LISTED = 300
"""So many stacks have a row of their own; the others are in "All stacks"."""
MATRIX_LABELS = 40
"""Of more labels the confusion matrix is a list, the most frequent confusions first."""

EMPTY = {
    "mistakes": "No label is suspected here.",
    "confusion": "No image is here any more.",
    "duplicates": "No images look alike.",
    "uncertain": "No New images wait, or too little is kept to say what they show.",
    "strangers": "Nothing stands out.",
    "map": "Draw around points on the map: their images stand here then.",
}
FAULTS = {
    "dark": ("Dark", "So dark that little is to be seen"),
    "bright": ("Bright", "So bright that little is to be seen"),
    "blurred": ("Blurred", "Without sharp edges, at the size of a thumbnail"),
    "low_information": ("Empty", "Hardly anything in it: one color, a wall"),
    "odd_size": ("Odd size", "Much smaller or larger than the others"),
    "odd_aspect": ("Odd shape", "Much longer or narrower than the others"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one may move: the likeness (0..1) from which images are stacked, and how many are a varied few."""

    threshold: float = THRESHOLD
    few: int = VARIED


def rows_of(project: Project, tab: str, limits: Limits) -> list[Row]:
    """The rows of a tab: `key`, `word`, `note` and `count`.

    Raises:
        ExploreError: nobody looked yet.
    """
    return _ROWS[tab](project, limits)


def view_of(project: Project, tab: str, key: str, limits: Limits) -> View:
    """The images of a row; those of the map are what was drawn around on it, which it is not asked for here.

    Raises:
        ExploreError: nobody looked yet.
        BadQuestion: there is no such row.
    """
    if tab == "mistakes":
        return project.explore.mistakes(key.removeprefix(LABEL) if key.startswith(LABEL) else None, likely=key != OPEN, below=False)
    if tab == "confusion":
        return project.explore.confused(*_cell(key))
    if tab == "duplicates":
        return project.explore.judged() if key == JUDGED else project.explore.stacked(_chosen(project.duplicates(limits.threshold), key))
    if tab == "uncertain":
        return project.explore.varied(limits.few) if key == FEW else project.explore.uncertain(most_certain_first=key == "certain")
    faults = project.explore.faults() if key else {}
    if key and key not in faults:
        raise BadQuestion("No image is like this any more. Choose another row.")
    return faults[key] if key else project.explore.strangers()


def count_of(project: Project, tab: str, limits: Limits) -> int | None:
    """The number beside a tab; None where there is none to tell."""
    try:
        return _COUNTS[tab](project, limits) if tab in _COUNTS else None
    except ExploreError:
        return None


_COUNTS: dict[str, Callable[[Project, Limits], int]] = {
    "mistakes": lambda project, _limits: len(project.mistakes()),
    "confusion": lambda project, _limits: project.explore.confusion().wrong,
    "duplicates": lambda project, limits: len(project.duplicates(limits.threshold)),
    "uncertain": lambda project, _limits: len(project.explore.uncertain()),
    "strangers": lambda project, _limits: len(project.explore.strangers()),
}


def _row(key: str, word: str, note: str, count: int) -> Row:
    return {"key": key, "word": word, "note": note, "count": count}


def _colorings(project: Project, _limits: Limits) -> list[Row]:
    count = len(project.map().ids)
    return [_row(name, words, "", count) for name, words in COLORINGS.items()] if count else []


def _labels(project: Project, _limits: Limits) -> list[Row]:
    doubts = [doubt for doubt in project.explore.doubts() if doubt.suspected]
    everything = _row("", "All labels", "", sum(doubt.suspected for doubt in doubts))
    rows = [_row(LABEL + doubt.label, doubt.label, _estimate(doubt.wrong, doubt.kept), doubt.suspected) for doubt in doubts]
    less_sure = len(project.explore.mistakes(likely=False))
    return [everything, *rows, *([_row(OPEN, "Less sure", "open questions", less_sure)] if less_sure else [])]


def _confusions(project: Project, _limits: Limits) -> list[Row]:
    found = project.explore.confusion()
    if not len(found.ids):
        return []
    kept = np.bincount(found.kept, minlength=len(found.labels)).tolist()
    return cell_rows(found.cells(), dict(zip(found.labels, kept, strict=True)), "kept", everything="")


def cell_rows(cells: Sequence[tuple[str, str, int]], images: Mapping[str, int], what: str, *, everything: str) -> list[Row]:
    """A confusion matrix as rows: all that is wrong, the wrong cells, the most frequent first, then what is right of each label.

    `images` says how many there are of each label, `what` of what kind they are, `everything` is the key of the first row.
    """
    right = {**images}
    for label, _said, count in cells:
        right[label] -= count

    def share(count: int, label: str) -> str:
        return (
            f"{count / images[label]:.0%} of {images[label]:,} {what} image{'s' if images[label] != 1 else ''}"
            if images[label]
            else f"no {what} image is of it"
        )

    shown = cells if len(images) <= MATRIX_LABELS else cells[:STACKS_LISTED]
    wrong = [_row(cell_key(label, said), f"{label} taken for {said}", share(count, label), count) for label, said, count in shown]
    first = _row(everything, "All confusions", f"of {sum(images.values()):,} {what} images", sum(count for *_, count in cells))
    return [first, *wrong, *(_row(cell_key(label, label), f"{label}, right", share(right[label], label), right[label]) for label in images)]


def cell_key(*labels: str) -> str:
    """What a cell of a confusion matrix is called, as the page writes it too, with JSON.stringify.

    Of a label alone it stands for all that is taken for another one, of none for all that is wrong.
    """
    return json.dumps(labels, ensure_ascii=False, separators=(",", ":"))


def _cell(key: str) -> tuple[str | None, str | None]:
    """The label kept and the label said that the key of a row of the confusion matrix stands for."""
    if not key:
        return None, None
    try:
        label, said = json.loads(key)
    except (ValueError, TypeError) as error:
        raise BadQuestion("There is no such cell. Choose one of those that are there.") from error
    return str(label), str(said)


def matrix_of(project: Project) -> dict[str, Any]:
    """The confusion matrix for the page: `labels` and `counts`, a row for each label kept; nothing of more labels than one can look at.

    With it how many images changed since the last `run`.
    """
    found = project.explore.confusion()
    if len(found.labels) > MATRIX_LABELS:
        return {}
    since = project.runs.changes_since(runs[-1]) if not project.read_only and (runs := project.runs.list()) else None
    changes = {"run": since.run, "changes": since.images} if since else {}
    return {"labels": found.labels, "counts": found.counts.tolist(), **changes}


def _estimate(wrong: float | None, kept: int) -> str:
    if wrong is None:
        return f"{kept:,} kept: too few to estimate"
    return f"about {round(wrong):,} of {kept:,} wrong" if wrong >= 0.5 else f"most of {kept:,} are probably right"


def _stacks(project: Project, limits: Limits) -> list[Row]:
    stacks = project.duplicates(limits.threshold)
    copies = sum(len(stack.ids) - 1 for stack in stacks)
    again = project.explore.judged().suggestions
    kinds = [
        _row("", "All stacks", f"{copies:,} {'copy' if copies == 1 else 'copies'}", len(stacks)),
        _row("labels", "Under two labels", "one of them is wrong", len(_chosen(stacks, "labels"))),
        _row("parts", "On both sides", "of the split: figures look too good", len(_chosen(stacks, "parts"))),
        _row(JUDGED, "Judged before", "came in again, of what was kept or trashed", int((again.each != "").sum()) if again else 0),
    ]
    names = project.images.get([stack.best for stack in stacks[:STACKS_LISTED]])
    called = {image.id: image.path.name for image in names}
    each = [
        _row(str(stack.best), called.get(stack.best, "An image that is gone"), " and ".join(stack.labels), len(stack.ids))
        for stack in stacks[:STACKS_LISTED]
    ]
    return [row for row in kinds if row["count"] or not row["key"]] + each


def _chosen(stacks: Sequence[Stack], key: str) -> list[Stack]:
    if key == "labels":
        return [stack for stack in stacks if len(stack.labels) > 1]
    if key == "parts":
        return [stack for stack in stacks if len(stack.parts) > 1]
    return [stack for stack in stacks if not key or str(stack.best) == key]


def _orders(project: Project, limits: Limits) -> list[Row]:
    few = _row(FEW, "A varied few", "unlike each other, for a first look", min(limits.few, len(project.images.select(state="new"))))
    try:
        count = len(project.explore.uncertain())
    except ExploreError:
        count = 0
    if not count:  # too little is kept to suggest anything; then a first look is all the more worth
        return [few] if len(project.explore.varied(1)) else []
    return [
        _row("", "Most uncertain first", "where a look teaches most", count),
        _row("certain", "Most certain first", "to accept many at once", count),
        few,
    ]


def _faults(project: Project, _limits: Limits) -> list[Row]:
    strangers = _row("", "Strangers", "far from every other of their label", len(project.explore.strangers()))
    found = project.explore.faults().items()
    return [strangers, *(_row(name, *FAULTS[name], len(view)) for name, view in found)]


_ROWS: dict[str, Callable[[Project, Limits], list[Row]]] = {
    "mistakes": _labels,
    "confusion": _confusions,
    "duplicates": _stacks,
    "uncertain": _orders,
    "strangers": _faults,
    "map": _colorings,
}
