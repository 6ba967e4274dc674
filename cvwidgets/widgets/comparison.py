"""Two to five runs beside each other: curves, recipes, labels, and the test images on which they disagree."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from ipywidgets import Widget, widget_serialization
from traitlets import Bool, Dict, Instance, List, Unicode

from cvwidgets.errors import NoFigures, UnknownRun
from cvwidgets.recipe import differences
from cvwidgets.widgets.base import Face, inside
from cvwidgets.widgets.grid import ImageGrid
from cvwidgets.widgets.messages import BadQuestion, action
from cvwidgets.widgets.scored import SaidWhen, said_of
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project, Run
    from cvwidgets.project.comparing import Comparison

SETS = {"disputed": "not called alike by all of these runs", "otherwise": "wrong in all of these runs, in different ways"}


class Seen(NamedTuple):
    """What a run had written when it was looked at: what it says of its test images, its epochs (nanoseconds), and its title."""

    said: SaidWhen
    epochs: int
    title: str


class ComparisonPanel(Face):
    """Shows runs beside each other, on the test images that all of them share, under the labels of today.

    Args:
        project: Whose runs.
        runs: Two to five of them, the oldest first; none by default, then nothing is shown.
        height: Height of the wall, in pixels.
    """

    stem = "comparison"

    visible = Bool(False).tag(sync=True, page=True)
    """Page → kernel: whether someone can see it; what nobody sees is not compared anew."""

    _grid = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the wall."""

    _runs = List().tag(sync=True)
    """Kernel → page: the runs, each with name, title, snapshot, epochs so far and its test figures; empty for none."""

    _recipe = List().tag(sync=True)
    """Kernel → page: the fields in which their recipes differ: name, then the value of each run."""

    _found = Dict().tag(sync=True)
    """Kernel → page: their figures on the images that they share, of the images only how many; or the `problem` that there are none."""

    _shown = Unicode("").tag(sync=True)
    """Kernel → page: the set of images on the wall: "disputed", "otherwise", or the run that alone has them right; empty for none."""

    def __init__(self, project: Project, runs: Sequence[Run] = (), *, height: int = 320, **traits: Any) -> None:
        self._project = project
        self.runs: tuple[Run, ...] = ()
        self._by_itself = False
        self._compared: Comparison | None = None
        self._seen: list[Seen] = []
        self._stale = True
        self._guard = threading.RLock()
        with inside():
            self.grid = ImageGrid(project=project, height=height)
        super().__init__(_grid=self.grid, **traits)
        self.show(runs)
        self.observe(lambda _change: WATCHER.nudge(), "visible")
        WATCHER.add(self, project)

    def show(self, runs: Sequence[Run]) -> None:
        """Shows other runs; none hides it."""
        with self._guard, self.hold_sync():
            self.runs, self._by_itself = tuple(runs), False
            self._seen, self._stale, self._compared = [], True, None
            self._found, self._shown = {}, ""
            self._recipe = [list(row) for row in differences(*(run.recipe for run in runs))] if runs else []
            self._runs = [_facts(run) for run in runs]
        WATCHER.nudge()

    def follow(self, run: Run) -> None:
        """Told that a run is looked at: of one that was trained again it shows before and after, unless other runs were chosen."""
        with self._guard:
            if self.runs and not self._by_itself:
                return
            before = run.about().beside
            try:
                self.show([self._project.runs.get(before), run] if before else ())
            except UnknownRun:
                self.show(())
            self._by_itself = bool(self.runs)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: what the runs wrote since; after decisions they are scored again, as long as someone looks."""
        with self._guard:  # a second look waits for what the first one finds
            self._stale |= changed
            if not self.visible or not self.runs:
                return
            now = [_seen(run) for run in self.runs]
            if self._stale or now != self._seen:
                self._stale, self._seen = False, now
                self._compare()

    @action(background=True)
    def choose_set(self, name: str) -> None:
        """Shows images on which the runs disagree: "disputed", "otherwise", or those that the run of this name alone has right."""
        with self._guard:
            found = self._compared
            alone = {one.run: one.alone for one in found.runs} if found else {}
            if found is None or name not in alone | SETS:
                raise BadQuestion("There is no such set of images. Choose one of those that are there.")
            ids = alone[name] if name in alone else getattr(found, name)
            words = SETS.get(name, f"right in run {name} alone")
            self.grid.show(self._project.images.view(list(ids), words=words), empty="There are no such images.")
            self._shown = name

    @action
    def leave(self) -> None:
        """Closes the comparison."""
        self.show(())

    def _compare(self) -> None:
        self._compared = None
        with self.hold_sync():
            self._runs = [_facts(run) for run in self.runs]
            if live := [run.name for run, seen in zip(self.runs, self._seen, strict=True) if not seen.said.is_over]:
                self._found = {"problem": f"The test images that they share stand here when run {' and run '.join(live)} is over."}
                return
            try:
                self._compared = self._project.runs.compare(*self.runs)
            except NoFigures as error:
                self._found = {"problem": str(error)}
                return
            facts = asdict(self._compared)
            facts |= {name: len(facts[name]) for name in SETS}
            self._found = {**facts, "runs": [{**one, "alone": len(one["alone"])} for one in facts["runs"]]}


def _facts(run: Run) -> dict[str, Any]:
    tested = run.evaluation()
    return {
        "name": run.name,
        "title": run.about().title,
        "snapshot": run.snapshot,
        "epochs": [asdict(epoch) for epoch in run.epochs()],
        "test": {name: getattr(tested, name) for name in ("accuracy", "low", "high", "images")} if tested else None,
    }


def _seen(run: Run) -> Seen:
    try:
        epochs = (run.folder / "epochs.jsonl").stat().st_mtime_ns
    except OSError:
        epochs = 0
    return Seen(said_of(run), epochs, run.about().title)
