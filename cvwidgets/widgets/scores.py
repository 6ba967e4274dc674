"""What a run says of its test images: each figure a door to the images behind it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from ipywidgets import Widget, widget_serialization
from traitlets import Bool, Dict, Instance, Int, Unicode

from cvwidgets import jobs
from cvwidgets.errors import NoFigures
from cvwidgets.project import Suggestions
from cvwidgets.widgets.base import Face, inside
from cvwidgets.widgets.finding import MATRIX_LABELS, cell_key
from cvwidgets.widgets.grid import ImageGrid
from cvwidgets.widgets.messages import BadQuestion, action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project, Run, View
    from cvwidgets.project.scoring import Scores

VALID = "valid"
"""Stands for the set when the wall shows the valid images after an epoch."""

EARLIER = "earlier"
"""Stands for the cell when the wall shows one of a matrix that another has taken the place of."""


class SaidWhen(NamedTuple):
    """Whether a run is over, whether it is being tried on its test images, and when they were asked about last (0: never)."""

    is_over: bool
    is_trying: bool
    when: int


NOTHING_SAID = SaidWhen(False, False, 0)


class ScoresPanel(Face):
    """Shows the test images of a run by what it says of them, under the labels of today.

    Args:
        project: Whose runs.
        run: The run to begin with; none by default.
        height: Height of the wall, in pixels.
    """

    stem = "scores"

    visible = Bool(False).tag(sync=True, page=True)
    """Page → kernel: whether someone can see it; what nobody sees is not scored anew."""

    _grid = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the wall."""

    _test = Dict().tag(sync=True)
    """Kernel → page: the run, its figures under the labels of today, its confusion matrix, and how many images changed since; or the
    `problem` that there are no figures.

    Until it was tried on its test images they are those of its valid images after the newest epoch, whose number is `epoch` then."""

    _epochs = Int(0).tag(sync=True)
    """Kernel → page: how many epochs of the run there are, whose valid images can be looked at."""

    _valid = Dict().tag(sync=True)
    """Kernel → page: the epoch whose valid images are on the wall, and how many are right, changed, mended and broken since the last."""

    _shown = Unicode("").tag(sync=True)
    """Kernel → page: the cell (as JSON) that is on the wall, or "valid"; empty for none."""

    def __init__(self, project: Project, run: Run | None = None, *, height: int = 320, **traits: Any) -> None:
        self._project = project
        self._run = run
        self._scores: Scores | None = None
        self._epoch = 0
        self._stale, self._told = True, (NOTHING_SAID, 0)
        self._guard = threading.RLock()
        with inside():
            self.grid = ImageGrid(project=project, height=height)
        super().__init__(_grid=self.grid, **traits)
        self.observe(lambda _change: WATCHER.nudge(), "visible")
        WATCHER.add(self, project)

    def show(self, run: Run) -> None:
        """Shows another run."""
        with self._guard:
            self._run, self._stale, self._shown, self._valid = run, True, "", {}
        WATCHER.nudge()

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: after decisions the run is scored again, as long as someone looks."""
        with self._guard:  # a second look waits for what the first one finds
            self._stale |= changed
            if not self.visible or self._run is None:
                return
            self._count_epochs()
            now = said_of(self._run), self._epochs
            if self._stale or now != self._told:
                self._stale, self._told = False, now
                self._score()

    @action(background=True)
    def choose(self, label: str, said: str) -> None:
        """Shows the test images, or until there are any the valid ones, of a label of which another, or the same, was said."""
        scores = self._scores
        if scores is None or not {label, said} <= set(scores.labels):
            raise BadQuestion("There is no such cell. Choose one of those that are there.")
        here = (scores.truth == scores.labels.index(label)) & (scores.said == scores.labels.index(said))
        images = f"validation images after epoch {self._epoch}" if self._epoch else "test images"
        words = f"{images} of {label}" + (" that it has right" if label == said else f" taken for {said}")
        self._show(_view(self._project, scores, here, words), cell_key(label, said))

    @action(background=True)
    def at_epoch(self, epoch: int) -> None:
        """Shows the valid images as the run saw them after an epoch: first those that it calls otherwise than after the epoch before."""
        run = self._run
        if run is None or not 1 <= epoch <= len(run.epochs()):
            raise BadQuestion("There is no such epoch. Choose one of those that are there.")
        now = self._project.runs.scores(run, epoch)
        before = self._project.runs.scores(run, epoch - 1) if epoch > 1 else None
        changed = changed_since(now, before)
        right = now.truth == now.said
        order = np.lexsort((now.ids, right, ~changed))
        view = _view(self._project, now, order, f"validation images after epoch {epoch}")
        told = {"images": len(now.ids), "right": int(right.sum()), "changed": int(changed.sum())}
        if before is not None:
            told |= {
                "mended": int((changed & right).sum()),
                "broken": int((changed & np.isin(now.ids, before.ids[before.truth == before.said])).sum()),
            }
        self._show(view, VALID)
        self._valid = {"epoch": epoch, **told}

    @action(background=True)
    def evaluate(self) -> None:
        """Tries a run that was stopped on its test images, in a process of its own; the figures appear when it is over."""
        if self._run is not None:
            self._run.start_evaluating()
            WATCHER.nudge()

    def _count_epochs(self) -> None:
        self._epochs = len(self._run.epochs()) if self._run is not None else 0

    def _score(self) -> None:
        with self._guard:
            run = self._run
            assert run is not None
            before, (self._scores, self._epoch) = self._epoch, self._newest(run)
            test = _facts(run, self._scores, self._epoch)
            is_tried = self._scores is not None and not self._epoch
            if is_tried and not self._project.read_only and (changes := self._project.runs.changes_since(run)) is not None:
                test["changes"] = changes.images
            with self.hold_sync():
                self._test = test
                if self._epoch != before and self._shown.startswith("["):
                    self._shown = EARLIER  # the wall stays as it is under the hands of who looks at it

    def _newest(self, run: Run) -> tuple[Scores | None, int]:
        """What a run says of its test images, else of its valid ones after its newest epoch, and the number of that."""
        for epoch in (None, len(run.epochs())):
            with suppress(NoFigures):
                return self._project.runs.scores(run, epoch), epoch or 0
        return None, 0

    def _show(self, view: View, shown: str) -> None:
        with self._guard:
            self.grid.show(view, empty="There are no such images.")
            self._shown = shown


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


def _facts(run: Run, scores: Scores | None, epoch: int) -> dict[str, Any]:
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
        "gone": scores.gone,
        "corrected": scores.corrected,
        "labels": scores.labels if len(scores.labels) <= MATRIX_LABELS else (),
        "counts": scores.counts.tolist() if len(scores.labels) <= MATRIX_LABELS else [],
    }


def _view(project: Project, scores: Scores, here: Any, words: str) -> View:
    """Some of the scored images with what was said suggested where it is another label: a mask, the surest first, or positions in order."""
    at = np.asarray(here)
    if at.dtype == np.bool_:
        at = np.flatnonzero(at)
        at = at[np.argsort(-scores.confidence[at], kind="stable")]
    names: Sequence[str] = [
        scores.labels[said] if said != truth else "" for said, truth in zip(scores.said[at], scores.truth[at], strict=True)
    ]
    under = np.array([scores.labels[truth] for truth in scores.truth[at]], dtype=object)
    suggestions = Suggestions("labels", np.array(names, dtype=object), under) if any(names) else None
    return project.images.view(scores.ids[at], values={"confidence": scores.confidence[at]}, words=words, suggestions=suggestions)
