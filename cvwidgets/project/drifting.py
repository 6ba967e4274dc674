"""How far what was served is from training, as a job: done by `python -m cvwidgets.project.drifting FOLDER` in a process of its own.

Some logged pictures, some images that the model learnt from and some that were held out are seen by the model's own eyes. A picture is
far when its nearest training image is farther than that of 95% of the held-out ones; without any drift 5% of what is served is far. How
sure the share is says a bootstrap over both, which counts that few held-out images tell the limit badly, too.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets import jobs
from cvwidgets.clock import now
from cvwidgets.errors import BaseUnavailable, JobError, NoFeatures, NoModel, ReadOnlyProject
from cvwidgets.files import write_whole
from cvwidgets.project.counting import Stopped, counting
from cvwidgets.project.nearness import STARTER, eyes
from cvwidgets.project.single import SingleJobs
from cvwidgets.project.work import PROGRESS, REQUEST
from cvwidgets.records import JobStatus

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.model import Model
    from cvwidgets.project.prediction import Predictor
    from cvwidgets.project.project import Project
    from cvwidgets.store import Store

    Vectors = npt.NDArray[np.float32]

RESULT = "drift.json"
SERVED, TRAINED, HELD_OUT = 200, 1000, 300
"""So many of each are looked at, at most."""
FEWEST_SERVED, FEWEST_HELD_OUT = 30, 50
"""Of fewer nothing is said."""
USUAL, WARNED = 0.05, 0.10
"""The share that is far without drift, and that from which one is warned: when even the lower end of the interval lies above."""
FARTHEST = 24
_RESAMPLED = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured: the share (0..1) of served pictures that are far from training with its 95% interval, None where too few.

    `warns` when it is more than chance explains; `sentence` says so. `farthest` are SHA-256 of logged pictures, the farthest first.
    """

    when: str
    by: str
    served: int
    trained: int
    held_out: int
    share: float | None
    interval: tuple[float, float] | None
    warns: bool
    sentence: str
    farthest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """The job that measures: how it stands, how many of how many pictures were looked at, and what it found; None until it is done."""

    job: str
    status: JobStatus
    done: int
    of: int
    found: Found | None


class Drifts:
    """The jobs that measure drift, in `work/`; one at a time."""

    def __init__(self, project: Project, store: Store, predictor: Predictor) -> None:
        self._project, self._store, self._predictor = project, store, predictor
        self._jobs = SingleJobs(store.folder, "drift", "cvwidgets.project.drifting")

    def start(self, *, days: float) -> Drift:
        """Starts one; see `Served.start_drift`."""
        if self._store.read_only:
            raise ReadOnlyProject(f"The project {self._store.folder.name!r} cannot be written to; what is measured is kept there. Copy it.")
        if self._project.models.production() is None:
            raise NoModel("No model is in production; what is served is compared with what it learnt from. Promote a run.")
        with self._jobs.starting() as running:
            if running is not None:
                raise JobError("That is being measured already. Wait for its end.")
            return _drift(self._jobs.start({"days": days}, title="Compare what was served with training"))

    def latest(self) -> Drift | None:
        """The one started last; None when there was none."""
        latest = self._jobs.latest()
        return _drift(latest) if latest else None

    def measure(self, *, days: float, tick: Callable[[int, int], None]) -> Found:
        """Measures here and now.

        Raises:
            NoModel: no model is in production.
            PredictionFailed: the worker gave no answer.
        """
        import numpy as np

        from cvwidgets.store import requests

        model = self._project.models.production()
        if model is None:
            raise NoModel("No model is in production any more. Promote a run, then measure again.")
        since = self._project.served.requests(days)._since
        with self._store.served.reading() as log:
            shas = requests.sample(log, since, SERVED) if log else []
        trained, held_out = self._known(model)
        served = {sha: path for sha in shas if (path := self._store.served.picture(sha)).is_file()}
        if len(served) < FEWEST_SERVED or len(held_out) < FEWEST_HELD_OUT or not trained:
            return _too_few(model, len(served), len(trained), len(held_out))
        embed = _Embedding(self._predictor, model, tick, of=len(served) + len(trained) + len(held_out))
        learnt, apart, seen = (embed.vectors(paths) for paths in (trained, held_out, [*served.values()]))
        there = [at for at, vector in enumerate(seen) if vector is not None]
        ground = np.array([vector for vector in learnt if vector is not None], np.float32)
        beside = _nearest(np.array([vector for vector in apart if vector is not None], np.float32), ground)
        away = _nearest(np.array([seen[at] for at in there], np.float32), ground)
        if len(away) < FEWEST_SERVED or len(beside) < FEWEST_HELD_OUT:
            return _too_few(model, len(away), len(ground), len(beside))
        order = np.argsort(-away, kind="stable")[:FARTHEST]
        return _judged(embed.by, away, beside, len(ground), tuple([*served][there[at]] for at in order.tolist()))

    def _known(self, model: Model) -> tuple[list[Path], list[Path]]:
        """The files of some images that taught the model, and of some that did not, of the same run."""
        from cvwidgets.store.rows import read_rows

        snapshot = self._store.runs.get(model.run).snapshot if model.run else None
        frozen = self._store.snapshots.get(snapshot) if snapshot else None
        rows = [*read_rows(frozen.folder)] if frozen else []
        outline = self._store.outline()
        ids = dict(zip(outline.shas, outline.ids.tolist(), strict=True))
        choose, sides = random.Random(0), []
        for most, is_train in ((TRAINED, True), (HELD_OUT, False)):
            some = [ids[sha] for part, sha, _ in rows if (part == "train") == is_train and sha in ids]
            sides.append([one.path for one in self._store.images.get(choose.sample(some, min(most, len(some)))) if one.path.is_file()])
        return sides[0], sides[1]


