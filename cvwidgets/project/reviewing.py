"""Before the start: what a run would learn from, what changed since the last one, what differs from the usual, and what it will take."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets import jobs
from cvwidgets.errors import TooFewImages
from cvwidgets.files import write_whole
from cvwidgets.hub import NAME, is_offline
from cvwidgets.pace import Expectation, Pace, expect
from cvwidgets.project.advice import advise_comparing, advise_exploring, advise_given, advise_split, advise_waiting, sum_up
from cvwidgets.project.continuing import carried_out, check_further, say_further
from cvwidgets.project.copies import settle
from cvwidgets.project.run import LEFT_OUT
from cvwidgets.project.scoring import renamed
from cvwidgets.project.splitting import advise_grouping, grouping_of
from cvwidgets.recipe import GIVEN, Recipe, differences
from cvwidgets.records import JobStatus
from cvwidgets.settings import read_settings

if TYPE_CHECKING:
    from cvwidgets.project.project import Project
    from cvwidgets.project.run import Run
    from cvwidgets.store import RunRow, Store
    from cvwidgets.store.kept import Row
    from cvwidgets.store.snapshots import Plan

SAMPLES = 6
"""Pictures that a trial decodes."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs, in images, between what is kept now and what `run` learnt from: added, removed, and under another label."""

    run: str
    added: int
    removed: int
    relabelled: int

    @property
    def images(self) -> int:
        """How many differ in all."""
        return self.added + self.removed + self.relabelled


@dataclass(frozen=True, slots=True)
class Review:
    """What a run would do.

    `images` are how many to train, to choose by and to test (about, where they cannot be split yet); `labels` how many are kept of each,
    in the order of the tree; `changes` are those since a run, None before the first one; `differences` from Standard as (field, this
    recipe's value, Standard's); `warnings` sentences.
    """

    images: tuple[int, int, int]
    labels: tuple[tuple[str, int], ...]
    changes: Changes | None
    differences: tuple[tuple[Any, ...], ...]
    warnings: tuple[str, ...]


class Trial:
    """A short trial of a recipe, known by what its pace hangs on: made once, then read."""

    def __init__(self, folder: Path, recipe: Recipe, labels: int, images: tuple[int, int, int]) -> None:
        self._recipe, self._labels, self._images = recipe, labels, images
        facts = [recipe.base, recipe.image_size, recipe.batch_size, recipe.precision, recipe.device, recipe.threads, labels]
        told = [field.name for field in fields(Pace)]  # what an older version measured may lack some
        self.folder = folder / sha256(json.dumps([facts, told]).encode()).hexdigest()[:16]

    def start(self, pictures: list[str]) -> None:
        """Starts the process that tries it, on some pictures to decode."""
        self.folder.mkdir(parents=True, exist_ok=True)
        asked = {"recipe": self._recipe.to_json(), "labels": self._labels, "pictures": pictures}
        write_whole(self.folder / "trial.json", json.dumps(asked).encode())
        jobs.start(self.folder, "cvwidgets.learn", [str(self.folder), "--try"], title="Try how fast a recipe goes")

    def status(self) -> JobStatus:
        """How the trial stands."""
        return jobs.status(self.folder)

    def wait(self) -> Expectation | None:
        """Waits for its end; what the run would take, None when the trial failed."""
        jobs.wait(self.folder)
        return self.expectation()

    def expectation(self) -> Expectation | None:
        """What the run would take; None until the trial is over, and when it failed."""
        facts = jobs.read_facts(self.folder / "pace.json")
        return expect(Pace(**facts), self._recipe, self._images, room=read_settings().cache_gigabytes * 1e9) if facts else None


