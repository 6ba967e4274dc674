"""How far a training is and how long it still takes, told from what it wrote, for everyone who shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cvwidgets import jobs
from cvwidgets.records import JobStatus

TOLD_FROM = 0.1
"""The part of an epoch after which its pace tells the time left: before, most of the time went into loading and warming up."""
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Headway:
    """`done` of `of` epochs are over, and `share` of all work (0..1; None while nobody knows); `seconds_left` likewise, or None."""

    done: int
    of: int
    share: float | None
    seconds_left: float | None


def headway(folder: Path, status: JobStatus) -> Headway:
    """How far the training in a run folder is, whose job stands as `status` says."""
    recipe = jobs.read_facts(folder / "recipe.json") or {}
    of = int(recipe.get("epochs", 0))
    epoch, step = jobs.last_line(folder / "epochs.jsonl"), jobs.last_line(folder / "steps.jsonl")
    done = int(epoch["number"]) if epoch else 0
    step = step if step and step["epoch"] > done else None
    under_way = step["number"] / max(step["of"], 1) if step else 0.0
    share = min(1.0, (done + under_way) / of) if of else None
    told = step if under_way >= TOLD_FROM else None
    left = None
    if status.state == "running" and done < of:
        left = _left_by(recipe, epoch, told, of - done - under_way) if epoch else left_at(status, share if told else None)
    return Headway(done, of, share, left)


def left_at(status: JobStatus, share: float | None) -> float | None:
    """Seconds to the end of a job of which `share` (0..1) is done, by what it took so far."""
    if status.started is None or not share:
        return None
    elapsed = (datetime.now(UTC) - datetime.fromisoformat(status.started)).total_seconds()
    return max(0.0, elapsed * (1 - share) / share)


def _left_by(recipe: Facts, epoch: Facts, step: Facts | None, epochs: float) -> float | None:
    """Seconds that so many epochs take: each as long as the last; after the head's, which is like no other, by the pace of the steps."""
    if not (recipe.get("head_first") and epoch["number"] == 1):
        return float(epochs * epoch["seconds"])
    if step is None or not step["images_per_second"]:
        return None
    return float(epochs * step["of"] * recipe["batch_size"] * recipe["accumulation"] / step["images_per_second"])