class _Embedding:
    """Embeds files by the model's eyes through the worker; by the starter's where that model tells no features. `by` says whose."""

    def __init__(self, predictor: Predictor, model: Model, tick: Callable[[int, int], None], *, of: int) -> None:
        self._predictor, self._tick, self._of = predictor, tick, of
        self._eyes, self._done = eyes(model), 0

    @property
    def by(self) -> str:
        return self._eyes.name

    def vectors(self, paths: Sequence[Path]) -> list[list[float] | None]:
        found: list[list[float] | None] = []
        try:
            for vector in self._predictor.embed_many(paths, base=self._eyes.folder):
                found.append(vector)
                self._done += 1
                self._tick(min(self._done, self._of), self._of)
        except (NoFeatures, BaseUnavailable):
            if self._eyes.name == STARTER:
                raise
            self._eyes = eyes(None)
            return self.vectors(paths)
        return found


def _nearest(vectors: Vectors, ground: Vectors) -> npt.NDArray[np.float64]:
    """The cosine distance of each to the nearest of the ground."""
    import numpy as np

    return np.asarray(1.0 - (vectors @ ground.T).max(axis=1), np.float64) if len(vectors) else np.zeros(0)


def _judged(by: str, away: npt.NDArray[np.float64], beside: npt.NDArray[np.float64], trained: int, farthest: tuple[str, ...]) -> Found:
    import numpy as np

    draw = np.random.default_rng(0)
    limits = np.quantile(draw.choice(beside, (_RESAMPLED, len(beside))), 1 - USUAL, axis=1)
    shares = (draw.choice(away, (_RESAMPLED, len(away))) > limits[:, None]).mean(axis=1)
    share = float((away > np.quantile(beside, 1 - USUAL)).mean())
    low, high = (float(end) for end in np.quantile(shares, (0.025, 0.975)))
    warns = low > WARNED
    told = (
        f"{share:.0%} of what was served (95% interval {low:.0%} to {high:.0%}) is farther from the training images than 95% of the "
        f"held-out ones; {USUAL:.0%} would be usual"
    )
    rest = (
        ". The model is asked about pictures unlike those that it learnt from: look at the farthest, keep some, and train again."
        if warns
        else f", and one is warned when the interval lies above {WARNED:.0%}. Nothing speaks for a drift."
    )
    return Found(now(), by, len(away), trained, len(beside), share, (low, high), warns, told + rest, farthest)


def _too_few(model: Model, served: int, trained: int, held_out: int) -> Found:
    gone = "" if trained and held_out else " (the model was trained elsewhere, or its images are gone)"
    sentence = (
        f"There are {served} logged pictures and {held_out} held-out images of the training{gone}; {FEWEST_SERVED} and {FEWEST_HELD_OUT} "
        "are needed before anything can be said. Log images, and look again later."
    )
    return Found(now(), eyes(model).name, served, trained, held_out, None, None, False, sentence, ())


def _drift(folder: Path) -> Drift:
    told, facts = jobs.last_line(folder / PROGRESS) or {}, jobs.read_facts(folder / RESULT)
    return Drift(f"work/{folder.name}", jobs.status(folder), told.get("done", 0), told.get("of", 0), _read(facts) if facts else None)


def _read(facts: dict[str, Any]) -> Found:
    interval = facts["interval"]
    return Found(**{**facts, "interval": tuple(interval) if interval else None, "farthest": tuple(facts["farthest"])})


def main(folder: Path) -> None:
    """Measures what is asked for; stopped in between it keeps nothing."""
    from cvwidgets.project.project import Project

    asked = json.loads((folder / REQUEST).read_text("utf-8"))
    with Project(folder.parent.parent) as project:
        try:
            found = project.served._drifts.measure(days=asked["days"], tick=counting(folder))
        except Stopped:
            return
    write_whole(folder / RESULT, json.dumps(asdict(found)).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
