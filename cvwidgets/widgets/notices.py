"""What a page should say calmly, once, in the header: things that hold for the whole project and that nobody asked about."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cvwidgets.project import Project

LITTLE = 500 * 1000**2
"""Bytes free on the project's disk below which it is said."""

_STEPS = {"hub": "train"}


def notices_of(project: Project, *, is_hub_away: bool) -> list[dict[str, Any]]:
    """Sentences with an id each, and the step at which each matters (None: all); one that was closed stays closed while it is the same."""
    found = {
        "read_only": _read_only(project),
        "disk": _disk(project),
        "network": _network(project),
        "hub": "The hub of models does not answer. Trainings start from what is on this machine." if is_hub_away else "",
    }
    return [{"id": name, "sentence": sentence, "step": _STEPS.get(name)} for name, sentence in found.items() if sentence]


def _read_only(project: Project) -> str:
    return "This project can be looked at only; its folder cannot be written to." if project.read_only else ""


def _disk(project: Project) -> str:
    try:
        free = shutil.disk_usage(project.folder).free
    except OSError:
        return "The project's folder is out of reach. What is shown may be old."
    if project.read_only or free > LITTLE:
        return ""
    if free < LITTLE / 100:
        return "The disk is full. Decisions cannot be saved until there is room; those made before are safe."
    return "The disk is nearly full: less than 500 MB are free. Trainings and imports need more."


def _network(project: Project) -> str:
    kind = project.network
    return f"The project lies on a network folder ({kind}). One computer at a time should use it." if kind else ""
