"""The data at a glance: counts, sizes, and in words what one should know before training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvwidgets.glance import Glance, Hint, LabelCounts, SizeClass
from cvwidgets.project.advice import advise_split, sum_up
from cvwidgets.recipe import Recipe
from cvwidgets.records import UNSORTED

if TYPE_CHECKING:
    from cvwidgets.project.project import Project
    from cvwidgets.project.status import ProjectStatus
    from cvwidgets.store import Measures, Store

EDGES = (0, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096)
"""Short sides in pixels at which a class of sizes begins: two of them for each doubling."""
TINY = 64
"""Below so many pixels on the short side a base model, which looks at 160 or more, sees a blur."""
SHARE = 0.05
"""Tiny images are worth a word when they are at least this share of all."""


def glance(project: Project, store: Store) -> Glance:
    """Counts and measures all images; about a second for a million."""
    status, measures = project.status(), store.measure(EDGES)
    ends = (*EDGES[1:], None)
    return Glance(
        images=status.images,
        new=status.new,
        kept=status.kept,
        trashed=status.trashed,
        unread=status.unread,
        missing=status.missing,
        conflicts=status.conflicts,
        alike=measures.alike,
        labels=tuple(LabelCounts(label.name, label.new, label.kept, label.trashed) for label in status.labels),
        sizes=tuple(SizeClass(low, high, count) for low, high, count in zip(EDGES, ends, measures.classes, strict=True)),
        extent=_extent(measures),
        formats=measures.formats,
        size=measures.size,
        hints=_hints(status, measures),
    )


def _extent(measures: Measures) -> str:
    if measures.smallest is None or measures.middle is None or measures.largest is None:
        return ""
    smallest, middle, largest = (f"{width:,} × {height:,}" for width, height in (measures.smallest, measures.middle, measures.largest))
    return f"Smallest {smallest}, median {middle}, largest {largest}."


def _hints(status: ProjectStatus, measures: Measures) -> tuple[Hint, ...]:
    tiny = sum(count for low, count in zip(EDGES, measures.classes, strict=True) if low < TINY)
    warnings = [*sum_up(status.labels)]
    used = [label.name for label in status.labels if label.kept and label.name != UNSORTED]
    if status.kept and len(used) == 1:
        warnings.insert(0, f"All that is kept is '{used[0]}'; training needs at least two labels. Keep images of another one.")
    if status.conflicts:
        they = "it trains" if status.conflicts == 1 else "they train"
        warnings.append(f"{_images(status.conflicts)} came under two labels; {they} when one of the two is chosen.")
    if status.missing:
        warnings.append(
            f"The {'file' if status.missing == 1 else 'files'} of {_images(status.missing)} cannot be found. Relink the folder."
        )
    if tiny and tiny >= SHARE * status.images:
        warnings.append(
            f"{_images(tiny)} {'is' if tiny == 1 else 'are'} below {TINY} pixels on the short side; a model sees little of them."
        )
    notes = []
    if len(used) > 1 and (rough := advise_split(status.kept, Recipe().split)):
        notes.append(rough)
    if status.new:
        notes.append(f"{_images(status.new)} {'waits' if status.new == 1 else 'wait'} for a look; only kept images train.")
    if alike := measures.alike:
        notes.append(f"{_images(alike)} ({_percent(alike / (status.kept + status.new))}) look the same as another.")
    if status.unread:
        notes.append(f"{_images(status.unread)} {'is' if status.unread == 1 else 'are'} not read whole yet; import again to go on.")
    return (*(Hint(sentence, "warning") for sentence in warnings), *(Hint(sentence, "note") for sentence in notes))


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.001 else "less than 0.1%"


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count:,} images"
