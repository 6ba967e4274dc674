"""The runs of a project: started as jobs, followed by their files, each kept for good."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets import jobs
from cvwidgets.errors import StartCancelled, UnknownRun
from cvwidgets.files import write_whole
from cvwidgets.project.about import write_about
from cvwidgets.project.advice import advise_comparing, advise_exploring
from cvwidgets.project.continuing import check_further, needed_models, propose_further
from cvwidgets.project.reports import Reporting, Reports
from cvwidgets.project.run import LEFT_OUT, Run, start_job
from cvwidgets.project.splitting import grouping_of
from cvwidgets.project.unchanged import Unchanged
from cvwidgets.recipe import Recipe

if TYPE_CHECKING:
    from cvwidgets.project.comparing import Comparison
    from cvwidgets.project.reviewing import Changes
    from cvwidgets.project.scoring import Scores
    from cvwidgets.project.today import Today
    from cvwidgets.project.twins import Alike
    from cvwidgets.records import Snapshot
    from cvwidgets.store import RunRow, Store


class Runs:
    """All runs of a project; none is ever overwritten."""

    def __init__(self, store: Store, *, by: str, alike: Callable[[Callable[[], bool]], Alike]) -> None:
        self._store = store
        self._by = by
        self._alike = alike
        self._reports = Reports(store, self)
        self._fresh = Unchanged(store.version, store.runs.count_fresh)

    def start(
        self,
        recipe: Recipe | None = None,
        *,
        continues: Run | str | None = None,
        beside: Run | str | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Run:
        """Freezes what is kept, and starts training on it in a process of its own; it waits in line when the device is taken.

        Images that look alike are all in the same part of the split, and so is what the recipe keeps whole. What was not compared yet is
        compared by hash before, which takes some seconds where many are near, a minute at most; what is not found so is said in
        `Run.left_out`. Once `stop` says so meanwhile, nothing is begun, while the comparing goes on for the next start.
        `continues` is a run that is over: the new one begins with its best weights in place of the base, by `further` unless a recipe is
        given; the old one stays as it is. Its base and split are the new one's too, so that the test asks nothing that the weights have
        seen. Labels may be others by now: the last layer keeps those that it knows, and is learnt anew first where one is new.
        `beside` is the run with which it is to be compared when it is over, such as the one that is trained again; by default the one
        that it continues.

        Raises:
            UnknownRun: there is no such run to continue, or to compare it with.
            RunError: the run to continue is under way, deleted, or has no checkpoint.
            BaseUnavailable: the base is a folder that holds no model.
            RecipeError: it is to be split by a column that images do not have, or has another base or split than the run to continue.
            TooFewImages: a label has too few images or groups, or there are fewer than two labels.
            JobDidNotStart: the process did not come up.
            StartCancelled: `stop` said so.
        """
        parent = self.get(continues) if isinstance(continues, str) else continues
        recipe = _with_whole_path(recipe or (propose_further(parent) if parent else Recipe()))
        before = (self.get(beside) if isinstance(beside, str) else beside) or parent
        if parent is not None:
            check_further(parent, recipe)
        run = self._add(recipe, parent, stop)
        if before is not None:
            write_about(run.folder, beside=before.name)
        start_job(run)
        return run

    def further(self, run: Run | str, recipe: Recipe | None = None) -> Recipe:
        """How a run is trained further: by its own recipe with half its epochs, 5 at least; or by another one, on its base and split.

        Raises:
            UnknownRun: there is no run of that name.
        """
        return propose_further(self.get(run) if isinstance(run, str) else run, recipe)

    def _add(self, recipe: Recipe, parent: Run | None = None, stop: Callable[[], bool] = lambda: False) -> Run:
        """A run on what is kept now, with a note of the images that its split has no place for: as long as they stay they are no change."""
        snapshot = self._freeze(recipe, stop)
        continues = parent.name if parent else None
        run = _run(self._store.runs.add(recipe=recipe.to_json(), snapshot=snapshot, continues=continues, by=self._by))
        if snapshot.left_out:
            frozen = self._store.snapshots.frozen(snapshot.id) or {}
            out = [key for key in self._store.snapshots.kept(recipe.depth)[0] if key not in frozen]
            write_whole(run.folder / LEFT_OUT, json.dumps({"images": out}).encode())
        return run

    def pack(self, folder: Path | str, recipe: Recipe | None = None, *, tick: Callable[[int, int], None] | None = None) -> Path:
        """Freezes what is kept, and writes it with its pictures and a recipe into a folder, to be trained elsewhere.

        There `python -m cvwidgets.learn FOLDER` trains it, and `add` brings it back. `tick` is told pictures copied, and of how many.

        Raises:
            RunError: the folder is not empty, or a picture cannot be read.
            RecipeError: it is to be split by a column that images do not have.
            TooFewImages: a label has too few images, or there are fewer than two labels.
            DiskFull: there is no room for the pictures.
        """
        from cvwidgets.project.elsewhere import pack

        recipe = recipe or Recipe()
        return pack(self._freeze(recipe), recipe, Path(folder).expanduser(), tick)

    def add(self, folder: Path | str) -> Run:
        """Brings in a run that was packed here and trained elsewhere; what it learnt from is checked against its snapshot.

        Raises:
            RunError: the folder is no such run, has no model yet, or learnt from something else.
        """
        from cvwidgets.project.elsewhere import bring_in

        return self.get(bring_in(self._store, Path(folder).expanduser(), by=self._by))

    def _freeze(self, recipe: Recipe, stop: Callable[[], bool] = lambda: False) -> Snapshot:
        alike = self._alike(stop)
        if stop():
            raise StartCancelled("The start was cancelled while images were compared; nothing was trained. Start again when you like.")
        snapshot = self._store.snapshots.freeze(
            split=recipe.split,
            seed=recipe.split_seed,
            depth=recipe.depth,
            alike=alike.pairs.tolist(),
            grouping=grouping_of(self._store, recipe),
            by=self._by,
        )
        advice = (advise_comparing(alike.unknown), advise_exploring(alike.by_hash))
        return replace(snapshot, left_out=(*snapshot.left_out, *filter(None, advice)))

    def list(self, *, deleted: bool = False) -> list[Run]:
        """The runs, oldest first; with `deleted` those that were deleted, else all others."""
        return [run for run in map(_run, self._store.runs.list()) if run.about().deleted == deleted]

    def fresh(self) -> int | None:
        """How many kept images are new since the last run, or were left out of it; None before the first. Asked again it costs nothing."""
        return self._fresh()

    def empty(self) -> int:
        """Removes the files of deleted runs for good, all but recipe and figures, and returns the bytes freed; registered models stay.

        Those of a run whose weights another one still needs, which began with them and may go on, stay until that is done or deleted.
        """
        freed, needed = 0, needed_models(self.list())
        for run in self.list(deleted=True):
            if run.about().emptied or run.name in needed or not jobs.is_over(run.status()):
                continue
            before = run.size()
            write_about(run.folder, emptied=True)  # first: half of its files is no run that could be brought back
            for name in ("best", "resume", "said", "cache", "tensorboard"):
                shutil.rmtree(run.folder / name, ignore_errors=True)
            freed += before - run.size()
        return freed

    def latest(self) -> Run:
        """The run started last.

        Raises:
            UnknownRun: there is none yet.
        """
        if not (runs := self.list()):
            raise UnknownRun("There is no run yet; a model needs one. Train first.")
        return runs[-1]

    def active(self) -> Run | None:
        """The run that trains now, else the first that waits in line, else None."""
        states = {run.status().state: run for run in reversed(self.list())}
        return states.get("running") or states.get("waiting")

    def get(self, name: str) -> Run:
        """The run of a name such as "0001"; "1" is enough.

        Raises:
            UnknownRun: there is none of that name.
        """
        return _run(self._store.runs.get(name))

    def scores(self, run: Run | str, epoch: int | None = None) -> Scores:
        """What a run says of its test images, or of its valid ones after an epoch, image by image, under the labels of today.

        An image whose label was corrected since counts by its new label; one that is not kept any more does not count.

        Raises:
            UnknownRun: there is no run of that name.
            NoFigures: it was not tried on the test images yet, or an older version did that.
        """
        from cvwidgets.project.scoring import score

        return score(self._store, self.get(run) if isinstance(run, str) else run, epoch)

    def today(self, run: Run | str) -> Today:
        """How a run stands today: its scores, what changed since it was trained, and the run before it on the test images of both.

        Reads all that is kept, once: about a second for 100,000 images.

        Raises:
            UnknownRun: there is no run of that name.
            NoFigures: it was not tried on the test images yet, or an older version did that.
        """
        from cvwidgets.project.today import stand_today

        run = self.get(run) if isinstance(run, str) else run
        return stand_today(self._store, run, [other for other in self.list() if int(other.name) < int(run.name)])

    def compare(self, first: Run | str, second: Run | str, *more: Run | str) -> Comparison:
        """Two to five runs on the test images that they share, all scored under the labels of today.

        Each is set against the first one, with the interval of their difference on the same images.

        Raises:
            UnknownRun: there is no run of that name.
            NoFigures: one of them was not tried on the test images yet, they differ in depth, or they are too many or not different.
        """
        from cvwidgets.project.comparing import compare

        return compare(self._store, [self.get(run) if isinstance(run, str) else run for run in (first, second, *more)])

    def report(self, run: Run | str, file: Path | str | None = None, *, tick: Callable[[int, int], None] | None = None) -> Path:
        """Writes a run as one HTML file that opens anywhere, below 10 MB; by default into the project's folder `exports/`.

        It tells its data, recipe, epochs, figures, the confusion matrix with some of the pictures behind each cell, and what changed since
        it was tried. A run that was stopped, or has no test images, gives a shorter one. A file of that name is replaced, whole or not at
        all. `tick` is told pictures made, and of how many at most; what it raises breaks off.

        Raises:
            UnknownRun: there is no run of that name.
            RunError: the file is none that ends with .html, or cannot be written.
            DiskFull: there is no room for it.
        """
        return self._reports.write(self.get(run) if isinstance(run, str) else run, Path(file) if file is not None else None, tick)

    def report_place(self, run: Run | str) -> Path:
        """Where the report of a run lies unless another file is named, or will.

        Raises:
            UnknownRun: there is no run of that name.
        """
        return self._reports.place(self.get(run) if isinstance(run, str) else run)

    def start_report(self, run: Run | str) -> Reporting:
        """Starts `report` in a process of its own, into the project's folder `exports/`; `reporting` says how far it is.

        Raises:
            UnknownRun: there is no run of that name.
            RunError: another report is being written.
            JobError: it did not begin.
            ReadOnlyProject: the project can only be looked at.
        """
        return self._reports.start(self.get(run) if isinstance(run, str) else run)

    def reporting(self) -> Reporting | None:
        """How the report stands that was last written by a job; None when there was none."""
        return self._reports.latest()

    def changes_since(self, run: Run | str) -> Changes | None:
        """What differs, in images, between what is kept now and what a run learnt from; None where that is not known any more.

        Reads all that is kept: about a second for 100,000 images.

        Raises:
            UnknownRun: there is no run of that name.
        """
        from cvwidgets.project.reviewing import changes_since

        run = self.get(run) if isinstance(run, str) else run
        return changes_since(self._store, run, self._store.snapshots.kept(run.recipe.depth)[0])


def _with_whole_path(recipe: Recipe) -> Recipe:
    """The recipe with a base that is a folder named from the root, since its job has another working folder."""
    from cvwidgets.vision.bases import STARTER, find_base

    folder = Path(recipe.base).expanduser()
    return replace(recipe, base=str(find_base(recipe.base))) if recipe.base != STARTER and folder.is_dir() else recipe


def _run(row: RunRow) -> Run:
    recipe = Recipe.from_json(row.recipe)
    return Run(row.name, row.folder, recipe, row.snapshot, images=row.images, continues=row.continues)
