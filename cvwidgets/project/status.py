"""How a project stands, in one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cvwidgets.model import Model
from cvwidgets.project.advice import LabelAdvice, advise
from cvwidgets.records import Label

if TYPE_CHECKING:
    from cvwidgets.project.project import Project


@dataclass(frozen=True, slots=True)
class ProjectStatus:
    """What a project holds: counts of images, what waits, what is wrong, and what was trained.

    An image counts once: as kept when a label keeps it, else as new when one has it as New, else as trashed. `labels` have their own
    counts. `columns` are the user's own that say the same of some kept images, as lists brought them: a recipe may split by them.
    """

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
    columns: tuple[str, ...] = ()


def summarize(project: Project) -> ProjectStatus:
    """Counts what the project holds now."""
    labels = project.labels.list()
    counts = project.images.counts()
    return ProjectStatus(
        name=project.name,
        folder=str(project.folder),
        images=counts.images,
        new=counts.new,
        kept=counts.kept,
        trashed=counts.images - counts.kept - counts.new,
        unread=counts.unread,
        missing=counts.missing,
        conflicts=counts.conflicts,
        labels=labels,
        advice=advise(labels),
        runs=len(project.runs.list()),
        production=project.models.production(),
        read_only=project.read_only,
        columns=project.recipes.columns(),
    )
