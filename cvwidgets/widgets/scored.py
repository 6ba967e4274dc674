"""What is told of a run's images that it was scored on: figures for the page, and whether there is something new to say."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cvwidgets import jobs
from cvwidgets.evaluation import FEW, TOP
from cvwidgets.widgets.finding import MATRIX_LABELS, Row, cell_key, cell_rows

if TYPE_CHECKING:
    from cvwidgets.project import Run
    from cvwidgets.project.comparing import Comparison
    from cvwidgets.project.scoring import Scores


class SaidWhen(NamedTuple):
    """Whether a run is over, whether it is being tried on its test images, and when they were asked about last (0: never)."""

    is_over: bool
    is_trying: bool
    when: int


NOTHING_SAID = SaidWhen(False, False, 0)


def said_of(run: Run) -> SaidWhen:
    """What tells whether there is something new to say of a run's test images."""
    try:
        when = (run.folder / "said" / "test.npz").stat().st_mtime_ns
    except OSError:
        when = 0
    return SaidWhen(jobs.is_over(run.status()), not jobs.is_over(jobs.status(run.folder / "evaluating")), when)


def changed_since(now: Scores, before: Scores | None) -> Any:
    """Which images (n,) are called otherwise than before; none where there is no before."""
    if before is None:
        return np.zeros(len(now.ids), np.bool_)
    _, at, to = np.intersect1d(now.ids, before.ids, return_indices=True)
    changed = np.zeros(len(now.ids), np.bool_)
    changed[at] = now.said[at] != before.said[to]
    return changed


def facts_of(run: Run, scores: Scores | None, epoch: int) -> dict[str, Any]:
    """The figures of a run's test images, or of its valid ones after an epoch, and their matrix; the `problem` that there are none."""
    facts: dict[str, Any] = {"run": run.name}
    if scores is None or epoch:
        now = said_of(run)
        stopped = now.is_over and not now.is_trying and run.evaluation() is None
        facts |= {"trying": now.is_trying, "can_be_tried": stopped and bool(run.epochs())}
    if scores is None:
        return {**facts, "problem": "not tried"}
    accuracy, low, high = scores.accuracy
    return {
        **facts,
        "epoch": epoch,
        "accuracy": accuracy,
        "low": low,
        "high": high,
        "images": len(scores.ids),
        "macro_f1": scores.macro_f1,
        "top3": scores.top3 if len(scores.labels) > TOP else None,
        "few": FEW,
        "gone": scores.gone,
        "corrected": scores.corrected,
        "labels": scores.labels if len(scores.labels) <= MATRIX_LABELS else (),
        "counts": scores.counts.tolist() if len(scores.labels) <= MATRIX_LABELS else [],
    }


def rows_of(scores: Scores | None, epoch: int) -> list[Row]:
    """What stands in the place of the matrix where it would be too large to be read."""
    if scores is None or len(scores.labels) <= MATRIX_LABELS:
        return []
    part = "validation" if epoch else "test"
    return cell_rows(scores.cells(), {one.label: one.support for one in scores.of_labels}, part, everything=cell_key())


def gain_of(found: Comparison) -> dict[str, Any]:
    """What the second of two runs gained over the first."""
    return {"run": found.runs[0].run, "images": found.images, "difference": found.difference, "low": found.low, "high": found.high}


def calibration_of(run: Run) -> dict[str, Any]:
    """How sure a run said to be of its test images, and how often it was right, as it was tried on them; empty where that is not known."""
    tested = run.evaluation()
    if tested is None or tested.ece is None:
        return {}
    figures = {name: getattr(tested, name) for name in ("images", "ece", "uncalibrated_ece", "temperature")}
    return {**figures, "bins": [list(astuple(one)) for one in tested.reliability]}
