"""Facts of a run, as a report is given them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cvwidgets.evaluation import Bin, Evaluation, LabelScore
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch
from cvwidgets.report import Cell, LabelCounts, Report, Shown

Make = Callable[..., Report]


def evaluation_of(labels: tuple[str, ...], confusion: tuple[tuple[int, ...], ...]) -> Evaluation:
    """Figures that belong to a confusion matrix as far as a report looks at them."""
    scores = tuple(LabelScore(label, 0.8, 0.7, 0.75, sum(row)) for label, row in zip(labels, confusion, strict=True))
    bins = (Bin(5, 0.55, 0.5), Bin(20, 0.93, 0.9))
    more = {"top3": 0.95, "ece": 0.031, "uncalibrated_ece": 0.054, "temperature": 1.3, "reliability": bins}
    return Evaluation("test", sum(map(sum, confusion)), 0.75, 0.7, 0.8, 0.74, 0.6, scores, confusion, **more)


@pytest.fixture
def make() -> Make:
    """Makes the facts of a run with two labels; what is given differs."""

    def make_report(names: tuple[str, str] = ("elk", "bison"), **changes: Any) -> Report:
        shown = Shown("1.jpg", names[0], names[1], 0.9, 0.08, b"jpeg")
        report = Report(
            project="animals",
            run="0001",
            title="",
            note="",
            state="done",
            reason="",
            ended="2026-11-29T12:00:00+00:00",
            written="2026-11-29T13:00:00+00:00",
            version="0.1.0",
            snapshot="abc",
            recipe=Recipe(epochs=3),
            epochs=tuple(Epoch(n, 1 / n, 1.2 / n, 0.6 + 0.1 * n, 0.6, 1e-3, 30.0, 8.0, best=n == 2) for n in (1, 2, 3)),
            labels=tuple(LabelCounts(label, 60, 20, 20) for label in names),
            parts=(120, 40, 40),
            left_out=(),
            refused=(),
            refused_in_all=0,
            evaluation=evaluation_of(names, ((15, 5), (3, 17))),
            cells=(Cell(0, 1, 5, (shown, shown)), Cell(1, 0, 3, ()), Cell(0, 0, 15, ()), Cell(1, 1, 17, ())),
            right=(),
            wrong=(shown,),
            since=None,
            before=None,
            machine=(("Python", "3.11"),),
            usage=("classify()",),
        )
        return replace(report, **changes)

    return make_report