def review(project: Project, store: Store, recipe: Recipe, since: Run | None = None, continues: Run | None = None) -> Review:
    """What a run by a recipe would learn from now; see `Project.review`."""
    if continues is not None:
        check_further(continues, recipe)
    since = since or continues
    kept, left_out = store.snapshots.kept(recipe.depth)
    counts = Counter(row.label for row in kept.values())
    alike = project.explore.compare(wait=False)  # what is found meanwhile counts at the start
    plan, said = _plan(store, recipe, alike.pairs.tolist())
    parts = Counter(plan.parts.values()) if plan else None
    images = (parts["train"], parts["valid"], parts["test"]) if parts else _parts(len(kept), recipe)
    total, came = sum(images) or 1, recipe.split_by == GIVEN
    shares = (images[0] / total, images[1] / total, images[2] / total)
    advice = (
        None if came else advise_given(store.snapshots.came_with().get("test", 0)),
        advise_grouping(store, kept, recipe, plan),
        advise_split(total, shares) if len(counts) > 1 and not came and not (said and plan is None) else None,
        advise_comparing(alike.unknown - alike.waiting),
        advise_waiting(alike.waiting),
        advise_exploring(alike.by_hash),
    )
    further = say_further(continues, recipe, list(counts)) if continues else []
    base = () if continues else _advise_base(recipe.base)  # of a run that goes on it is not needed
    return Review(
        images=images,
        labels=tuple(counts.items()),
        changes=changes_since(store, since, kept) if since else _changes(store, kept),
        differences=differences(recipe, Recipe()),
        warnings=(*base, *further, *sum_up(project.labels.list()), *left_out, *said, *(one for one in advice if one)),
    )


def _plan(store: Store, recipe: Recipe, alike: list[tuple[int, int]]) -> tuple[Plan | None, tuple[str, ...]]:
    """How the images would be split, and what to know of that; None, and why, where they cannot be."""
    grouping = grouping_of(store, recipe)
    try:
        plan = store.snapshots.plan(split=recipe.split, seed=recipe.split_seed, depth=recipe.depth, alike=alike, grouping=grouping)
    except TooFewImages as error:
        return None, () if grouping.by == "image" else (str(error),)
    return plan, plan.said


def _advise_base(base: str) -> tuple[str, ...]:
    """A sentence about a base that is not on this machine, of a recipe that was saved on another one or long ago; none otherwise."""
    from cvwidgets.vision.bases import find_base_here

    if find_base_here(base) is not None:
        return ()
    if not NAME.fullmatch(base):
        return (f"The base {base!r} is a folder that is not there; a training needs it. Bring it back, or choose another base.",)
    if is_offline():
        return (f"The base {base!r} is not on this machine, and the hub may not be asked. Choose another, or allow the hub.",)
    return (f"The base {base!r} is not on this machine; it is fetched from the hub when the training starts.",)


def try_pace(project: Project, store: Store, recipe: Recipe, *, continues: Run | None, again: bool) -> Trial:
    """Measures what a run by a recipe would take, in a process of its own; see `Project.try_pace`."""
    kept = store.snapshots.kept(recipe.depth)[0]
    if continues is not None:
        recipe = carried_out(continues, recipe, [row.label for row in kept.values()])
    trial = _trial(project, kept, recipe)
    if again and trial.expectation() is None and jobs.is_over(trial.status()):
        settle(store)  # what was measured beside it would be wrong
        some = project.images.select(state="kept").ids[:SAMPLES].tolist()
        trial.start([str(image.path) for image in project.images.get(some)])
    return trial


def known_expectations(project: Project, store: Store, recipes: Sequence[Recipe]) -> list[Expectation | None]:
    """What runs by recipes would take, as far as a trial was made before; see `Project.known_expectations`."""
    kept = {depth: store.snapshots.kept(depth)[0] for depth in {recipe.depth for recipe in recipes}}
    return [_trial(project, kept[recipe.depth], recipe).expectation() for recipe in recipes]


def _trial(project: Project, kept: Mapping[str, Row], recipe: Recipe) -> Trial:
    return Trial(project.folder / "cache" / "trials", recipe, len({row.label for row in kept.values()}), _parts(len(kept), recipe))


def changes_since(store: Store, run: Run | RunRow, kept: Mapping[str, Row]) -> Changes | None:
    """What differs between what is kept now and what a run learnt from; None where its snapshot is gone."""
    before = store.snapshots.frozen(run.snapshot) if run.snapshot else None
    if before is None:
        return None
    both = kept.keys() & before.keys()
    names = renamed(before, kept)
    moved = sum(kept[key].label != names.get(before[key], before[key]) for key in both)
    out = (jobs.read_facts(run.folder / LEFT_OUT) or {}).get("images", ())
    return Changes(run.name, len(kept.keys() - before.keys() - {*out}), len(before) - len(both), moved)


def _changes(store: Store, kept: Mapping[str, Row]) -> Changes | None:
    return next((found for run in reversed(store.runs.list()) if (found := changes_since(store, run, kept)) is not None), None)


def _parts(images: int, recipe: Recipe) -> tuple[int, int, int]:
    valid, test = (round(images * share) for share in recipe.split[1:])
    return images - valid - test, valid, test
