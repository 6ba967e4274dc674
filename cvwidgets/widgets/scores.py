"""What a run says of its test images: each figure a door to the images behind it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import numpy as np
from ipywidgets import Widget, widget_serialization
from traitlets import Bool, Dict, Instance, Int, List, Unicode

from cvwidgets.errors import NoFigures
from cvwidgets.project import Suggestions
from cvwidgets.widgets.base import Face, inside
from cvwidgets.widgets.finding import cell_key
from cvwidgets.widgets.grid import ImageGrid
from cvwidgets.widgets.messages import BadQuestion, action
from cvwidgets.widgets.scored import NOTHING_SAID, calibration_of, changed_since, facts_of, gain_of, rows_of, said_of
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project, Run, View
    from cvwidgets.project.scoring import Scores
    from cvwidgets.project.today import Today

VALID = "valid"
"""Stands for the set when the wall shows the valid images after an epoch."""

EARLIER = "earlier"
"""Stands for the cell when the wall shows one of a matrix that another has taken the place of."""


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
    """Kernel → page: the run, its figures under the labels of today, its confusion matrix (of very many labels none), how many images
    changed since, and how it stands `beside` the run before it; or the `problem` that there are no figures.

    Until it was tried on its test images they are those of its valid images after the newest epoch, whose number is `epoch` then."""

    _labels = List().tag(sync=True)
    """Kernel → page: each label of the same images: its name, precision, recall, F1 (0..1), and how many images are of it."""

    _rows = List().tag(sync=True)
    """Kernel → page: of very many labels the confusion matrix as rows, as in Explore."""

    _calibration = Dict().tag(sync=True)
    """Kernel → page: of the test images as the run was tried on them `ece`, `uncalibrated_ece` (0..1), `temperature`, and the bins of the
    reliability diagram: images, confidence and accuracy of each. Empty where that is not known."""

    _epochs = Int(0).tag(sync=True)
    """Kernel → page: how many epochs of the run there are, whose valid images can be looked at."""

    _valid = Dict().tag(sync=True)
    """Kernel → page: the epoch whose valid images are on the wall, and how many are right, changed, mended and broken since the last."""

    _shown = Unicode("").tag(sync=True)
    """Kernel → page: what is on the wall: a cell, a label or all that is wrong (JSON, see `cell_key`), or "valid"; empty for nothing."""

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
        self.keep_place(project.bookmarks)
        self.observe(lambda _change: WATCHER.nudge(), "visible")
        WATCHER.add(self, project)

    def show(self, run: Run) -> None:
        """Shows another run."""
        with self._guard, self.hold_sync():
            if self._run is not None and self._run.name != run.name:  # until it is scored, nothing is said in its name
                self._scores, self._test, self._labels, self._rows, self._calibration = None, {}, [], [], {}
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
    def choose(self, label: str | None = None, said: str | None = None) -> None:
        """Shows the test images, or until there are any the valid ones, of a label of which another, or the same, was said.

        Without `said` those of the label that are taken for any other one, without both all that are wrong.
        """
        scores = self._scores
        wanted = [name for name in (label, said) if name is not None]
        if scores is None or not set(wanted) <= set(scores.labels) or (label is None and said is not None):
            raise BadQuestion("There is no such cell. Choose one of those that are there.")
        here = scores.truth != scores.said if said is None else scores.said == scores.labels.index(said)
        if label is not None:
            here = here & (scores.truth == scores.labels.index(label))
        images = f"validation images after epoch {self._epoch}" if self._epoch else "test images"
        words = images + (f" of {label}" if label is not None else "")
        words += " that it has right" if label is not None and label == said else f" taken for {said or 'another label'}"
        self._show(_view(self._project, scores, here, words), cell_key(*wanted))

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
            before, today = self._epoch, self._today(run)
            self._scores, self._epoch = (today.scores, 0) if today else self._newest(run)
            test = facts_of(run, self._scores, self._epoch)
            if today is not None and today.changes is not None and not self._project.read_only:
                test["changes"] = today.changes.images
            if today is not None and today.beside is not None:
                test["beside"] = gain_of(today.beside)
            with self.hold_sync():
                self._test = test
                self._labels = [list(astuple(one)) for one in self._scores.of_labels] if self._scores else []
                self._rows = rows_of(self._scores, self._epoch)
                self._calibration = calibration_of(run) if today else {}
                if self._epoch != before and self._shown.startswith("["):
                    self._shown = EARLIER  # the wall stays as it is under the hands of who looks at it

    def _today(self, run: Run) -> Today | None:
        with suppress(NoFigures):
            return self._project.runs.today(run)
        return None

    def _newest(self, run: Run) -> tuple[Scores | None, int]:
        """What a run says of its valid images after its newest epoch, and the number of that."""
        with suppress(NoFigures):
            return self._project.runs.scores(run, len(run.epochs())), len(run.epochs())
        return None, 0

    def _show(self, view: View, shown: str) -> None:
        with self._guard:
            self.grid.show(view, empty="There are no such images.")
            self._shown = shown


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
