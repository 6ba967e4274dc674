"""How a run stands today: what it says of its test images, what changed since it was trained, and the run before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cvwidgets.project.comparing import Comparison, compare_to_previous
from cvwidgets.project.reviewing import Changes, changes_since
from cvwidgets.project.scoring import Scores, score

if TYPE_CHECKING:
    from cvwidgets.project.run import Run
    from cvwidgets.store import Store


@dataclass(frozen=True, slots=True)
class Today:
    """A run that was tried on its test images, under the labels of today.

    `changes` is what differs between what is kept now and what it learnt from, None where that is not known any more; `beside` sets it
    against the run before it on the test images of both, None where there is no such run, or no such image.
    """

    scores: Scores
    changes: Changes | None
    beside: Comparison | None


def stand_today(store: Store, run: Run, earlier: Sequence[Run]) -> Today:
    """How a run stands today, what is kept read once for all of it; see `Runs.today`."""
    kept, _ = store.snapshots.kept(run.recipe.depth)
    scores = score(store, run, kept=kept)
    return Today(scores, changes_since(store, run, kept), compare_to_previous(store, run, earlier, kept, scores))
