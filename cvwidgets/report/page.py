"""The page: facts put into templates that escape all text, with one style sheet and one script, which alone the page lets run."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cvwidgets.evaluation import FEW, Evaluation, LabelScore
from cvwidgets.records import Epoch
from cvwidgets.report import words
from cvwidgets.report.choosing import LISTED, MATRIX_LABELS, confusions
from cvwidgets.report.drawings import draw_curves, draw_reliability
from cvwidgets.report.facts import Report

HERE = Path(__file__).parent
SHEETS = ("frame", "tables", "figures", "matrix", "print")
EPOCHS = 100
"""So many epochs have a row; of more, those that stand evenly between the first and the last, and the best one."""
FOLDED = 20
"""A table of more rows is folded."""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A cell as it is drawn: how many images, how strongly colored (0..10), whether it is right, and what it opens (empty: nothing)."""

    images: int
    strength: int
    is_right: bool
    opens: str
    words: str


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label's figures, what opens those of its images that are right, and the label that it is most often taken for."""

    score: LabelScore
    right: int
    opens_right: str
    taken_for: str
    taken: int
    opens_taken: str


@dataclass(frozen=True, slots=True)
class Confused:
    """Images of a label that are taken for another one, as a row of a list."""

    truth: str
    said: str
    images: int
    share: float
    opens: str


def render(report: Report) -> str:
    """The report as one HTML file: nothing in it is fetched, no script runs but its own, and every text is escaped."""
    css, js = "\n".join(_read(f"styles/{name}.css") for name in SHEETS), _read("page.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{_digest(css)}'; script-src 'sha256-{_digest(js)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    changed, recipe = words.recipe_rows(report.recipe)
    page = {
        "report": report,
        "policy": policy,
        "css": css,
        "js": js,
        "words": words,
        "title": f"Run {report.run}{f' · {report.title}' if report.title else ''}",
        "sections": _sections(report),
        "changed": changed,
        "recipe": recipe,
        "folded": FOLDED,
        "few": FEW,
        **_epochs(report.epochs),
        **_tested(report),
    }
    return _environment().get_template("page.html.j2").render(page)


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found.filters |= {**words.FILTERS, "as_base64": _as_base64}
    return found


@cache
def _read(name: str) -> str:
    return (HERE / name).read_text("utf-8").strip()


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _as_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _sections(report: Report) -> list[tuple[str, str]]:
    """The sections that there is something to say in: where they are, and what they are called."""
    found = report.evaluation if report.evaluation and report.evaluation.images else None
    there = {
        "data": ("Data", True),
        "recipe": ("Recipe", True),
        "training": ("Training", bool(report.epochs)),
        "labels": ("Labels", found),
        "confusions": ("Confusions", found),
        "examples": ("Examples", report.right or report.wrong),
        "calibration": ("Calibration", found and found.reliability),
        "before": ("Before and after", report.before),
        "model": ("The model", report.usage),
        "versions": ("Versions", report.machine),
    }
    return [(name, word) for name, (word, is_there) in there.items() if is_there]


def _epochs(epochs: tuple[Epoch, ...]) -> dict[str, Any]:
    """The rows of the table of epochs, the number of the best one, and the curves."""
    best = next((epoch.number for epoch in reversed(epochs) if epoch.best), 0)
    step = max(1, -(-len(epochs) // EPOCHS))
    rows = [epoch for place, epoch in enumerate(epochs) if place % step == 0 or epoch.number == best or place == len(epochs) - 1]
    return {"best": best, "epochs": rows, "curves": draw_curves(epochs, best) if len(epochs) > 1 else ()}


def _tested(report: Report) -> dict[str, Any]:
    """What is told of the test images: the matrix or the list in its place, the labels' table, what is opened first, the diagram."""
    found = report.evaluation
    if found is None or not found.images:
        return {"found": None}
    opens = {(cell.truth, cell.said): f"cvw-cell-{cell.truth}-{cell.said}" for cell in report.cells or ()}
    wrong = confusions(found.confusion)
    many = len(found.labels) > MATRIX_LABELS
    return {
        "found": found,
        "opens": opens,
        "label_rows": _label_rows(found, opens, wrong),
        "matrix": [] if many else _matrix(found, opens),
        "confused": [_confused(found, cell, opens) for cell in wrong[:LISTED]] if many else [],
        "confusions": len(wrong),
        "first": next((opens[cell] for cell in wrong if cell in opens), next(iter(opens.values()), "")),
        "reliability": draw_reliability(found.reliability) if found.reliability else None,
    }


def _matrix(found: Evaluation, opens: dict[tuple[int, int], str]) -> list[tuple[str, list[MatrixCell]]]:
    rows = []
    for truth, counts in enumerate(found.confusion):
        label, of = found.labels[truth].label, sum(counts)
        cells = []
        for said, count in enumerate(counts):
            told = f"{count:,} of {words.many(of, 'image')} of {label} called {found.labels[said].label}"
            strength = round(10 * (0.15 + 0.85 * sqrt(count / of))) if count else 0
            cells.append(MatrixCell(count, strength, truth == said, opens.get((truth, said), ""), told))
        rows.append((label, cells))
    return rows


def _label_rows(found: Evaluation, opens: dict[tuple[int, int], str], wrong: list[tuple[int, int]]) -> list[LabelRow]:
    """The labels, the weakest first, then those of which there are too few images to judge."""
    most: dict[int, int] = {}
    for truth, other in wrong:
        most.setdefault(truth, other)
    rows = []
    for number, score in enumerate(found.labels):
        taken = ("", 0, "")
        if (said := most.get(number)) is not None:
            taken = (found.labels[said].label, found.confusion[number][said], opens.get((number, said), ""))
        rows.append(LabelRow(score, found.confusion[number][number], opens.get((number, number), ""), *taken))
    return sorted(rows, key=lambda row: (row.score.support < FEW, row.score.f1))


def _confused(found: Evaluation, cell: tuple[int, int], opens: dict[tuple[int, int], str]) -> Confused:
    truth, said = cell
    images, of = found.confusion[truth][said], sum(found.confusion[truth])
    return Confused(found.labels[truth].label, found.labels[said].label, images, images / of, opens.get(cell, ""))
