"""How a project stands, in one record, and what its counts advise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cvwidgets.records import STATES, UNSORTED, Label, Model

if TYPE_CHECKING:
    from cvwidgets.project.project import Project

ENOUGH = 20
"""Below so many kept images a label is said to have few; chosen for fine-tuning, where tens of images already help."""
UNEVEN = 10
"""The largest label holding more than so many times the smallest is said to be uneven."""


@dataclass(frozen=True, slots=True)
class LabelAdvice:
    """A sentence about a label that stands in the way of a good model."""

    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ProjectStatus:
    """What a project holds: counts of images, what waits, what is wrong, and what was trained."""

    name: str
    folder: str
    images: int
    new: int
    kept: int
    trashed: int
    unread: int
    missing: int
    conflicts: int
    labels: tuple[Label, ...]
    advice: tuple[LabelAdvice, ...]
    runs: int
    production: Model | None
    read_only: bool


def summarize(project: Project) -> ProjectStatus:
    """Counts what the project holds now."""
    labels = project.labels.list()
    new, kept, trashed = (sum(getattr(label, state) for label in labels) for state in STATES)
    counts = project.images.counts()
    return ProjectStatus(
        name=project.name,
        folder=str(project.folder),
        images=counts.images,
        new=new,
        kept=kept,
        trashed=trashed,
        unread=counts.unread,
        missing=counts.missing,
        conflicts=counts.conflicts,
        labels=labels,
        advice=advise(labels),
        runs=len(project.runs.list()),
        production=project.models.production(),
        read_only=project.read_only,
    )


def advise(labels: tuple[Label, ...]) -> tuple[LabelAdvice, ...]:
    """Sentences about labels with few or uneven numbers of kept images."""
    kept = {label.name: label.kept for label in labels if label.kept and label.name != UNSORTED}
    few = [
        LabelAdvice(name, f"'{name}' has {n} kept images; {ENOUGH} or more make a better model.") for name, n in kept.items() if n < ENOUGH
    ]
    if len(kept) > 1:
        small, large = min(kept, key=lambda name: kept[name]), max(kept, key=lambda name: kept[name])
        if kept[large] > UNEVEN * kept[small]:
            few.append(LabelAdvice(small, f"'{large}' has {kept[large] // kept[small]} times as many kept images as '{small}'."))
    return tuple(few)
